"""The HTTP side of every service: errors as problem+json, bodies bounded, traces and times, nothing else."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime import trace
from services.runtime.clock import rfc3339
from services.runtime.idempotency import IdempotencyKey
from services.runtime.logs import logger
from services.runtime.metrics import Metrics
from services.runtime.problems import Invalid, NotFound, Problem, TooLarge, UnsupportedMedia, Wrong
from services.runtime.tokens import Principal

#: Pattern of text that is shown and printed: nothing that cannot be seen or that turns the text round.
VISIBLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]*$"


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class JSON(Response):
    """A JSON answer; times as RFC 3339 in civil time."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    if hasattr(value, "astimezone"):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def problem_body(problem: Problem, language: str) -> dict[str, Any]:
    """RFC 9457 body of a refusal."""
    english = language.lower().startswith("en")
    body: dict[str, Any] = {
        "type": f"urn:yichuang:problem:{problem.code}",
        "title": problem.en if english else problem.zh,
        "status": problem.status,
        "code": problem.code,
        **problem.extra,
    }
    if problem.field:
        body["field"] = problem.field
    return body


def _answer(request: Request, problem: Problem) -> Response:
    headers: dict[str, str] = {"content-language": "zh-CN"}
    language = request.headers.get("accept-language", "")
    if language.lower().startswith("en"):
        headers["content-language"] = "en"
    if "retry_after" in problem.extra:
        headers["retry-after"] = str(problem.extra["retry_after"])
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(
        orjson.dumps(problem_body(problem, language), default=_plain),
        problem.status,
        headers,
        "application/problem+json",
    )


#: What is wrong with a field, by pydantic's name of the error: never the value itself.
_WORDS = {
    "missing": ("必填", "required"),
    "extra_forbidden": ("不认识的字段，请去掉", "unknown field, leave it out"),
    "string_too_short": ("太短", "too short"),
    "string_too_long": ("太长", "too long"),
    "json_invalid": ("不是有效的 JSON", "not valid JSON"),
    "literal_error": ("不在允许的取值之内", "not one of the allowed values"),
}
_TIME = (
    "请写带时区的时间，如 2026-11-23T09:00:00+08:00",
    "give a time with its time zone, like 2026-11-23T09:00:00+08:00",
)
_DATE = ("请写日期，如 2026-11-23", "give a date, like 2026-11-23")
#: Bounds: pydantic's name of the error, where its context has the bound, and the words before it.
_BOUNDS = {
    "less_than_equal": ("le", "应不大于", "must be at most"),
    "less_than": ("lt", "应小于", "must be less than"),
    "greater_than_equal": ("ge", "应不小于", "must be at least"),
    "greater_than": ("gt", "应大于", "must be more than"),
}


