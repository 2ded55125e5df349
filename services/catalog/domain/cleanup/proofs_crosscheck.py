"""对照: proofs asked for (附件2) against proofs issued (附件3) and against the items on file (mission C7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.catalog.domain import sources
from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_names import Names, is_proof, shown_by
from services.catalog.domain.cleanup.proofs_records import IssuedProof, NeededProof
from services.catalog.domain.tables.classes import is_class
from services.catalog.domain.text import same

_BRACKETS = re.compile(r"\([^)]*\)")
_WHERE = re.compile(r"^(?:现居地|现居住地|居住地|户籍地|户籍所在地|所在地|当地|各)+(?:的)?")
_OFFICE = re.compile(r"(?:部门|机关|单位|委员会|局|委)$")


@dataclass(frozen=True, slots=True)
class ItemMaterials:
    """A live item as the check needs it: what it asks for, and the document that it ends with."""

    item_code: str
    name: str
    body: str
    result: str | None
    materials: tuple[str, ...]
    #: Names of those materials that a licence on file replaces.
    on_file: tuple[str, ...] = ()
    #: In how many places it is offered with these materials.
    places: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. ``proof_id`` is the row it is about, ``item_code`` the item where it is about one."""

    rule: str
    name: str
    unit: str
    text: str
    source: str
    proof_id: str | None = None
    list: str | None = None
    item_name: str | None = None
    item_code: str | None = None
    suggestions: tuple[str, ...] = ()


def crosscheck(
    needed: Sequence[Proof], issued: Sequence[Proof], items: Sequence[ItemMaterials]
) -> list[Found]:
    """All findings; rows with 取消 count as gone, except where a live item still asks for them."""
    asks = [(row, row.record) for row in needed if isinstance(row.record, NeededProof)]
    gives = [(row, row.record) for row in issued if isinstance(row.record, IssuedProof)]
    live_asks = [(row, record) for row, record in asks if record.verdict != "取消"]
    live_gives = [(row, record) for row, record in gives if record.verdict != "取消"]
    return [
        *_nobody_issues(live_asks, live_gives),
        *_nobody_needs(live_asks, live_gives),
        *_licence_gives(live_asks, items),
        *_needed_units(live_asks, live_gives),
        *_items(asks, items),
    ]


def _nobody_issues(
    asks: Iterable[tuple[Proof, NeededProof]], gives: Sequence[tuple[Proof, IssuedProof]]
) -> Iterable[Found]:
    """Asked for, but in no unit's list of what it issues."""
    issuers: dict[str, set[str]] = {}
    for _, given in gives:
        issuers.setdefault(same(given.name), set()).add(same(given.unit))
    names = Names(given.name for _, given in gives)
    for row, record in asks:
        units = issuers.get(same(record.name))
        if units is None:
            near = tuple(names.alike(record.name))
            text = f"办理“{record.item_name}”要求的“{record.name}”，没有单位列为可以出具。"
            text += f"是否就是“{near[0]}”？统一规范名称。" if near else "取消这项证明，或者由提供单位补列。"
            yield Found(
                "nobody-issues", record.name, record.unit, text, f"{sources.NEEDED}3",
                row.proof_id, row.list, record.item_name, suggestions=near,
            )  # fmt: skip
        elif not is_class(record.issued_by) and not _names_one(record.issued_by, units):
            text = (
                f"“{record.issued_by}”没有把“{record.name}”列为可以出具，出具单位是别的部门，请核对提供单位。"
            )
            yield Found(
                "other-issuer", record.name, record.unit, text, f"{sources.NEEDED}3",
                row.proof_id, row.list, record.item_name,
            )  # fmt: skip


def _names_one(issued_by: str, units: Iterable[str]) -> bool:
    """Whether 提供单位 names one of the units, or is a class of them (现居地街道办事处, 户籍地派出所)."""
    meant = _kind_of_unit(issued_by)
    return any(meant in kind or kind in meant for kind in map(_kind_of_unit, units))


