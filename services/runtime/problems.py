"""Refusals in the domain's own words, each with a stable code and two languages (RFC 9457 when over HTTP)."""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):
    """Something was refused. ``zh`` and ``en`` say what is wrong and what to do, never a personal value.

    ``field`` names the input it is about, in dotted form (``applicant.id_number``); ``extra`` joins the body.
    """

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "bad-request"

    def __init__(
        self, zh: str, en: str, *, code: str | None = None, field: str | None = None, **extra: Any
    ) -> None:
        super().__init__(f"{code or self.default_code}: {en}")
        self.zh, self.en, self.field, self.extra = zh, en, field, extra
        self.code = code or self.default_code


class BadRequest(Problem):
    """400: not understood at all (a forged cursor, broken JSON)."""


class Unauthenticated(Problem):
    """401: no valid token."""

    status, default_code = 401, "unauthenticated"


class Forbidden(Problem):
    """403: the thing is seen, the act is not allowed to this person."""

    status, default_code = 403, "forbidden"


class NotFound(Problem):
    """404: it is not there, or not to be seen by this person; the two look the same."""

    status, default_code = 404, "not-found"

    def __init__(self, zh: str = "没有找到。", en: str = "Not found.", **kw: Any) -> None:
        super().__init__(zh, en, **kw)


class Conflict(Problem):
    """409: a rule of the domain forbids the act in the present state."""

    status, default_code = 409, "conflict"


class PreconditionFailed(Problem):
    """412: somebody else changed the record since it was read."""

    status, default_code = 412, "stale"


class TooLarge(Problem):
    """413: more bytes than are taken."""

    status, default_code = 413, "too-large"


class UnsupportedMedia(Problem):
    """415: a type that is not taken here."""

    status, default_code = 415, "unsupported-media-type"


class Invalid(Problem):
    """422: understood, but a value breaks a rule."""

    status, default_code = 422, "invalid"


class PreconditionRequired(Problem):
    """428: an edit must say which version it edits (``If-Match``)."""

    status, default_code = 428, "precondition-required"


class TooManyRequests(Problem):
    """429: slower, please. ``retry_after`` in seconds."""

    status, default_code = 429, "too-many-requests"


class Unavailable(Problem):
    """503: something this needs is away; nothing was stored, try again."""

    status, default_code = 503, "unavailable"

    def __init__(
        self, zh: str = "系统繁忙，请稍后再试。", en: str = "Temporarily unavailable, try again.", **kw: Any
    ) -> None:
        kw.setdefault("retry_after", 5)
        super().__init__(zh, en, **kw)


class Wrong(ValueError):
    """A rule between fields of a body, raised in its model: which field, and what to do in both languages."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.field, self.zh, self.en = field, zh, en
