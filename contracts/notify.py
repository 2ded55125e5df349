"""Events of notify: what happened to a delivery of a notice."""

from typing import ClassVar, Literal

from contracts.base import EventData, Identifier, Instant, PositiveInt, Text

DeliveryChannel = Literal["sms", "email", "wechat", "inbox"]
RecipientKind = Literal["applicant", "submitter", "concerned", "officer", "unit", "agency"]


class DeliveryEvent(EventData):
    """One delivery of a notice: one recipient, one channel."""

    topic: ClassVar[str] = "notify.notices"

    notice_id: Identifier
    case_no: Identifier | None = None
    event_id: Identifier
    """Id of the event that the notice tells of."""
    event_type: Identifier
    delivery: PositiveInt
    """Number of the delivery within the notice."""
    recipient_ref: Identifier
    recipient_kind: RecipientKind
    channel: DeliveryChannel
    template: Identifier
    template_version: PositiveInt
    attempt: PositiveInt


class NoticeSent(DeliveryEvent):
    """A provider has taken the delivery."""

    type: ClassVar[str] = "notice-sent"


class NoticeDelivered(DeliveryEvent):
    """The provider's receipt says that it arrived."""

    type: ClassVar[str] = "notice-delivered"

    delivered_at: Instant


class NoticeFailed(DeliveryEvent):
    """Permanent failure, or tries used up."""

    type: ClassVar[str] = "notice-failed"

    failure: Text
    """Why, without address or number."""
    next_channel: DeliveryChannel | None = None


class NoticeOutcomeUnknown(DeliveryEvent):
    """The provider timed out; a receipt is being asked for."""

    type: ClassVar[str] = "notice-outcome-unknown"
