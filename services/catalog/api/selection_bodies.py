"""What is sent to open selections and to take part in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.base import PlaceCode, Sha256
from contracts.marketplace import Grade, Salt, SelectionMode, WitnessNumber
from services.catalog.domain.marketplace.selections import Terms
from services.runtime import http
from services.runtime.http import VISIBLE

AgencyId = Annotated[str, StringConstraints(pattern=r"^ag-[0-9A-Z]{18}$")]
Fen = Annotated[int, Field(ge=0, le=100_000_000_000, strict=True)]
Days = Annotated[int, Field(ge=1, le=3660, strict=True)]
Instant = Annotated[
    AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=UTC), lt=datetime(2151, 1, 1, tzinfo=UTC))
]


class Opening(http.Body):
    """A selection as it is wanted."""

    service_code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")
    mode: SelectionMode
    place: PlaceCode
    entries_until: Instant
    requirements: str = Field(min_length=4, max_length=1000, pattern=VISIBLE)
    """What is to be done; public."""
    case_no: str | None = Field(None, pattern=r"^\d{2,12}-\d{8}-[0-9A-Z]{6,12}$")
    ceiling_fen: Fen | None = None
    max_days: Days | None = None
    min_grade: Grade | None = None
    asked: int = Field(3, ge=2, le=20)
    award: Literal["lowest", "choice"] = "lowest"
    answer_hours: int = Field(24, ge=1, le=240)
    if_too_few: Literal["extend", "cancel"] = "extend"
    witnessed: bool = False
    related: list[AgencyId] = Field(default_factory=list, max_length=50)

    def terms(self) -> Terms:
        """The terms; the service's name is filled in from the list."""
        return Terms(
            mode=self.mode,
            service_code=self.service_code,
            service_name="",
            requirements=self.requirements,
            ceiling_fen=self.ceiling_fen,
            max_days=self.max_days,
            min_grade=self.min_grade,
            asked=self.asked,
            award=self.award,
            answer_hours=self.answer_hours,
            if_too_few=self.if_too_few,
            witnessed=self.witnessed,
            related=tuple(dict.fromkeys(self.related)),
        )


class Entering(http.Body):
    """An entry: a quote (比选), random bytes of the entrant's own (摇号), or a sealed bid (竞价)."""

    no_relation: Literal[True]
    """The agency declares that it is not related to the client (回避)."""
    price_fen: Fen | None = None
    days: Days | None = None
    salt: Salt | None = None
    bid_sha256: Sha256 | None = None


class Answering(http.Body):
    """A price that was asked for, or a sealed one revealed with its nonce."""

    price_fen: Fen
    nonce: str | None = Field(None, pattern=r"^[0-9a-f]{32,64}$")


class Witnessing(http.Body):
    """种子数."""

    number: WitnessNumber


class Choosing(http.Body):
    """The client's choice."""

    agency_id: AgencyId
    reason: str = Field(min_length=2, max_length=500, pattern=VISIBLE)


class Fulfilling(http.Body):
    """The client's rating of the work: 5 very good … 1 very bad."""

    rating: int = Field(ge=1, le=5, strict=True)
