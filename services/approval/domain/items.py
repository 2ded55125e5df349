"""The own copy of an item version: what approval must know of it, and no more."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.blocks import UnitRef
from contracts.items import ItemRecord, ItemResult, ItemStep


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of an item as far as deciding needs it."""

    key: str
    item_code: str
    name: str
    acceptor_may_decide: bool
    basis: str
    steps: tuple[ItemStep, ...]
    regulators: tuple[UnitRef, ...]
    result: ItemResult | None = None

    @classmethod
    def of(cls, item_code: str, version: int, record: ItemRecord) -> Terms:
        """The copy of a published record."""
        return cls(
            key=copy_key(item_code, version),
            item_code=item_code,
            name=record.name,
            acceptor_may_decide=record.acceptor_may_decide,
            basis=_basis(item_code, version, record),
            steps=tuple(record.steps),
            regulators=tuple(record.regulators),
            result=record.result,
        )

    def step(self, step: str) -> ItemStep | None:
        """A step by its code."""
        return next((found for found in self.steps if found.step == step), None)


def copy_key(item_code: str, version: int) -> str:
    """The id of the copy of one version."""
    return f"{item_code}:{version}"


def _basis(item_code: str, version: int, record: ItemRecord) -> str:
    # 实施依据及条款 as it stands in the list; without one, the list itself is what the decision rests on.
    named = [f"{basis.title}{basis.clause or ''}" for basis in record.basis]
    return "；".join(named) or f"《{record.name}》实施清单（{item_code}，第{version}版）"
