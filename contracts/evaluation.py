"""Events of evaluation: invitations to rate, and ratings (好差评)."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.base import EventData, Identifier, PersonRef, Text

ServiceKind = Literal["case", "ticket", "consultation"]
RatingChannel = Literal["window", "qr", "web", "phone", "kiosk", "agent", "sms", "hotline"]
"""How it was given; `hotline` is 12345."""


class RatingInvited(EventData):
    """A service ended: the person is invited to rate it."""

    type: ClassVar[str] = "rating-invited"
    topic: ClassVar[str] = "evaluation.invitations"

    invitation_id: Identifier
    applicant_ref: PersonRef
    service_kind: ServiceKind
    service_id: Identifier
    """Number of the case, ticket or consultation."""
    case_no: Identifier | None = None
    open_until: date


class ServiceRated(EventData):
    """The person rates: once per service, never changed."""

    type: ClassVar[str] = "service-rated"
    topic: ClassVar[str] = "evaluation.ratings"

    service_id: Identifier
    service_kind: ServiceKind
    case_no: Identifier | None = None
    grade: Annotated[int, Field(ge=1, le=5)]
    """5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意."""
    reasons: list[Text]
    """Codes of the list; free text stays in evaluation."""
    reason_list: Identifier
    """Version of the list that the reasons are taken from."""
    channel: RatingChannel
    item_code: Identifier | None = None
    unit_id: Identifier
    hall_id: Identifier | None = None
    window_id: Identifier | None = None
    officer_id: Identifier | None = None
    has_comment: bool
