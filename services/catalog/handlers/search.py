"""Finding items, suggesting while somebody types, keeping the everyday words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.catalog.app import App
from services.catalog.domain.refusals import WhichRevision
from services.catalog.domain.search import ranking, synonyms
from services.catalog.domain.search.explain import Matched, explained
from services.catalog.domain.search.index import Index, Rank, Scope
from services.catalog.domain.search.ranking import Answer
from services.catalog.domain.search.sounds import bare
from services.catalog.domain.search.synonyms import InForce, Synonym, SynonymList
from services.catalog.domain.search.titles import signs
from services.catalog.domain.search.words import Query, Vocabulary, understood
from services.catalog.handlers.items import Person
from services.catalog.store import Listed
from services.runtime.message import Message
from services.runtime.records import AlreadyExists

#: Which answer a page is of: what was typed, what is like it, what is near it.
EXACT, LIKE, NEAR = "exact", "like", "near"
#: How many items more than a page are looked up at first, among how many near ones, how many are named.
_MORE, _AMONG_NEAR, _MOST_NEAR = 10, 60, 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One item of an answer, and why it is there."""

    line: Listed
    matched: Matched


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an answer. ``after`` is where the next one begins; ``near`` only where nothing was found."""

    hits: list[Hit]
    stage: str
    after: Rank | None = None
    did_you_mean: str | None = None
    near: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """One search: the words, and among which items; ``where`` decides, ``scope`` only leaves out early."""

    typed: str
    where: Mapping[str, Any]
    scope: Scope
    words_of: str
    """The place whose everyday words count; empty for all."""


async def find(app: App, search: Search, limit: int, after: tuple[str, Rank] | None = None) -> Page:
    """The items that answer, best first; where none does those like it, and where none is, near ones."""
    index, vocabulary = await app.store.search.index(), await app.store.search.vocabulary(search.words_of)
    query = understood(search.typed, vocabulary, index.titles)
    if after is not None:
        answer = _answer(index, query, vocabulary, after[0])
        return await _page(app, index, vocabulary, search, answer, after[0], limit, after[1])
    for stage in (EXACT, LIKE):
        answer = _answer(index, query, vocabulary, stage)
        page = await _page(app, index, vocabulary, search, answer, stage, limit, None)
        if page.hits:
            return page
    answer = _answer(index, query, vocabulary, NEAR)
    near = await _page(app, index, vocabulary, search, answer, NEAR, _AMONG_NEAR, None)
    by_name: dict[Any, Hit] = {}
    for hit in near.hits:
        by_name.setdefault(hit.line.record.get("name"), hit)
    return Page([], NEAR, near=tuple(by_name.values())[:_MOST_NEAR])


def _answer(index: Index, query: Query, vocabulary: Vocabulary, stage: str) -> Answer:
    if stage == EXACT:
        return ranking.exactly(index.titles, query)
    least = ranking.PARTLY if stage == LIKE else ranking.NEAR
    return ranking.nearly(index.titles, query, vocabulary, least)


async def _page(
    app: App,
    index: Index,
    vocabulary: Vocabulary,
    search: Search,
    answer: Answer,
    stage: str,
    limit: int,
    after: Rank | None,
) -> Page:
    scores = index.scores(answer.scores)
    if stage == EXACT and any(sign.isdigit() for sign in search.typed):
        scores = np.maximum(scores, index.with_code(search.typed))
    hits: list[Hit] = []
    ranks: dict[str, Rank] = {}
    size = limit + _MORE
    while len(hits) <= limit:
        ranked = dict(index.ordered(scores, search.scope, after=after, limit=size))
        ranks |= ranked
        lines = await app.store.listed_among(list(ranked), search.where, app.clock())
        hits += [Hit(line, _why(index, vocabulary, answer, line)) for line in lines[: limit + 1 - len(hits)]]
        if len(ranked) < size:
            break
        # Memory leaves out what certainly is not meant; where much else is, larger steps are taken.
        after, size = list(ranked.values())[-1], size * 2
    last = ranks[hits[limit - 1].line.item_code] if len(hits) > limit else None
    hits = hits[:limit]
    return Page(hits, stage, last, _meant(vocabulary, answer, hits) if stage == LIKE else None)


def _why(index: Index, vocabulary: Vocabulary, answer: Answer, line: Listed) -> Matched:
    name = str(line.record.get("name") or "")
    details = index.titles.extras[index.title_of(line.item_code)].split("\n")
    return explained(name, details, answer.words, vocabulary)


def _meant(vocabulary: Vocabulary, answer: Answer, hits: Sequence[Hit]) -> str | None:
    if not hits or hits[0].matched.why != "sound":
        return None
    return vocabulary.written(answer.lead) if answer.lead else str(hits[0].line.record.get("name"))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody may be typing: an item's name, or an everyday word with its ``terms``.

    ``item_code`` is given where only one item is meant.
    """

    text: str
    matched: Matched
    item_code: str | None = None
    terms: tuple[str, ...] = ()


async def suggest(app: App, search: Search, limit: int) -> list[Suggestion]:
    """At most ``limit`` names of items that can be found, and everyday words that begin like it."""
    page = await find(app, search, limit * 4)
    vocabulary = await app.store.search.vocabulary(search.words_of)
    by_name: dict[str, list[Hit]] = {}
    for hit in (*page.hits, *page.near):
        by_name.setdefault(str(hit.line.record.get("name")), []).append(hit)
    names = [
        Suggestion(name, hits[0].matched, hits[0].line.item_code if len(hits) == 1 else None)
        for name, hits in by_name.items()
    ]
    words = [
        Suggestion(vocabulary.written(word), Matched("synonym"), terms=vocabulary.terms(word))
        for word in vocabulary.beginning_with(search.typed)[:3]
        if vocabulary.terms(word)
    ]
    return [*names[: limit - len(words)], *words]


async def count_use(app: App, message: Message) -> None:
    """An item was applied for: of equally good answers the more used one comes first."""
    item = message.data.item  # type: ignore[attr-defined]
    await app.store.search.use(message.event_key, item.base_code, message.data.at)


async def words_in_force(app: App, place: str) -> tuple[list[InForce], SynonymList | None]:
    """The everyday words that hold at a place, and the place's own list where it keeps one."""
    lists = await app.store.search.lists(place)
    own = next((kept for kept in lists if kept.place == place), None)
    return synonyms.in_force([app.store.search.delivered, *lists]), own


async def put_words(
    app: App, place: str, words: Sequence[Synonym], person: Person, revision: int | None
) -> SynonymList:
    """Set the list that a place keeps; the first time without a revision."""
    kept = app.store.search.synonyms
    present = await kept.get(place)
    if present is None:
        change = synonyms.put(None, place, words, revision=None, actor=person.actor, now=app.clock())
        assert change is not None
        try:
            return await kept.create(change)
        except AlreadyExists:
            raise WhichRevision() from None
    if revision is None:
        raise WhichRevision()
    return await kept.change(
        place,
        lambda now: synonyms.put(now, place, words, revision=revision, actor=person.actor, now=app.clock()),
    )


async def unknown_terms(app: App, words: Sequence[InForce]) -> set[str]:
    """Terms of everyday words that no item's name has; an editor is shown them."""
    titles = (await app.store.search.index()).titles
    terms = {term for one in words for term in one.terms}
    return {term for term in terms if not len(titles.with_phrase(signs(bare(term))).titles)}
