"""What is not handled in a hall: its negative list, which has two reasons (seed 001 二(二)3)."""

from __future__ import annotations

from dataclasses import dataclass

from services.runtime.problems import Conflict


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why, and where people go instead."""

    reason: str
    handled_at: str | None


class NotInThisHall(Conflict):
    """The item is on the negative list of the hall; ``handled_at`` says where to go."""

    default_code = "not-in-this-hall"

    def __init__(self, exclusion: Exclusion) -> None:
        place = f"请到{exclusion.handled_at}办理" if exclusion.handled_at else "请向导办台咨询办理地点"
        where = f"Go to: {exclusion.handled_at}." if exclusion.handled_at else "Ask at the guide's desk."
        super().__init__(
            f"该事项因{exclusion.reason}不在本大厅办理，{place}。",
            f"The item is not handled in this hall ({exclusion.reason}). {where}",
            field="item_code",
            reason=exclusion.reason,
            handled_at=exclusion.handled_at,
        )
