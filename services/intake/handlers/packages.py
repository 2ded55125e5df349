"""Facts about packages (一件事), kept."""

from __future__ import annotations

from typing import cast

from contracts.packages import PackagePublished, PackageWithdrawn
from services.intake.intake import Intake
from services.runtime.message import Message


async def package_published(intake: Intake, message: Message) -> None:
    """Keep the version with its merged form and list."""
    await intake.packages.publish(message, cast(PackagePublished, message.data))


async def package_withdrawn(intake: Intake, message: Message) -> None:
    """Offer it no more from then on."""
    await intake.packages.withdraw(message, cast(PackageWithdrawn, message.data))
