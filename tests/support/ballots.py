"""Two small services for the runtime's own tests: one publishes ratings, the other counts them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contracts import Actor
from contracts.evaluation import ServiceRated
from services.runtime import mapping
from services.runtime.change import Change
from services.runtime.message import Handlers, Message, Never, NotYet
from services.runtime.problems import Conflict
from services.runtime.records import Records
from services.runtime.service import Service
from services.runtime.settings import Settings

CLERK = Actor(role="clerk", officer_id="o-1")
SYSTEM = Actor(role="system")


class PublisherSettings(Settings):
    """The publisher's settings."""

    service: str = "evaluation"


class CounterSettings(Settings):
    """The counter's settings."""

    service: str = "notify"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A box of grades."""

    box: str
    grades: tuple[int, ...] = ()
    limit: int = 1000


def rated(box: str, grade: int, at: datetime) -> ServiceRated:
    """The fact that a grade was given."""
    return ServiceRated(
        place_code="370104",
        at=at,
        actor=CLERK,
        service_id=box,
        service_kind="case",
        grade=grade,
        reasons=[],
        reason_list="1",
        channel="window",
        unit_id="u-1",
        has_comment=False,
    )


def put(ballot: Ballot, grade: int, at: datetime) -> Change[Ballot]:
    """Put one grade in; a full box refuses."""
    if len(ballot.grades) >= ballot.limit:
        raise Conflict("票箱已满。", "The box is full.", code="box-full")
    state = replace(ballot, grades=(*ballot.grades, grade))
    return Change(state, "rated", CLERK, at, (rated(ballot.box, grade, at),), {"grade": grade})


class Publisher:
    """A service with ballots."""

    def __init__(self, settings: PublisherSettings) -> None:
        self.service = Service(settings)
        self.ballots: Records[Ballot] = self.service.records(
            "ballots", Ballot, key="box", converter=mapping.converter(), topic="evaluation.ratings"
        )

    async def put(self, box: str, grade: int) -> Ballot:
        """Put a grade into a box that is made where it is missing."""
        now = self.service.clock()
        if await self.ballots.get(box) is None:
            return await self.ballots.create(put(Ballot(box), grade, now))
        return await self.ballots.change(box, lambda ballot: put(ballot, grade, now))


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted of one box, in the order it came."""

    box: str
    sequences: tuple[int, ...] = ()
    total: int = 0


class Counter:
    """A service that counts; boxes named in ``poison`` always fail, those in ``early`` are not yet ready."""

    def __init__(self, settings: CounterSettings) -> None:
        self.service = Service(settings)
        self.poison: set[str] = set()
        self.early: set[str] = set()
        self.refused: set[str] = set()
        self.counts: Records[Count] = self.service.records(
            "counts", Count, key="box", converter=mapping.converter()
        )
        self.service.consume(Handlers({"service-rated": self.count}))

    async def count(self, message: Message) -> None:
        """Count one rating."""
        if message.subject in self.poison:
            raise RuntimeError("this one always fails; reach me at 13812345678")
        if message.subject in self.early:
            raise NotYet("the box is not known yet")
        if message.subject in self.refused:
            raise Never("never")
        data = message.data
        assert isinstance(data, ServiceRated)

        def add(count: Count | None) -> Change[Count]:
            before = count or Count(message.subject)
            after = replace(
                before, sequences=(*before.sequences, message.sequence), total=before.total + data.grade
            )
            return Change(after, "counted", SYSTEM, data.at)

        await self.counts.apply(message, add)
