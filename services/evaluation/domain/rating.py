"""Rating a service (好差评, E1): five grades, once a service, voluntary, never changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts import Actor
from contracts.approval import CaseDecided
from contracts.evaluation import RatingChannel, RatingInvited, ServiceRated
from services.evaluation.domain.facts import CaseFacts, civil
from services.runtime.change import Change
from services.runtime.problems import Conflict, Invalid, NotFound

#: The grades of seed 001 and 004, by number.
GRADES: Mapping[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
#: The list of reasons by code, with the words that pages show; published by its version.
REASON_LIST = "r1"
REASONS: Mapping[str, tuple[str, str]] = {
    "attitude": ("服务态度好", "Friendly service"),
    "speed": ("办事效率高", "Quick"),
    "clear": ("指引清楚", "Clear guidance"),
    "online": ("网上办理方便", "Easy online"),
    "attitude_bad": ("服务态度差", "Unfriendly service"),
    "slow": ("办事效率低", "Slow"),
    "unclear": ("指引不清楚", "Unclear guidance"),
    "errands": ("来回跑、反复提交材料", "Too many errands"),
}
#: What is published of a reason in the person's own words, which stay here.
OTHER = "other"
_BY_WORDS = {words: code for code, both in REASONS.items() for words in (code, *both)}
#: Anything that could be a number of an ID, a phone or an account: seven digits or more, however spaced.
_NUMBER = re.compile(r"\d(?:[\s\-_.()]{0,2}\d){6,}[Xx]?")
_ADDRESS = re.compile(r"[^\s@,，;；:：]+@[^\s@,，;；:：]+")
_HIDDEN = "[已隐去]"
LONGEST_COMMENT = 500


class NotFinished(Conflict):
    """409: the service is not over yet."""

    default_code = "not-finished"

    def __init__(self) -> None:
        super().__init__(
            "办件尚未办结，办结后即可评价。", "This case is not finished yet; it can be rated when it is."
        )


class AlreadyRated(Conflict):
    """409: one rating a service."""

    default_code = "already-rated"

    def __init__(self) -> None:
        super().__init__(
            "您已对本次服务作出评价，每次服务只能评价一次，评价后不能更改。",
            "This service has been rated; it can be rated once, and a rating cannot be changed.",
        )


class RatingClosed(Conflict):
    """409: the time for rating is over."""

    default_code = "rating-closed"

    def __init__(self, until: date) -> None:
        super().__init__(
            f"评价已于 {until.isoformat()} 截止。", f"Rating was open until {until.isoformat()}."
        )


@dataclass(frozen=True, slots=True)
class Rating:
    """What a person said of a service. ``comment`` and ``own_words`` stay here, with every number hidden."""

    service_id: str
    case_no: str
    place_code: str
    grade: int
    reasons: tuple[str, ...]
    reason_list: str
    own_words: tuple[str, ...]
    comment: str | None
    channel: RatingChannel
    item_code: str
    unit_id: str
    hall_id: str | None
    window_id: str | None
    officer_id: str | None
    rated_by: str
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation to rate, one for each decision; ``open_until`` is its last day."""

    invitation_id: str
    case_no: str
    place_code: str
    item_name: str
    applicant_ref: str
    submitter_ref: str
    open_until: date


def rate(
    case: CaseFacts | None,
    *,
    person_ref: str | None,
    grade: int,
    reasons: Sequence[str],
    comment: str | None,
    channel: RatingChannel,
    days: int,
    now: datetime,
) -> Change[Rating]:
    """One person rates one case: only whom it concerns, after its end, and no later than ``days`` after."""
    if case is None or case.about is None or person_ref is None or not case.concerns(person_ref):
        raise NotFound()
    if case.ended_at is None:
        raise NotFinished()
    if case.rating is not None:
        raise AlreadyRated()
    until = civil(case.ended_at) + timedelta(days=days)
    if civil(now) > until:
        raise RatingClosed(until)
    codes, own_words = _sorted(reasons)
    about, accepted = case.about, case.intake
    rating = Rating(
        service_id=case.case_no,
        case_no=case.case_no,
        place_code=about.place_code,
        grade=grade,
        reasons=codes,
        reason_list=REASON_LIST,
        own_words=own_words,
        comment=_plain(comment, "comment") if comment else None,
        channel=channel,
        item_code=about.item_code,
        unit_id=about.unit_id,
        hall_id=about.hall_id,
        window_id=accepted.window_id if accepted else None,
        officer_id=accepted.officer_id if accepted else None,
        rated_by=person_ref,
        rated_at=now,
    )
    return Change(rating, act="rated", actor=_citizen(), at=now, events=(_service_rated(rating),))


def invite(event: CaseDecided, event_key: str, *, days: int, now: datetime) -> Change[Invitation]:
    """The invitation that a decision leads to; its id is derived from the event."""
    invitation = Invitation(
        invitation_id=event_key,
        case_no=event.case_no,
        place_code=event.place_code,
        item_name=event.item.name,
        applicant_ref=event.applicant.applicant_ref,
        submitter_ref=event.submitter_ref,
        open_until=civil(event.at) + timedelta(days=days),
    )
    invited = RatingInvited(
        place_code=event.place_code,
        at=now,
        actor=Actor(role="system"),
        invitation_id=event_key,
        applicant_ref=invitation.applicant_ref,
        service_kind="case",
        service_id=event.case_no,
        case_no=event.case_no,
        open_until=invitation.open_until,
    )
    return Change(invitation, act="invited", actor=invited.actor, at=now, events=(invited,))


def without_numbers(text: str) -> str:
    """The text with every long number and every mail address hidden, however they are spaced or widened."""
    return _ADDRESS.sub(_HIDDEN, _NUMBER.sub(_HIDDEN, unicodedata.normalize("NFKC", text)))


def _citizen() -> Actor:
    return Actor(role="citizen")


def _sorted(reasons: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes for what is on the list; the rest are the person's own words, under the code ``other``."""
    codes = dict.fromkeys(_BY_WORDS.get(reason.strip(), OTHER) for reason in reasons)
    own = tuple(_plain(r, "reasons") for r in reasons if r.strip() not in _BY_WORDS)
    return tuple(codes), own


def _plain(text: str, field: str) -> str:
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") and c not in "\n\r\t\u200d" for c in text):
        raise Invalid(
            "文字中含有不可见的控制字符，请删除后再提交。",
            "The text holds invisible control characters; remove them.",
            field=field,
        )
    return without_numbers(text)


def _service_rated(rating: Rating) -> ServiceRated:
    return ServiceRated(
        place_code=rating.place_code,
        at=rating.rated_at,
        actor=_citizen(),
        service_id=rating.service_id,
        service_kind="case",
        case_no=rating.case_no,
        grade=rating.grade,
        reasons=list(rating.reasons),
        reason_list=rating.reason_list,
        channel=rating.channel,
        item_code=rating.item_code,
        unit_id=rating.unit_id,
        hall_id=rating.hall_id,
        window_id=rating.window_id,
        officer_id=rating.officer_id,
        has_comment=rating.comment is not None or bool(rating.own_words),
    )
