"""附件1 of a place: its own items, and those that all its towns or villages have alike as one row (C2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.catalog.app import App
from services.catalog.domain.entries import Entry
from services.catalog.domain.tables import cells_written, classes, table
from services.catalog.domain.tables.forms import SERIAL
from services.catalog.exports import Printed
from services.catalog.handlers.exporters import Body, Exporter

COLUMNS = (
    Printed(SERIAL, 2.5),
    Printed("实施主体", 7),
    Printed("事项名称", 11),
    Printed("事项类型", 4.5),
    Printed("事项类别", 5.5),
    Printed("实施依据及条款", 14),
    Printed("服务对象", 6),
    Printed("共同实施部门", 6),
    Printed("收费依据及标准", 8),
    Printed("法定时限", 5),
    Printed("承诺时限", 5),
    Printed("服务类型", 5),
    Printed("提供方式", 5),
    Printed("适用范围", 5),
    Printed("备注", 6),
)


@dataclass(slots=True)
class Alike:
    """An item as it stands at one or more places: the cells of the first, and where it is the same."""

    texts: Mapping[str, str]
    places: set[str] = field(default_factory=set)
    is_alike: bool = True

    def add(self, place: str, texts: Mapping[str, str]) -> None:
        """The item at one more place."""
        self.places.add(place)
        self.is_alike = self.is_alike and texts == self.texts


async def body(app: App, at: Entry) -> Body:
    """Rows in the order of the codes. Items that not all places of a class have alike are told below."""
    own: dict[str, Mapping[str, str]] = {}
    below: dict[str, Alike] = {}
    async for item in app.store.items_below(at.entry_id):
        record = item.base()
        if record is None or record.secret:
            continue
        texts = cells_written.texts(record)
        if item.place == at.entry_id:
            own[item.identity] = texts
        else:
            below.setdefault(item.identity, Alike(texts)).add(item.place, texts)
    places = [entry for entry in await app.store.places_and_units(at.entry_id) if entry.kind == "place"]
    whole = {
        identity: alike.texts
        for identity, alike in below.items()
        if identity not in own and _stands_for_all(alike, at, places)
    }
    apart = len(below.keys() - whole.keys() - own.keys())
    notes = (f"另有 {apart} 项在下级各区划不一致或者不齐全，请按各区划分别导出。",) if apart else ()
    rows = [_row(number, texts) for number, texts in enumerate([*own.values(), *whole.values()], 1)]
    return Body(rows, notes)


def _stands_for_all(alike: Alike, at: Entry, places: Sequence[Entry]) -> bool:
    """Whether one row with the class name stands for all of them."""
    meant = classes.places_meant(alike.texts[table.BODY], at, places)
    return alike.is_alike and alike.places == {place.entry_id for place in meant}


def _row(number: int, texts: Mapping[str, str]) -> list[str]:
    return [str(number) if column.name == SERIAL else texts[column.name] for column in COLUMNS]


EXPORTER = Exporter(table.FORM.title, COLUMNS, body)