def _in_words(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in _BOUNDS:
        name, zh, en = _BOUNDS[kind]
        bound = context.get(name)
        if isinstance(bound, int | float):
            bound = int(bound) if bound == int(bound) else bound
            return f"{zh} {bound}", f"{en} {bound}"
        early = kind.startswith("greater")
        zh, en = ("太早", "too early") if early else ("太晚", "too late")
        return _followed(zh, en, _TIME if "T" in str(bound) or isinstance(bound, datetime) else _DATE)
    if kind.startswith(("datetime_", "timezone_")):
        return _TIME
    return _DATE if kind.startswith("date_") else ("格式或类型不对", kind.replace("_", " "))


def _followed(zh: str, en: str, then: tuple[str, str]) -> tuple[str, str]:
    return f"{zh}；{then[0]}", f"{en}; {then[1]}"


def _of_validation(error: RequestValidationError) -> Problem:
    errors = []
    for found in error.errors():
        place = [str(part) for part in found["loc"] if part not in ("body", "query", "path", "header")]
        context = found.get("ctx") or {}
        zh, en = _in_words(found["type"], context)
        if isinstance(own := context.get("error"), Wrong):
            place, zh, en = [*place, own.field], own.zh, own.en
        errors.append({"field": ".".join(place), "zh": zh, "en": en, "rule": found["type"]})
    first = errors[0]
    name = first["field"] or "body"
    return Invalid(f"{name}：{first['zh']}。", f"{name}: {first['en']}.", field=name, errors=errors)


def install(app: FastAPI) -> None:
    """Give an application the error answers."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return _answer(request, error)

    async def not_valid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _answer(request, _of_validation(error))

    async def by_framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error, _BodyTooLarge):
            return _answer(request, error.problem)
        if error.status_code == 404:
            return _answer(request, NotFound())
        return _answer(request, _Framework(error.status_code, "请求不被接受。", str(error.detail)))

    async def unforeseen(request: Request, error: Exception) -> Response:
        logger().error("request_failed", path=_route(request.scope), exc_info=error)
        return _answer(
            request, _Framework(500, "系统内部错误，已记录；请稍后再试。", "Internal error, recorded.")
        )

    app.add_exception_handler(Problem, refused)
    app.add_exception_handler(RequestValidationError, not_valid)
    app.add_exception_handler(HTTPException, by_framework)
    app.add_exception_handler(Exception, unforeseen)


class _Framework(Problem):
    def __init__(self, status: int, zh: str, en: str) -> None:
        super().__init__(
            zh, en, code={405: "method-not-allowed", 500: "internal"}.get(status, f"http-{status}")
        )
        self.status = status  # type: ignore[misc]


class _BodyTooLarge(HTTPException):
    """Raised while a body is read; the framework lets only its own kind of exception through there."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(413)
        self.problem = problem


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return getattr(route, "path", "other")


_BODY_TYPES = frozenset((b"application/json", b"multipart/form-data", b"application/x-www-form-urlencoded"))


class Edge:
    """Pure ASGI: trace, body limit, content type and timing (context variables survive, unlike with
    ``BaseHTTPMiddleware``).
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, max_body: int) -> None:
        self._app, self._metrics, self._max_body = app, metrics, max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        trace.current.set(trace.continued(headers.get(b"traceparent", b"").decode("latin-1")))
        started, status = time.perf_counter(), 500

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-content-type-options", b"nosniff"),
                    (b"traceparent", trace.current.get().encode()),
                ]
            await send(message)

        try:
            if (refusal := self._refusal(headers)) is not None:
                await _answer(Request(scope), refusal)(scope, receive, counted)
                return
            await self._app(scope, self._bounded(receive), counted)
        finally:
            labels = (scope["method"], _route(scope), str(status))
            self._metrics.http_seconds.labels(*labels).observe(time.perf_counter() - started)

    def _refusal(self, headers: Mapping[bytes, bytes]) -> Problem | None:
        length = headers.get(b"content-length", b"0")
        if not length.isdigit():
            return Problem("Content-Length 不是数字。", "Content-Length is not a number.")
        if int(length) > self._max_body:
            return self._too_large()
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        has_body = int(length) or b"transfer-encoding" in headers
        if has_body and kind not in _BODY_TYPES:
            return UnsupportedMedia(
                "请用 application/json 提交（文件用 multipart/form-data）。",
                "Send application/json (files as multipart/form-data).",
            )
        return None

    def _too_large(self) -> Problem:
        limit = self._max_body // (1024 * 1024)
        return TooLarge(
            f"内容太大，最多 {limit} MB；请压缩或分开提交。",
            f"Too large, at most {limit} MB; compress or split it.",
        )

    def _bounded(self, receive: Receive) -> Receive:
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._max_body:
                raise _BodyTooLarge(self._too_large())
            return message

        return bounded


async def idempotency_key(
    request: Request, principal: Principal | None, secret: bytes, content: bytes | None = None
) -> IdempotencyKey | None:
    """The call's idempotency key, if one was sent; it covers method, path and body (or ``content``)."""
    sent = request.headers.get("idempotency-key")
    if sent is None:
        return None
    if not 1 <= len(sent) <= 200 or not sent.isascii() or not sent.isprintable():
        raise Invalid(
            "Idempotency-Key 应为 1–200 个可打印的 ASCII 字符。",
            "Idempotency-Key takes 1 to 200 printable ASCII characters.",
            field="Idempotency-Key",
        )
    body = await request.body() if content is None else content
    covered = b"\n".join((request.method.encode(), request.url.path.encode(), body))
    return IdempotencyKey.of(principal.sub if principal else "public", sent, covered, secret)


async def keyed(
    request: Request, idempotency_key_header: Annotated[str | None, Header(alias="Idempotency-Key")] = None
) -> IdempotencyKey | None:
    """Dependency: the idempotency key of a signed-in call (use after ``Caller``)."""
    principal: Principal | None = getattr(request.state, "principal", None)
    return await idempotency_key(request, principal, request.app.state.digest_key)


#: The idempotency key of a call, as a parameter after ``caller``.
Keyed = Annotated[IdempotencyKey | None, Depends(keyed)]

__all__ = ["JSON", "VISIBLE", "Body", "Edge", "Keyed", "idempotency_key", "install", "keyed", "problem_body"]
