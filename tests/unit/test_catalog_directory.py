"""The directory, and the places that a class name in a list stands for."""

from datetime import UTC, datetime

import pytest

from contracts import Actor
from contracts.catalog import DirectoryRecord
from deploy.local import sample
from services.catalog.domain import entries
from services.catalog.domain.entries import Entry
from services.catalog.domain.refusals import Stale, WhichRevision
from services.catalog.domain.tables import classes
from services.runtime.problems import Conflict, Invalid

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ACTOR = Actor(role="operator", officer_id="operator")


def entry(entry_id: str, kind: str = "place", parent: str | None = None, place: str | None = None) -> Entry:
    return Entry(entry_id, kind, parent, place or entry_id, DirectoryRecord(name=entry_id))  # type: ignore[arg-type]


def directory() -> list[Entry]:
    made: dict[str, Entry] = {}
    for given in sample.directory():
        parent = made.get(given["parent_id"] or "")
        place = entries.place_of(given["entry_id"], given["kind"], given["parent_id"], parent)
        record = DirectoryRecord.model_validate(given["record"])
        made[given["entry_id"]] = Entry(given["entry_id"], given["kind"], given["parent_id"], place, record)
    return list(made.values())


PLACES = [one for one in directory() if one.kind == "place"]
UNITS = [one for one in directory() if one.kind == "unit"]


def meant(body: str, at: str) -> list[str]:
    (place,) = (one for one in PLACES if one.entry_id == at)
    return [one.entry_id for one in classes.places_meant(body, place, PLACES)]


def test_a_class_name_stands_for_each_place_of_that_class_below() -> None:
    assert meant("各乡镇人民政府", "370104") == ["370104101", "370104102"]
    assert meant("各街道办事处", "370104") == ["370104003"]
    assert meant("村委会\uff08居委会\uff09", "3701") == ["370104101201", "370105101201"]


def test_at_a_place_of_the_level_the_class_is_that_place_alone() -> None:
    assert meant("各乡镇人民政府", "370104102") == ["370104102"]
    assert meant("各乡镇人民政府", "370104003") == ["370104003"]


def test_a_body_with_a_name_of_its_own_is_at_the_place_itself() -> None:
    assert meant("济南市健康教育所", "3701") == ["3701"]


def test_a_class_that_the_directory_does_not_have_there_is_nowhere() -> None:
    assert meant("各街道办事处", "370105") == []


def test_the_unit_is_the_one_of_that_name_or_that_class_at_the_place() -> None:
    by_name = classes.unit_meant("济南市健康教育所", "3701", UNITS)
    by_class = classes.unit_meant("各乡镇人民政府", "370104101", UNITS)
    assert by_name is not None
    assert by_class is not None
    assert (by_name.entry_id, by_class.entry_id) == ("u-3701-31", "u-370104101-01")
    assert classes.unit_meant("没有的部门", "3701", UNITS) is None


def test_what_lies_in_a_hall_lies_in_the_place_of_the_hall() -> None:
    hall = entry("h-370104", "hall", "370104", place="370104")
    assert entries.place_of("h-370104-w-01", "window", "h-370104", hall) == "370104"


@pytest.mark.parametrize(
    ("entry_id", "kind", "parent_id", "parent", "code"),
    [
        ("3701041", "place", "370104", None, "not-a-place-code"),
        ("370104101", "place", "370105", None, "wrong-parent"),
        ("370104", "place", "370104", None, "wrong-parent"),
        ("w-1", "window", "370104", entry("370104"), "wrong-parent"),
        ("u-1", "unit", "370199", None, "unknown-parent"),
    ],
)
def test_an_entry_that_cannot_stand_there_is_refused(
    entry_id: str, kind: str, parent_id: str, parent: Entry | None, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        entries.place_of(entry_id, kind, parent_id, parent)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_altering_needs_the_present_revision_and_publishes_the_whole_state() -> None:
    present = entry("370104")
    new = entry("370104")
    with pytest.raises(WhichRevision):
        entries.alter(present, new, revision=None, actor=ACTOR, now=NOW)
    with pytest.raises(Stale):
        entries.alter(present, new, revision=7, actor=ACTOR, now=NOW)
    assert entries.alter(present, new, revision=1, actor=ACTOR, now=NOW) is None, "nothing new"
    renamed = Entry("370104", "place", None, "370104", DirectoryRecord(name="槐荫区"))
    change = entries.alter(present, renamed, revision=1, actor=ACTOR, now=NOW)
    assert change is not None
    assert change.state.revision == 2
    assert [event.type for event in change.events] == ["directory-entry-published"]


def test_an_entry_does_not_move() -> None:
    moved = entry("h-1", "hall", "370105", place="370105")
    with pytest.raises(Conflict):
        entries.alter(entry("h-1", "hall", "370104", place="370104"), moved, revision=1, actor=ACTOR, now=NOW)


def test_closing_happens_once() -> None:
    change = entries.close(entry("h-1", "hall", "370104", place="370104"), "搬迁", actor=ACTOR, now=NOW)
    assert change is not None
    assert [event.type for event in change.events] == ["directory-entry-closed"]
    assert entries.close(change.state, "搬迁", actor=ACTOR, now=NOW) is None
