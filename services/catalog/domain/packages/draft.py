"""What an editor composes: parts, their order, questions that choose parts. All else is derived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contracts.base import Block, Identifier, PositiveInt
from contracts.items import ItemRecord, ItemStep

#: Bounds of one package: the longest known has about twenty items.
MOST_PARTS, MOST_QUESTIONS, MOST_OPTIONS = 40, 12, 20
Name = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Summary = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]


class DraftPart(Block):
    """One item. Without a version it is pinned to the one in force when the draft is kept."""

    item_code: Identifier
    version: PositiveInt | None = None
    after: list[Identifier] = Field(default_factory=list, max_length=MOST_PARTS)


class DraftOption(Block):
    """One answer, and the parts that it chooses."""

    option: Identifier
    label: Words
    parts: list[Identifier] = Field(default_factory=list, max_length=MOST_PARTS)


class DraftQuestion(Block):
    """A question that decides which parts somebody needs."""

    question: Identifier
    text: Words
    options: list[DraftOption] = Field(min_length=1, max_length=MOST_OPTIONS)


class PackageDraft(Block):
    """A package as it is being composed."""

    name: Name
    life_event: Name
    subject: Literal["person", "enterprise"] = "person"
    summary: Summary | None = None
    parts: list[DraftPart] = Field(default_factory=list, max_length=MOST_PARTS)
    questions: list[DraftQuestion] = Field(default_factory=list, max_length=MOST_QUESTIONS)
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """An item as the library has it: the pinned version's record, and what has become of the item since.

    ``version`` and ``record`` are None where there is no such version; ``newest`` is the number in force now.
    """

    item_code: str
    name: str
    place: str
    version: int | None = None
    record: ItemRecord | None = None
    effective_from: datetime | None = None
    newest: int | None = None
    withdrawn_from: datetime | None = None


Library = Mapping[str, Held]


def pinned(draft: PackageDraft, newest: Mapping[str, int]) -> PackageDraft:
    """The draft with a version for each part that has none yet and whose item is in force."""
    parts = [
        part if part.version else part.model_copy(update={"version": newest.get(part.item_code)})
        for part in draft.parts
    ]
    return draft.model_copy(update={"parts": parts})


def renewed(draft: PackageDraft, newest: Mapping[str, int]) -> PackageDraft:
    """The draft with every part in the version that is in force now."""
    parts = [
        part.model_copy(update={"version": newest.get(part.item_code, part.version)}) for part in draft.parts
    ]
    return draft.model_copy(update={"parts": parts})


def as_steps(parts: Iterable[tuple[str, Sequence[str]]]) -> list[ItemStep]:
    """Parts (code, after) as steps of a process, so that one piece of code knows cycles and rows."""
    day = {"value": 0, "unit": "working_days"}
    return [
        ItemStep.model_validate({"step": code, "name": code, "role": "part", "limit": day, "after": after})
        for code, after in parts
    ]
