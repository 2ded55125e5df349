"""Facts of the marketplace, kept."""

from __future__ import annotations

from typing import cast

from contracts.marketplace import AgencyEventData, SelectionEventData
from services.intake.intake import Intake
from services.runtime.message import Message


async def agency_told(intake: Intake, message: Message) -> None:
    """Keep the agency as it stands: whom applicants may choose."""
    await intake.market.keep_agency(message, cast(AgencyEventData, message.data))


async def selection_told(intake: Intake, message: Message) -> None:
    """Keep the selection as it stands: shown on its case."""
    await intake.market.keep_selection(message, cast(SelectionEventData, message.data))
