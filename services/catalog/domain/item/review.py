"""Joint review of a draft and approval above it (mission C8): submit, waive, sign, approve, send back.

Seed 001 三(一)2 has 编办, 司法 and 政务服务 prepare the list together and 本级政府 approve it; whoever wrote
never signs, and nobody acts twice (ASVS 2.3.5).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from contracts import Actor
from services.catalog.domain.checks import lint
from services.catalog.domain.checks.known import NATIONWIDE, Known
from services.catalog.domain.item.drafts import Draft, ReviewRule, Signature, Submission, Waiver, open_errors
from services.catalog.domain.item.items import Item
from services.catalog.domain.item.review_refusals import (
    NoSuchFinding,
    NotASigner,
    NotSigned,
    NotSubmitted,
    NotTheApprovingUnit,
    NotWaivable,
    SignedAlready,
    SignedByAnother,
)
from services.catalog.domain.refusals import NoDraft, OpenErrors, OwnDraft
from services.runtime.change import Change

_SINGLE = ReviewRule()


def submit(
    item: Item,
    rule: ReviewRule,
    *,
    by: str,
    actor: Actor,
    now: datetime,
    note: str | None = None,
    known: Known = NATIONWIDE,
) -> Change[Item] | None:
    """Send the draft to review; None where it is there already. Nobody is asked to read what has errors."""
    draft = _sound(item, known)
    if draft.submission is not None or draft.stage != "draft":
        return None
    sent = Submission(by, now, rule.units, rule.approving_unit, note)
    submitted = replace(draft, submission=sent, signatures=(), returned=None)
    return _changed(item, submitted, "submitted", actor, now, units=list(rule.units))


def sign(
    item: Item,
    rule: ReviewRule = _SINGLE,
    *,
    by: str,
    unit: str,
    actor: Actor,
    now: datetime,
    known: Known = NATIONWIDE,
) -> Change[Item] | None:
    """Consent of a second person, for a unit that must sign; None where that person has signed this draft."""
    draft = _draft(item)
    if by in draft.editors:
        raise OwnDraft()
    if any(signature.by == by for signature in draft.signatures):
        return None
    draft = _sound(item, known)
    sent = draft.submission
    if sent is None and rule.joint:
        raise NotSubmitted()
    if sent is not None and sent.joint:
        if unit not in sent.units:
            raise NotASigner()
        if unit not in draft.outstanding:
            raise SignedByAnother()
    signed = replace(draft, signatures=(*draft.signatures, Signature(by, unit, now)), returned=None)
    return _changed(item, signed, "signed", actor, now)


def approve(
    item: Item, *, by: str, unit: str, actor: Actor, now: datetime, known: Known = NATIONWIDE
) -> Change[Item] | None:
    """The government of that level approves what all units signed; None where it has been approved so."""
    draft = _draft(item)
    sent = draft.submission
    if sent is None or sent.approving_unit is None or draft.stage in ("draft", "in_review"):
        raise NotSigned(draft.outstanding)
    if unit != sent.approving_unit:
        raise NotTheApprovingUnit()
    if by in draft.editors:
        raise OwnDraft()
    if any(signature.by == by for signature in draft.signatures):
        raise SignedAlready()
    if draft.approval is not None:
        return None
    draft = _sound(item, known)
    return _changed(item, replace(draft, approval=Signature(by, unit, now)), "approved", actor, now)


def send_back(item: Item, reason: str, *, unit: str, actor: Actor, now: datetime) -> Change[Item]:
    """A unit that is asked does not consent and says why; the review begins anew when it is sent in again."""
    draft = _draft(item)
    sent = draft.submission
    if sent is not None and sent.joint and unit not in (*sent.units, sent.approving_unit):
        raise NotASigner()
    returned = replace(draft, signatures=(), submission=None, approval=None, returned=reason)
    return _changed(item, returned, "sent_back", actor, now, reason=reason)


def waive(
    item: Item,
    finding_id: str,
    reason: str,
    *,
    by: str,
    unit: str,
    actor: Actor,
    now: datetime,
    known: Known = NATIONWIDE,
) -> Change[Item] | None:
    """Let a finding stand; None where it is waived. Who waives has a hand in the draft and cannot sign it."""
    draft = _draft(item)
    finding = next((one for one in lint.findings(draft.record, known) if one.id == finding_id), None)
    if finding is None:
        raise NoSuchFinding()
    if not finding.waivable:
        raise NotWaivable(finding)
    if any(waiver.finding == finding_id for waiver in draft.waivers):
        return None
    subject, at = finding.subject or "", now
    waiver = Waiver(finding_id, finding.rule, finding.field, subject, finding.quote, reason, by, unit, at)
    return _rewritten(item, draft, (*draft.waivers, waiver), "waived", by, actor, now, reason)


def unwaive(item: Item, finding_id: str, *, by: str, actor: Actor, now: datetime) -> Change[Item] | None:
    """Take a waiver back; None where there is none."""
    draft = _draft(item)
    kept = tuple(waiver for waiver in draft.waivers if waiver.finding != finding_id)
    if kept == draft.waivers:
        return None
    return _rewritten(item, draft, kept, "waiver_taken_back", by, actor, now, None)


def _rewritten(
    item: Item,
    draft: Draft,
    waivers: tuple[Waiver, ...],
    act: str,
    by: str,
    actor: Actor,
    now: datetime,
    reason: str | None,
) -> Change[Item]:
    """What stands is part of what is signed, so signatures are taken back as by an edit."""
    editors = (*(one for one in draft.editors if one != by), by)
    changed = Draft(draft.record, editors, now, returned=draft.returned, waivers=waivers)
    return _changed(item, changed, act, actor, now, **({"reason": reason} if reason else {}))


def _draft(item: Item) -> Draft:
    if item.draft is None:
        raise NoDraft()
    return item.draft


def _sound(item: Item, known: Known) -> Draft:
    draft = _draft(item)
    if found := open_errors(draft, known):
        raise OpenErrors(found)
    return draft


def _changed(item: Item, draft: Draft, act: str, actor: Actor, now: datetime, **note: object) -> Change[Item]:
    changed = replace(item, draft=draft, revision=item.revision + 1)
    return Change(changed, act, actor, now, note=note)
