"""A paper on file as an answer: always an attachment that runs nothing, under a name that says what it is."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from services.catalog.domain.papers import Paper

#: Nobody keeps what needs a token; what everybody may see is asked for again after an hour.
PRIVATE, PUBLIC = "private, no-store", "public, max-age=3600"


def attachment(paper: Paper, content: bytes, title: str = "", cache: str = PRIVATE) -> Response:
    """The paper; its ETag is its digest. ``title`` is the name to keep it under, without the ending."""
    named = f"; filename*=UTF-8''{quote(f'{title}.{paper.extension}', safe='')}" if title else ""
    return Response(
        content,
        media_type=paper.media_type,
        headers={
            "content-disposition": f'attachment; filename="{paper.file_id}.{paper.extension}"{named}',
            "content-security-policy": "sandbox; default-src 'none'",
            **_cached(paper, cache),
        },
    )


def unchanged(paper: Paper, if_none_match: str | None, cache: str) -> Response | None:
    """304 for who has the paper already."""
    known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return Response(status_code=304, headers=_cached(paper, cache)) if f'"{paper.sha256}"' in known else None


def _cached(paper: Paper, cache: str) -> dict[str, str]:
    return {"cache-control": cache, "etag": f'"{paper.sha256}"'}
