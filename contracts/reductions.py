"""What a place may ask less of than the standard that was handed down to it."""

from typing import Literal

from pydantic import Field

from contracts.base import Block, Count, Identifier, Text
from contracts.blocks import Limit

Level = Literal["province", "city", "county", "town", "village"]


class StepReduction(Block):
    """A step of the process map that takes less time."""

    step: Identifier
    limit: Limit


class Reductions(Block):
    """All that the place asks less of than the standard; never more (seed 001 二(二)1, mission C9)."""

    promised: Limit | None = None
    """The shorter 承诺时限."""
    dropped_materials: list[Text] = Field(default_factory=list)
    """Names of the standard's materials that the place does not ask for."""
    fee_fen: Count | None = None
    """The lower fee in 分."""
    steps: list[StepReduction] = Field(default_factory=list)
    """Steps with a shorter longest time."""
