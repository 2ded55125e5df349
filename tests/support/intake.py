"""Items, people and applications with memorable data, for tests of intake."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx

from contracts import Actor
from contracts.blocks import Limit
from contracts.catalog import ItemPublished, ItemWithdrawn
from contracts.items import Basis, Fee, ItemLimits, ItemMaterial, ItemRecord, PartyRole, Situation
from services.intake.main import build
from services.intake.settings import Settings
from services.runtime.clock import Clock, system_clock
from tests.support.eventually import eventually
from tests.support.services import KEY, Bus, Running, running, settings
from tests.support.stack import Stack
from tests.support.tokens import Issuer

PLACE = "370104101"
ITEM_CODE = f"05-0008-{PLACE}"
CATALOG = Actor(role="catalog-approver", officer_id="o-370104-0042", unit_id="u-370104-01")
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)

APPLICATION_FORM, ID_CARD, ADDRESS, SCHOOL = (
    "最低生活保障申请书",
    "居民身份证",
    "居住地住址证明",
    "子女在校就读证明",
)


def record(**given: Any) -> ItemRecord:
    """最低生活保障: one material each that may be deferred, committed to, and that a situation asks for."""
    fields: dict[str, Any] = {
        "base_code": "05-0008",
        "name": "最低生活保障",
        "kind": "行政给付",
        "category": "社会保障类",
        "implementing_body": "吴家堡街道办事处",
        "unit_id": f"u-{PLACE}-01",
        "basis": [Basis(title="《社会救助暂行办法》")],
        "handling": "promised",
        "acceptance": "after_check",
        "channels": ["window", "web", "phone", "kiosk", "agent"],
        "limits": ItemLimits(
            promised=Limit(value=20, unit="working_days"), statutory=Limit(value=30, unit="working_days")
        ),
        "fee": Fee(amount_fen=0, text="不收费"),
        "parties": [PartyRole(party="school", name="就读学校")],
        "situations": [
            Situation.model_validate(
                {
                    "situation": "household",
                    "question": "家庭成员中是否有在校就读的子女?",
                    "options": [
                        {"option": "general", "label": "没有"},
                        {"option": "school_child", "label": "有", "materials": [SCHOOL]},
                    ],
                }
            )
        ],
        "materials": [
            ItemMaterial(name=APPLICATION_FORM),
            ItemMaterial(name=ID_CARD, form="copy", licence_type="id_card"),
            ItemMaterial(name=ADDRESS, by_commitment=True),
            ItemMaterial(name=SCHOOL, deferrable=True, provided_by=["school"]),
        ],
        "steps": [],
    }
    return ItemRecord(**{**fields, **given})


def published(
    *, place: str = PLACE, version: int = 1, since: datetime = LONG_AGO, **given: Any
) -> ItemPublished:
    """A version of the item is published."""
    made = record(**given)
    return ItemPublished(
        item_code=f"{made.base_code}-{place}",
        place_code=place,
        at=LONG_AGO,
        actor=CATALOG,
        version=version,
        effective_from=since,
        change="new" if version == 1 else "revised",
        signed_by=["u-370104-02"],
        approved_by="u-370104-01",
        record=made,
        record_sha256=made.digest(),
    )


def withdrawn(at: datetime, *, replaced_by: str | None = None) -> ItemWithdrawn:
    """The item ends."""
    return ItemWithdrawn(
        item_code=ITEM_CODE,
        place_code=PLACE,
        at=at,
        actor=CATALOG,
        version=1,
        effective_to=at,
        reason="并入新的事项",
        replaced_by=replaced_by,
        record=record(),
    )


def citizen_number(order: int = 1, born: str = "19900307", area: str = "370104") -> str:
    """A citizen number with the right check digit (GB 11643)."""
    body = f"{area}{born}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def applicant(**given: Any) -> dict[str, Any]:
    """张小明, reached at 138 1234 5678."""
    return {
        "name": "张小明",
        "id_type": "citizen",
        "id_number": citizen_number(),
        "phone": "138 1234 5678",
        **given,
    }


def complete() -> list[dict[str, Any]]:
    """Everything that is needed where no child goes to school."""
    return [
        {"name": APPLICATION_FORM, "form": "original"},
        {"name": ID_CARD, "licence_no": citizen_number()},
        {"name": ADDRESS, "commitment": True},
    ]


def application(**given: Any) -> dict[str, Any]:
    """A complete application at the window."""
    return {
        "item_code": ITEM_CODE,
        "place": PLACE,
        "channel": "window",
        "applicant": applicant(),
        "situation": {"household": "general"},
        "materials": complete(),
        **given,
    }


@contextlib.asynccontextmanager
async def at_work(
    stack: Stack, names: str, bus: Bus, issuer: Issuer, clock: Clock = system_clock, **given: Any
) -> AsyncIterator[Running]:
    """Intake, with the item published."""
    made = settings(Settings, stack, names, master_key=KEY, reference_key=KEY, **given)
    async with running(lambda: build(made, clock=clock), issuer) as service:
        await bus.publish(published())
        await eventually(lambda: knows(service, ITEM_CODE))
        yield service


async def knows(service: Running, item_code: str, events: int = 1) -> bool:
    """Whether the service has taken in so many events of the item."""
    found = await service.service.database["items"].find_one({"_id": item_code})
    return bool(found and found["sequence"] >= events)


def clerk(service: Running, **claims: Any) -> dict[str, str]:
    """A clerk of the county, at window 2 of the town."""
    own = {"place": "370104", "hall": "h-370104101", "unit": "u-370104101-01", "window": "w-02"}
    return service.issuer.header("o-370104101-0003", "clerk", **{**own, **claims})


def official(service: Running, role: str, place: str = "370104") -> dict[str, str]:
    """Another official of the county."""
    return service.issuer.header(f"o-{role}", role, place=place)


def citizen(service: Running, ref: str | None = None, sub: str = "citizen-1") -> dict[str, str]:
    """A citizen, known by the reference where the portal knows the number."""
    return service.issuer.header(sub, "citizen", **({"person_ref": ref} if ref else {}))


async def submit(
    service: Running, header: dict[str, str] | None = None, key: str | None = None, **given: Any
) -> httpx.Response:
    """File an application, by default complete and at the window."""
    headers = dict(clerk(service) if header is None else header)
    if key:
        headers["Idempotency-Key"] = key
    return await service.client.post("/api/intake/cases", json=application(**given), headers=headers)


def on_the_web() -> list[dict[str, Any]]:
    """A complete application without paper."""
    return [{"name": APPLICATION_FORM, "licence_no": "SQS-2026-1"}, *complete()[1:]]


async def submit_online(
    service: Running, header: dict[str, str] | None = None, **given: Any
) -> httpx.Response:
    """File a complete application on the web, as a citizen."""
    fields = {"channel": "web", "materials": on_the_web(), **given}
    return await submit(service, header or citizen(service), **fields)


async def case_events(bus: Bus, count: int = 1) -> list[tuple[str, dict[str, Any]]]:
    """The events of all cases, once there are so many."""

    async def enough() -> list[tuple[str, dict[str, Any]]]:
        found = await bus.all("intake.cases")
        return [(envelope.type, data) for envelope, data in found] if len(found) >= count else []

    return await eventually(enough)
