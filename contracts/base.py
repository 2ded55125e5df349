"""What every event is made of: the strict block, legal instants, place codes and the encoding."""

from datetime import datetime, timedelta, timezone
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

from contracts.topics import TOPICS

CIVIL_TIME = timezone(timedelta(hours=8), "+08:00")
"""The civil time of the whole country (UTC+08:00, no summer time)."""


def format_instant(instant: datetime) -> str:
    """RFC 3339 in +08:00; milliseconds only when there are any. Needs an aware datetime."""
    civil = instant.astimezone(CIVIL_TIME)
    return civil.isoformat(timespec="milliseconds" if civil.microsecond >= 1000 else "seconds")


def _to_civil_milliseconds(instant: datetime) -> datetime:
    # The database keeps milliseconds; an event must not know more than the document it tells of.
    civil = instant.astimezone(CIVIL_TIME)
    return civil.replace(microsecond=civil.microsecond // 1000 * 1000)


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_to_civil_milliseconds),
    PlainSerializer(format_instant, return_type=str, when_used="json"),
]
"""A point in time with its offset; a datetime without one is refused."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$")]
"""A reference to something: plain ASCII, because it may become a record key or a header."""

Text = Annotated[str, StringConstraints(min_length=1)]
"""Words for people; never empty."""

PlaceCode = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?)?$")
]
"""行政区划代码 of 2, 4, 6 (GB/T 2260), 9 (GB/T 10114) or 12 digits; a prefix is an ancestor.
`00` is the whole country."""

PLACE_DIGITS = (2, 4, 6, 9, 12)
"""How long a place code may be: province, city, county, town, village."""


def lineage(place: str) -> list[str]:
    """The codes of a place and of those that it lies in, the widest first (a prefix is an ancestor)."""
    return [place[:digits] for digits in PLACE_DIGITS if digits <= len(place)]


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

PersonRef = Annotated[str, StringConstraints(pattern=r"^a[0-9]+\.[0-9a-f]{16,64}$")]
"""The keyed hash that stands for a person or an enterprise: `a<key number>.<hex>`."""

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""Civil time of day, e.g. `09:00`."""

Channel = Literal["window", "web", "phone", "kiosk", "agent"]


class Block(BaseModel):
    """A group of fields: immutable, and refusing what it does not know (producer side)."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
    )


class Actor(Block):
    """Who did it: staff and applicants by role and reference, never by name."""

    role: Identifier
    """The role of the token that acted; `system` for sweeps and clocks."""
    officer_id: Identifier | None = None
    unit_id: Identifier | None = None
    hall_id: Identifier | None = None
    window_id: Identifier | None = None
    channel: Channel | None = None


class EventData(Block):
    """The value of an event. A subclass names its type and its topic and adds its fields.

    `major` is the contract's major version (`ce_dataschema`), not a version of the business object.
    """

    type: ClassVar[str]
    topic: ClassVar[str]
    major: ClassVar[int] = 1

    place_code: PlaceCode
    """The competent place."""
    at: Instant
    """When the act took legal effect; when it was recorded is `ce_time`."""
    actor: Actor

    @property
    def subject(self) -> str:
        """The id of the aggregate: `ce_subject` and the record's key."""
        return ":".join(str(getattr(self, field)) for field in TOPICS[self.topic].key.split(":"))

    def encode(self) -> bytes:
        """Compact JSON in UTF-8; fields without a value are left out."""
        return self.model_dump_json(exclude_none=True).encode()

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read as a consumer does: unknown fields ignored at every depth, types taken strictly.

        Raises `pydantic.ValidationError` where the data breaks the contract.
        """
        return cls.model_validate_json(data, strict=True, extra="ignore")


PositiveInt = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
