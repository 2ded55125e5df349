"""The answer of an act on many things: those done, and those refused with the reason of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from services.runtime import http
from services.runtime.problems import Problem


def answer(
    request: Request, done: Sequence[str], refused: Sequence[tuple[str, Problem]], name: str = "item_code"
) -> Response:
    """``{"done":[…],"refused":[{name,"code","message"}]}`` in the caller's language."""
    language = request.headers.get("accept-language", "")
    rows: list[dict[str, Any]] = []
    for key, problem in refused:
        told = http.problem_body(problem, language)
        rows.append({name: key, "code": told["code"], "message": told["title"]})
    return http.JSON({"done": list(done), "refused": rows})
