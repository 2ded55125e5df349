"""The end of entry time: who is eligible at that instant, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts import Actor
from contracts.marketplace import EntriesClosed, Grade, SelectionCancelled, SelectionOpened
from services.catalog.domain.marketplace import selection_refusals as refusals
from services.catalog.domain.marketplace.draws import list_digest
from services.catalog.domain.marketplace.selections import (
    CHOICE_TIME,
    FEWEST,
    WITNESS_TIME,
    Selection,
    State,
    Terms,
    facts,
    frozen_facts,
)
from services.runtime.change import Change

SYSTEM = Actor(role="system")
_GRADES = "ABCD"


@dataclass(frozen=True, slots=True)
class Standing:
    """An agency at an instant: its grade, and why it may not be chosen (None where it may)."""

    grade: Grade
    why_not: str | None


def why_excluded(terms: Terms, agency_id: str, standing: Standing) -> str | None:
    """Why an agency may not take part; None where it may."""
    if agency_id in terms.related:
        return "与委托人存在利害关系，应当回避"
    if standing.why_not is not None:
        return standing.why_not
    if terms.min_grade is not None and _GRADES.index(standing.grade) > _GRADES.index(terms.min_grade):
        return f"信用等级低于 {terms.min_grade} 级"
    return None


def close(
    selection: Selection,
    standings: Mapping[str, Standing],
    *,
    actor: Actor,
    now: datetime,
    early: bool = False,
) -> Change[Selection] | None:
    """Freeze the list; with too few valid entries reopen once or cancel.

    None where it is not time, or where somebody entered whose standing was not looked up yet. ``early`` is
    the client's own act in a comparison. NotNow, TooFewEntered.
    """
    if early and (selection.state != "open" or selection.terms.mode != "comparison"):
        raise refusals.NotNow(selection.state)
    if selection.state != "open" or (now < selection.entries_until and not early):
        return None
    if any(one.agency_id not in standings for one in selection.entries):
        return None
    checked = _checked(selection, standings)
    fewest = FEWEST[selection.terms.mode]
    if len(checked.entries) >= fewest:
        return _frozen(checked, actor, now)
    if early:
        raise refusals.TooFewEntered(fewest)
    if selection.terms.if_too_few == "extend" and selection.round == 1:
        return _reopened(selection, now)
    return _cancelled(checked, f"有效报名 {len(checked.entries)} 家，不足 {fewest} 家", now)


def _checked(selection: Selection, standings: Mapping[str, Standing]) -> Selection:
    kept, out = [], []
    for one in sorted(selection.entries, key=lambda entry: entry.agency_id):
        standing = standings[one.agency_id]
        why = why_excluded(selection.terms, one.agency_id, standing)
        if why is not None:
            out.append((one.agency_id, why))
        else:
            kept.append(replace(one, grade=standing.grade))
    return replace(selection, entries=tuple(kept), excluded=tuple(out))


def _frozen(selection: Selection, actor: Actor, now: datetime) -> Change[Selection]:
    terms = selection.terms
    state: State = "witnessing" if terms.witnessed else "drawing"
    choose_by = now + WITNESS_TIME if terms.witnessed else None
    answers_until = None
    if terms.mode == "comparison":
        state, choose_by = "choosing", now + CHOICE_TIME
    elif terms.mode == "bid":
        # Of a witnessed bid the number is drawn while the prices are being revealed.
        state, answers_until = "revealing", now + timedelta(hours=terms.answer_hours)
    frozen = replace(
        selection,
        state=state,
        closed_at=now,
        digest=list_digest(one.lot for one in selection.entries) if terms.draws else None,
        choose_by=choose_by,
        answers_until=answers_until,
        revision=selection.revision + 1,
    )
    event = EntriesClosed(**frozen_facts(frozen, actor, now), answers_until=answers_until)
    return Change(frozen, "entries_closed", actor, now, (event,))


def _reopened(selection: Selection, now: datetime) -> Change[Selection]:
    """Once more, as long again; who has entered stays in, and the seed stays bound."""
    longer = replace(
        selection,
        round=selection.round + 1,
        entries_until=now + (selection.entries_until - selection.opened_at),
        revision=selection.revision + 1,
    )
    return Change(longer, "reopened", SYSTEM, now, (SelectionOpened(**facts(longer, SYSTEM, now)),))


def _cancelled(selection: Selection, reason: str, now: datetime) -> Change[Selection]:
    ended = replace(
        selection, state="cancelled", reason=reason, ended_at=now, revision=selection.revision + 1
    )
    event = SelectionCancelled(**frozen_facts(ended, SYSTEM, now), reason=reason)
    return Change(ended, "cancelled", SYSTEM, now, (event,), {"reason": reason})
