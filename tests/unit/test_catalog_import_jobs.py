"""An import as a job: who holds it, where a new worker goes on, when it is given up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from contracts import Actor
from services.catalog.domain.tables import imports
from services.catalog.domain.tables.forms import Line, RowProblem
from services.catalog.domain.tables.imports import HOLD, TRIES, Asked, Chunk, Counts, Import, Mode

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PROBLEM = RowProblem(3, "承诺时限", "limit-not-a-number", "…")
CHUNK = Chunk(250, done=(("a", "created"), ("b", "unchanged")))


def job(mode: Mode = "good-rows", chunks: int = 2) -> Import:
    asked = Asked("370104", "items", mode, None, "t.csv", "editor", "u", Actor(role="editor"))
    return imports.begin(Import("im-1", asked, NOW, rows_total=500, chunks_total=chunks)).state


def held(job: Import, by: str = "one", at: datetime = NOW) -> Import:
    change = imports.hold(job, by, at)
    assert change is not None
    return change.state


def advanced(job: Import, number: int, chunk: Chunk = CHUNK, by: str = "one") -> Import:
    change = imports.advance(job, by, number, chunk, NOW)
    assert change is not None
    return change.state


def test_a_job_is_done_with_its_last_chunk() -> None:
    half = advanced(held(job()), 0)
    assert (half.state, half.rows_done, half.chunks_done) == ("running", 250, 1)
    whole = advanced(half, 1)
    assert (whole.state, whole.rows_done, whole.held_by) == ("done", 500, None)
    assert whole.counts == Counts(created=2, unchanged=2)


def test_nobody_takes_a_job_from_a_living_worker_and_somebody_does_from_a_dead_one() -> None:
    taken = held(job())
    assert imports.hold(taken, "two", NOW + HOLD - timedelta(milliseconds=1)) is None
    assert held(taken, "two", NOW + HOLD).held_by == "two"


def test_a_worker_that_comes_back_counts_nothing_twice() -> None:
    other = held(held(job()), "two", NOW + HOLD)
    assert imports.advance(other, "one", 0, CHUNK, NOW) is None
    counted = advanced(other, 0, by="two")
    assert imports.advance(counted, "two", 0, CHUNK, NOW) is None


def test_a_job_that_workers_die_of_is_given_up_and_may_be_given_again() -> None:
    tried, at = job(), NOW
    for number in range(TRIES):
        tried, at = held(tried, f"worker {number}", at), at + HOLD
    assert held(tried, "last", at).state == "failed"
    again = imports.begin_again(held(tried, "last", at), job())
    assert again is not None
    assert (again.state.run, again.state.state, again.state.tries) == (2, "queued", 0)


def test_whole_or_none_is_checked_first_and_written_only_without_problems() -> None:
    checked = advanced(held(job("whole-or-none", chunks=1)), 0, Chunk(500))
    assert (checked.state, checked.checking, checked.chunks_done) == ("running", False, 0)
    assert advanced(checked, 0).state == "done"
    refused = advanced(held(job("whole-or-none", chunks=1)), 0, Chunk(500, problems=(PROBLEM,)))
    assert (refused.state, refused.counts) == ("done", Counts(problems=1))


def test_a_check_is_over_when_all_rows_are_looked_through() -> None:
    assert advanced(held(job("check", chunks=1)), 0, Chunk(500)).state == "done"


def test_the_same_file_is_one_job_whatever_its_name() -> None:
    same = imports.import_id("370104", "items", "good-rows", None, b"x")
    assert same == imports.import_id("370104", "items", "good-rows", None, b"x")
    others = {
        imports.import_id("370105", "items", "good-rows", None, b"x"),
        imports.import_id("370104", "items", "check", None, b"x"),
        imports.import_id("370104", "items", "good-rows", "07", b"x"),
        imports.import_id("370104", "items", "good-rows", None, b"y"),
    }
    assert len(others - {same}) == 4


def test_while_a_run_is_under_way_the_same_file_joins_it() -> None:
    assert imports.begin_again(held(job()), job()) is None


def test_a_table_without_rows_is_done_at_once() -> None:
    assert job(chunks=0).state == "done"


def test_chunks_are_bounded_by_rows_and_by_bytes() -> None:
    lines = [Line("", number, {"事项名称": "甲"}) for number in range(501)]
    assert [len(chunk) for chunk in imports.chunked(lines)] == [250, 250, 1]
    long = [replace(line, texts={"事项名称": "甲" * 400_000}) for line in lines[:3]]
    assert [len(chunk) for chunk in imports.chunked(long)] == [1, 1, 1]


def test_problems_stand_in_the_order_of_the_file() -> None:
    found = [
        replace(PROBLEM, sheet="乙", row=2),
        replace(PROBLEM, row=9),
        replace(PROBLEM, sheet="乙", row=1),
    ]
    assert [(one.sheet, one.row) for one in imports.ordered(found)] == [("乙", 1), ("乙", 2), ("", 9)]
