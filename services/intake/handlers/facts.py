"""Facts of other services, kept."""

from __future__ import annotations

from typing import cast

from contracts.approval import CalendarLoaded, DossierEvent
from contracts.catalog import DirectoryEventData, ItemVersionData, ItemWithdrawn
from contracts.notify import DeliveryEvent
from contracts.offers import OfferEventData
from contracts.proofs import ProofListPublished
from services.intake.domain import facts
from services.intake.domain.case import Case
from services.intake.intake import Intake
from services.runtime.change import Change
from services.runtime.message import Message, NotYet


async def item_published(intake: Intake, message: Message) -> None:
    """Keep the version."""
    await intake.items.publish(message, cast(ItemVersionData, message.data))


async def item_withdrawn(intake: Intake, message: Message) -> None:
    """Take nothing new from then on."""
    await intake.items.withdraw(message, cast(ItemWithdrawn, message.data))


async def offer_told(intake: Intake, message: Message) -> None:
    """Keep what a hall handles and what not."""
    await intake.offers.keep(message, cast(OfferEventData, message.data))


async def proof_list_published(intake: Intake, message: Message) -> None:
    """Keep the words of commitments."""
    await intake.wordings.keep(message, cast(ProofListPublished, message.data))


async def directory_entry_published(intake: Intake, message: Message) -> None:
    """Keep the entry."""
    await intake.directory.keep(message, cast(DirectoryEventData, message.data), closed=False)


async def directory_entry_closed(intake: Intake, message: Message) -> None:
    """Keep its last state: printed papers go on naming it."""
    await intake.directory.keep(message, cast(DirectoryEventData, message.data), closed=True)


async def calendar_loaded(intake: Intake, message: Message) -> None:
    """Count by it from now on; dates of accepted cases are approval's to recompute."""
    await intake.calendars.keep(message, cast(CalendarLoaded, message.data))


async def told_by_approval(intake: Intake, message: Message) -> None:
    """Note a fact of an accepted case."""
    event, now = cast(DossierEvent, message.data), intake.clock()

    def decide(case: Case | None) -> Change[Case]:
        if case is None:
            # Only after a restore from an older copy: the case must come back first.
            raise NotYet("the case is not here")
        return facts.told_by_approval(case, event, now)

    await intake.cases.records.apply(message, decide)


async def notice_told(intake: Intake, message: Message) -> None:
    """Note that and when the applicant was told."""
    await intake.told.note(cast(DeliveryEvent, message.data))
