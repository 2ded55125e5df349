"""Words of commitments come from the published lists, and a case keeps those it was given under."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from contracts.proofs import ProofEntry, ProofList, ProofListPublished, ProofListRecord
from tests.support import intake as sample
from tests.support.eventually import eventually
from tests.support.intake import CATALOG, ITEM_CODE, LONG_AGO, case_events, submit
from tests.support.services import Bus, Running
from tests.support.stack import Stack
from tests.support.tokens import Issuer

TEXTS = "/api/intake/commitment-texts"


@pytest.fixture
async def intake(stack: Stack, names: str, bus: Bus, issuer: Issuer) -> AsyncIterator[Running]:
    async with sample.at_work(stack, names, bus, issuer) as service:
        yield service


def published(
    version: str, *, place: str = "370104", list: ProofList = "by_commitment", **given: Any
) -> ProofListPublished:
    fields: dict[str, Any] = {
        "material": sample.ADDRESS,
        "item_name": "最低生活保障",
        "issued_by": "现居地街道办事处",
        "reason": "核实居住地",
        "commitment_text": f"本人承诺住址真实（{version}）。",
        "commitment_version": version,
        "commitment_liability": "撤销决定。",
        **given,
    }
    return ProofListPublished(
        place_code=place,
        at=LONG_AGO,
        actor=CATALOG,
        list=list,
        edition=1,
        record=ProofListRecord(entries=[ProofEntry(**fields)]),
    )


async def texts(intake: Running) -> dict[str, str]:
    answer = await intake.client.get(TEXTS, params={"item_code": ITEM_CODE})
    assert answer.status_code == 200, answer.text
    return {one["material"]: one["text_version"] for one in answer.json()["texts"]}


async def shown(intake: Running, version: str) -> None:
    async def is_shown() -> bool:
        return await texts(intake) == {sample.ADDRESS: version}

    await eventually(is_shown)


async def test_a_commitment_is_given_under_the_words_that_are_published(intake: Running, bus: Bus) -> None:
    await submit(intake)
    await bus.publish(published("pr-1/1"))
    await shown(intake, "pr-1/1")
    await submit(intake, applicant=sample.applicant(id_number=sample.citizen_number(2)))
    versions = [one["text_version"] for _, data in await case_events(bus, 2) for one in data["commitments"]]
    assert sorted(versions) == ["1", "pr-1/1"], "before any list the general words are meant"


async def test_a_case_keeps_its_words_when_a_new_edition_has_others(intake: Running, bus: Bus) -> None:
    await bus.publish(published("pr-1/1"))
    await shown(intake, "pr-1/1")
    await submit(intake)
    await bus.publish(published("pr-1/2"))
    await shown(intake, "pr-1/2")
    ((_, data),) = await case_events(bus)
    version = data["commitments"][0]["text_version"]
    old = (await intake.client.get(f"{TEXTS}/{version}")).json()
    assert (old["text"], old["liability"]) == ("本人承诺住址真实（pr-1/1）。", "撤销决定。")
    assert (await intake.client.get(f"{TEXTS}/pr-9/1")).status_code == 404


async def test_the_nearest_place_has_the_words_and_other_lists_and_items_have_none(
    intake: Running, bus: Bus
) -> None:
    await bus.publish(published("pr-1/1", list="kept"))
    await bus.publish(published("pr-2/1", place="370105"))
    await bus.publish(published("pr-3/1", place="3701"))
    await shown(intake, "pr-3/1")
    await bus.publish(published("pr-4/1", item_name=" 最低 生活保障"))
    await shown(intake, "pr-4/1")
    await bus.publish(published("pr-5/1", item_name="另一事项"))
    await shown(intake, "pr-3/1")
    unknown = await intake.client.get(TEXTS, params={"item_code": "99-0001-370104"})
    assert unknown.status_code == 422
