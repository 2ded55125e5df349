"""The files that a record names: the empty form and the filled-in example of a material, what a result looks
like (空白表格、样表、结果样本; seed 003 四(三): 示范文本).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from contracts.items import ItemRecord
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.record import DraftRecord
from services.runtime.problems import Invalid


@dataclass(frozen=True, slots=True)
class Named:
    """A file where a record names it; ``title`` is what people keep it under."""

    field: str
    file_id: str
    title: str


class UnknownFile(Invalid):
    """A draft names a file that was not uploaded, or that is another place's."""

    def __init__(self, lost: Named) -> None:
        super().__init__(
            f"《{lost.title}》的文件不存在，或者是别的地区的文件，请重新上传。",
            "There is no such file of this place; upload it again.",
            code="unknown-file",
            field=lost.field,
        )


def named(record: ItemRecord | DraftRecord) -> Iterator[Named]:
    """Every file of a record."""
    for number, material in enumerate(record.materials or ()):
        at = f"materials.{number}"
        if material.blank_file_id:
            yield Named(f"{at}.blank_file_id", material.blank_file_id, f"{material.name}（空白表格）")
        if material.sample_file_id:
            yield Named(f"{at}.sample_file_id", material.sample_file_id, f"{material.name}（样表）")
    if record.result and record.result.sample_file_id:
        yield Named("result.sample_file_id", record.result.sample_file_id, f"{record.result.name}（样本）")


def held(item: Item) -> set[str]:
    """Files that an item's versions, or the standard that it follows, name already, whosever they are."""
    records = [version.record for version in item.published]
    if item.adopted is not None:
        records.append(item.adopted.due.record)
    return {one.file_id for record in records for one in named(record)}


def must_be_known(files: Collection[Named], known: Collection[str]) -> None:
    """Refuse the first file that is not among those known."""
    for one in files:
        if one.file_id not in known:
            raise UnknownFile(one)