def _kind_of_unit(name: str) -> str:
    """What is left of a unit's name without where it is and what kind of office it is."""
    bare = _BRACKETS.sub("", same(name))
    for word, full in (("派出所", "公安"), ("公安分局", "公安"), ("公安机关", "公安")):
        bare = bare.replace(word, full)
    return _OFFICE.sub("", _WHERE.sub("", bare)) or bare


def _nobody_needs(
    asks: Sequence[tuple[Proof, NeededProof]], gives: Iterable[tuple[Proof, IssuedProof]]
) -> Iterable[Found]:
    """Issued, but no item here asks for it."""
    names = Names(record.name for _, record in asks)
    wanted = {same(record.name) for _, record in asks}
    for row, record in gives:
        if same(record.name) not in wanted:
            near = tuple(names.alike(record.name))
            text = f"“{record.name}”没有事项需要。"
            text += f"是否就是“{near[0]}”？统一规范名称。" if near else "核对后不再出具。"
            yield Found(
                "nobody-needs", record.name, record.unit, text, f"{sources.ISSUED}2",
                row.proof_id, row.list, suggestions=near,
            )  # fmt: skip


def _licence_gives(
    asks: Iterable[tuple[Proof, NeededProof]], items: Sequence[ItemMaterials]
) -> Iterable[Found]:
    """有效证照能够证明的,不得要求提供其他相关证明 (二(二)1(2))."""
    licences = sorted({name for item in items for name in item.on_file if not is_proof(name)})
    for row, record in asks:
        if licence := shown_by(record.name, licences):
            text = f"“{record.name}”所要证明的，{licence}已经能够证明，不得再要求提供。"
            yield Found(
                "licence-gives", record.name, record.unit, text, f"{sources.PROOF}(2)",
                row.proof_id, row.list, record.item_name, suggestions=(licence,),
            )  # fmt: skip


def _needed_units(
    asks: Iterable[tuple[Proof, NeededProof]], gives: Iterable[tuple[Proof, IssuedProof]]
) -> Iterable[Found]:
    """附件3 names a unit that needs the proof; that unit's own 附件2 does not."""
    wanted: dict[str, set[str]] = {}
    for _, need in asks:
        wanted.setdefault(same(need.name), set()).add(same(need.unit))
    for row, record in gives:
        units = wanted.get(same(record.name))
        for unit in record.needed_by if units else ():
            if not is_class(unit) and not any(same(unit) in one or one in same(unit) for one in units or ()):
                text = f"“{unit}”没有把“{record.name}”列为需要，请与该单位核对。"
                yield Found(
                    "need-not-confirmed", record.name, record.unit, text, f"{sources.ISSUED}2",
                    row.proof_id, row.list,
                )  # fmt: skip


def _items(asks: Sequence[tuple[Proof, NeededProof]], items: Iterable[ItemMaterials]) -> Iterable[Found]:
    """A live item's material that is a proof: it must be in the list, and not as cancelled."""
    rows: dict[tuple[str, str], list[tuple[Proof, NeededProof]]] = {}
    for row, record in asks:
        rows.setdefault((same(record.item_name), same(record.name)), []).append((row, record))
    for item in items:
        for material in item.materials:
            listed = rows.get((same(item.name), same(material)), [])
            if not listed and is_proof(material):
                text = f"事项“{item.name}”的材料“{material}”是证明，但不在需要的证明清单中。"
                yield Found(
                    "material-unlisted", material, item.body, text, f"{sources.NEEDED}2",
                    item_name=item.name, item_code=item.item_code,
                )  # fmt: skip
            elif listed and all(record.verdict == "取消" for _, record in listed):
                row, record = listed[0]
                text = f"“{material}”已经取消，事项“{item.name}”仍在要求提交，请修改该事项的申请材料。"
                yield Found(
                    "cancelled-still-asked", material, record.unit, text, f"{sources.PROOF}(1)",
                    row.proof_id, row.list, item.name, item.item_code,
                )  # fmt: skip
