"""`q` of `/api/catalog/items`, `/api/catalog/suggestions` and `/api/catalog/synonyms` (mission C15)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response
from pydantic import Field

from contracts.base import PlaceCode
from services.catalog.api.people import EDITORS, READERS, etag, person, revision_if_any, staff_prefix
from services.catalog.app import App
from services.catalog.domain.search.index import DRAFT, PUBLISHED, Rank, Scope
from services.catalog.domain.search.synonyms import MOST_TERMS, MOST_WORDS, Synonym
from services.catalog.handlers import search
from services.catalog.handlers.search import Hit, Search
from services.catalog.store import Listed, queries
from services.runtime import http
from services.runtime.paging import BadCursor, Cursors
from services.runtime.tokens import Caller, MaybeCaller, Principal

Where = Mapping[str, Any]
Entries = Callable[[list[Listed]], Awaitable[list[dict[str, Any]]]]
#: What was typed; control characters cannot have been meant.
Typed = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
Place = Annotated[str | None, Query(pattern=r"^[0-9]{2,12}$")]


class SynonymBody(http.Body):
    """An everyday word and the words of item names that it stands for; without terms it is switched off."""

    word: str = Field(min_length=1, max_length=20, pattern=http.VISIBLE)
    terms: list[Annotated[str, Field(min_length=1, max_length=60, pattern=http.VISIBLE)]] = Field(
        max_length=MOST_TERMS
    )


class SynonymsBody(http.Body):
    """The whole list that a place keeps."""

    words: list[SynonymBody] = Field(max_length=MOST_WORDS)


def routes(app: App) -> APIRouter:
    """Searching is public; the everyday words are kept by the editors of the place."""
    router = APIRouter(prefix="/api/catalog", tags=["search"])

    @router.get("/suggestions")
    async def suggestions(
        caller: MaybeCaller,
        q: Typed,
        place: Place = None,
        limit: Annotated[int, Query(ge=1, le=10)] = 10,
    ) -> Response:
        """What somebody may be typing: names of published items, and everyday words."""
        if not q.strip():
            return http.JSON({"suggestions": []})
        where = _public(app, caller, place)
        wanted = Search(q, where, _scope("published", place, caller), words_of(place, caller))
        found = await search.suggest(app, wanted, limit)
        return http.JSON({"suggestions": [asdict(one) for one in found]})

    @router.get("/synonyms")
    async def read(place: PlaceCode, caller: Caller) -> Response:
        """The words in force at a place with where each comes from; the ETag is of the place's own list."""
        caller.require(*READERS)
        caller.must_oversee(place, f"synonyms {place}")
        words, own = await search.words_in_force(app, place)
        unknown = await search.unknown_terms(app, words)
        body = {
            "place": place,
            "revision": own.revision if own else 0,
            "own": [asdict(one) for one in own.words] if own else [],
            "in_force": [
                {**asdict(one), "unknown": [term for term in one.terms if term in unknown]} for one in words
            ],
        }
        return http.JSON(body, headers=etag(own.revision) if own else {})

    @router.put("/synonyms")
    async def put(
        place: PlaceCode,
        body: SynonymsBody,
        caller: Caller,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Set the list that a place keeps beside those above it (If-Match once there is one)."""
        acting = person(caller, *EDITORS)
        caller.must_oversee(place, f"synonyms {place}")
        words = [Synonym(one.word, tuple(one.terms)) for one in body.words]
        kept = await search.put_words(app, place, words, acting, revision_if_any(if_match))
        shown = {"place": kept.place, "revision": kept.revision, "own": [asdict(one) for one in kept.words]}
        return http.JSON(shown, headers=etag(kept.revision))

    @router.get("/synonyms/history")
    async def history(place: PlaceCode, caller: Caller) -> Response:
        """Who changed the list of a place, when, and what."""
        caller.require(*READERS)
        caller.must_oversee(place, f"synonyms {place}")
        entries = await app.store.search.synonyms.history(place)
        shown = [
            {"at": one["at"], "actor": one["actor"], "act": one["type"], **_changed(one["data"])}
            for one in entries
        ]
        return http.JSON({"history": shown})

    return router


async def answered(
    app: App,
    *,
    typed: str,
    where: Where,
    state: str,
    place: str | None,
    caller: Principal | None,
    limit: int,
    cursor: str | None,
    entries: Entries,
) -> dict[str, Any]:
    """The body of a list that was asked for with `q`: best first, each entry with why it was found."""
    cursors = Cursors(app.digest_key, "search")
    wanted = Search(typed, where, _scope(state, place, caller), words_of(place, caller))
    page = await search.find(app, wanted, limit, _after(cursors, cursor))
    body: dict[str, Any] = {
        "items": await _shown(page.hits, entries),
        "next_cursor": cursors.made(page.stage, *page.after) if page.after else None,
    }
    if page.did_you_mean:
        body["did_you_mean"] = page.did_you_mean
    if page.near:
        body["near"] = await _shown(page.near, entries)
    return body


def words_of(place: str | None, caller: Principal | None) -> str:
    """Whose everyday words count: those of the place asked for, else of the caller's."""
    return place or (caller.place if caller else "")


async def _shown(hits: Sequence[Hit], entries: Entries) -> list[dict[str, Any]]:
    shown = await entries([hit.line for hit in hits])
    return [{**entry, "matched": asdict(hit.matched)} for entry, hit in zip(shown, hits, strict=True)]


def _after(cursors: Cursors, cursor: str | None) -> tuple[str, Rank] | None:
    values = cursors.read(cursor)
    if values is None:
        return None
    if len(values) != 4:
        raise BadCursor()
    stage, first, place, tie = values
    return stage, (first, place, tie)


def _scope(state: str, place: str | None, caller: Principal | None) -> Scope:
    """What can be left out before the database is asked; the rest is the same question as without `q`."""
    marks = PUBLISHED if state in ("published", "withdrawn") else 0 if state == "all" else DRAFT
    return Scope(place or (caller.place if caller else ""), marks)


def _public(app: App, caller: Principal | None, place: str | None) -> Where:
    parts = [queries.in_state("published", app.clock()), queries.not_secret(staff_prefix(caller))]
    parts.append(queries.under(place) if place else queries.for_application())
    if place is None and caller is not None and caller.place:
        parts.append(queries.under(caller.place))
    return {"$and": parts}


def _changed(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("words", "set", "removed") if name in data}
