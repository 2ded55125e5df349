"""The feed, the live line, inboxes: who reads what, in which order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from deploy.local.ports import free_ports
from services.notify.api import feed as feed_api
from services.notify.main import build
from services.notify.settings import Settings
from tests.support import happenings as h
from tests.support.eventually import eventually
from tests.support.outside import serving
from tests.support.services import Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

OTHER_CASE = "370105-20261123-8P4M9QX4"


@pytest.fixture
async def notify(stack: Stack, names: str, issuer: Issuer) -> AsyncIterator[Running]:
    """The service without gateways: everything goes to the inbox."""
    async with running(lambda: build(settings(Settings, stack, names)), issuer) as made:
        yield made


async def get(notify: Running, path: str, header: dict[str, str]) -> httpx.Response:
    return await notify.client.get(f"/api/notify/{path}", headers=header)


async def feed(notify: Running, header: dict[str, str], query: str = "") -> list[dict[str, Any]]:
    answer = await get(notify, f"feed?{query}", header)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


async def settled(
    notify: Running, header: dict[str, str], many: int, query: str = ""
) -> list[dict[str, Any]]:
    async def there() -> list[dict[str, Any]] | None:
        found = await feed(notify, header, query)
        return found if len(found) >= many else None

    found: list[dict[str, Any]] | None = await eventually(there)
    assert found
    return found


async def test_the_feed_holds_every_public_event_once_in_order(
    notify: Running, bus: Bus, issuer: Issuer
) -> None:
    first = await bus.publish(h.accepted())
    await bus.publish(h.decided())
    await bus.publish(h.accepted(), sequence=1, id=first.id, time=first.time)
    await bus.publish(h.invited())  # internal: told, and not in the feed
    reader = issuer.header("province", "subscriber", place="37")
    # Both facts, and what notify says itself of the inbox: acceptance or not, decision, invitation.
    events = await settled(notify, reader, 2, "types=case-accepted,case-decided")
    assert sorted(e["type"] for e in events) == ["case-accepted", "case-decided"]
    assert {e["source"] for e in events} == {"intake", "approval"}
    assert events[0]["data"]["case_no"] == h.CASE_NO
    keys = [e["cursor"] for e in await feed(notify, reader)]
    assert len(set(keys)) == len(keys)


async def test_a_reader_goes_on_after_the_last_one_and_misses_none(
    notify: Running, bus: Bus, issuer: Issuer
) -> None:
    reader = issuer.header("province", "subscriber", place="37")
    seen: list[str] = []
    after = ""
    numbers = [f"370104-20261123-7K3M9Q{n:02d}" for n in range(40)]
    publishing = asyncio.gather(
        *(bus.publish(h.accepted(number, applicant={"phone_masked": None})) for number in numbers)
    )

    async def read_on() -> bool:
        nonlocal after
        query = f"limit=7&types=case-accepted&after={after}"
        answer = (await get(notify, f"feed?{query}", reader)).json()
        seen.extend(event["subject"] for event in answer["events"])
        after = answer["next_after"] or ""
        return len(seen) >= len(numbers)

    await eventually(read_on)  # reads while it is being written
    await publishing
    assert sorted(seen) == sorted(numbers)


async def test_a_reader_sees_what_lies_under_the_own_prefix(
    notify: Running, bus: Bus, issuer: Issuer
) -> None:
    await bus.publish(h.accepted())
    await bus.publish(h.accepted(OTHER_CASE, place_code="370105"))
    city = issuer.header("city", "operator", place="3701")
    types = "types=case-accepted"
    await settled(notify, city, 2, types)
    county = issuer.header("county", "supervisor", place="370104")
    assert [e["subject"] for e in await feed(notify, county, types)] == [h.CASE_NO]
    assert [e["subject"] for e in await feed(notify, city, f"{types}&place=370105")] == [OTHER_CASE]
    outside_own = await get(notify, "feed?place=370105", county)
    assert outside_own.status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [("after=forged!", 400), ("limit=0", 422), ("limit=1001", 422), ("place=abc", 422), ("after=AAAA", 400)],
)
async def test_bad_questions_to_the_feed_are_refused(
    notify: Running, issuer: Issuer, query: str, status: int
) -> None:
    reader = issuer.header("province", "subscriber", place="37")
    assert (await get(notify, f"feed?{query}", reader)).status_code == status


async def test_the_feed_is_for_subscribers_and_those_who_watch(notify: Running, issuer: Issuer) -> None:
    assert (await notify.client.get("/api/notify/feed")).status_code == 401
    assert (await get(notify, "feed", issuer.header("c", "clerk", place="370104"))).status_code == 403
    assert (await get(notify, "live", issuer.header("p", "subscriber", place="37"))).status_code == 403


async def test_the_live_line_begins_with_the_last_ones_and_goes_on(
    notify: Running, bus: Bus, issuer: Issuer
) -> None:
    await bus.publish(h.accepted())
    supervisor = issuer.header("s", "supervisor", place="370104")
    await settled(notify, supervisor, 1, "types=case-accepted")
    (port,) = free_ports(1)
    async with (
        serving(notify.service.app(), port) as url,
        httpx.AsyncClient(timeout=10) as client,
        client.stream("GET", f"{url}/api/notify/live?place=370104", headers=supervisor) as answer,
        contextlib.aclosing(_events(answer)) as line,
    ):
        assert (await anext(line))["type"] == "case-accepted"
        await bus.publish(h.accepted(OTHER_CASE, place_code="370105"))
        await bus.publish(h.rated(grade=5))
        while (event := await anext(line))["type"] != "service-rated":
            assert event["place_code"].startswith("370104")
        assert event["data"]["grade"] == 5 and event["subject"] == h.CASE_NO


async def _events(answer: httpx.Response) -> AsyncGenerator[dict[str, Any], None]:
    async for line in answer.aiter_lines():
        if line.startswith("data:"):
            yield orjson.loads(line[5:])


async def test_a_case_without_notices_has_an_empty_list(notify: Running, issuer: Issuer) -> None:
    clerk = issuer.header("c", "clerk", place="370104")
    answer = await get(notify, f"cases/{h.CASE_NO}/notices", clerk)
    assert (answer.status_code, answer.json()) == (200, [])
    assert (await get(notify, "cases/nonsense/notices", clerk)).status_code == 404


async def test_the_person_concerned_and_the_officers_of_the_place_read_the_notices(
    notify: Running, bus: Bus, issuer: Issuer
) -> None:
    await bus.publish(h.accepted())
    path = f"cases/{h.CASE_NO}/notices"
    own = issuer.header("citizen", "citizen", person_ref=h.APPLICANT)

    async def told() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await get(notify, path, own)).json()
        return found

    (notice,) = await eventually(told)
    assert (notice["event"], notice["channel"], notice["state"]) == ("case-accepted", "inbox", "delivered")
    assert h.CASE_NO in notice["text"]
    english = {**own, "Accept-Language": "en"}
    assert (await get(notify, path, english)).json()[0]["title"] == "Application accepted"
    clerk = issuer.header("c", "clerk", place="370104")
    assert len((await get(notify, path, clerk)).json()) == 1
    for stranger in (
        issuer.header("x", "citizen", person_ref=h.STRANGER),
        issuer.header("b", "clerk", place="370105"),
        issuer.header("y", "citizen"),
    ):
        assert (await get(notify, path, stranger)).status_code == 404


async def test_everybody_has_an_own_inbox(notify: Running, bus: Bus, issuer: Issuer) -> None:
    await bus.publish(h.accepted())
    await bus.publish(h.decided())
    await bus.publish(h.rated(grade=1))
    own = issuer.header("citizen", "citizen", person_ref=h.APPLICANT)

    async def two() -> list[dict[str, Any]] | None:
        found: list[dict[str, Any]] = (await get(notify, "inbox", own)).json()["notices"]
        return found if len(found) == 2 else None

    assert {n["event"] for n in await eventually(two) or []} == {"case-accepted", "case-decided"}
    page = (await get(notify, "inbox?limit=1", own)).json()
    rest = (await get(notify, f"inbox?limit=1&cursor={page['next_cursor']}", own)).json()
    assert page["notices"][0]["notice_id"] != rest["notices"][0]["notice_id"]
    assert (await get(notify, "inbox?cursor=forged", own)).status_code == 400

    async def bad_rating() -> list[dict[str, Any]]:
        supervisor = issuer.header("s", "supervisor", place="3701")
        found: list[dict[str, Any]] = (await get(notify, "inbox", supervisor)).json()["notices"]
        return found

    (bad,) = await eventually(bad_rating)
    assert bad["event"] == "service-rated" and "非常不满意" in bad["text"]
    elsewhere = issuer.header("s-b", "supervisor", place="370105")
    assert (await get(notify, "inbox", elsewhere)).json()["notices"] == []


async def test_a_malformed_event_is_parked_and_the_others_flow_on(
    notify: Running, bus: Bus, issuer: Issuer
) -> None:
    await bus.send("intake.cases", "x", b"{", [("ce_type", b"case-accepted")])
    await bus.publish(h.accepted())
    reader = issuer.header("province", "subscriber", place="37")
    await settled(notify, reader, 1, "types=case-accepted")
    operator = issuer.header("op", "operator", place="3701")

    async def parked() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await get(notify, "parked", operator)).json()["parked"]
        return found

    assert [row["outcome"] for row in await eventually(parked)] == ["never"]


async def test_the_live_line_lasts_no_longer_than_a_token(
    notify: Running, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_api, "LINE_LIFE", 0.05)
    line = get(notify, "live", issuer.header("s", "supervisor", place="370104"))
    assert (await asyncio.wait_for(line, 30)).status_code == 200
