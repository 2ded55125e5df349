"""What a body that breaks a rule is told: what to do, in both languages, and never its own value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, Field, ValidationError, model_validator

from services.catalog.api import offers, package_acts, reviews
from services.runtime.http import _of_validation
from services.runtime.problems import Problem, Wrong

TIME = "请写带时区的时间，如 2026-11-23T09:00:00+08:00"
BEFORE = datetime(2151, 1, 1, tzinfo=UTC)


class Asked(BaseModel):
    """A body with one of each."""

    at: Annotated[AwareDatetime, Field(lt=BEFORE)] | None = None
    day: date | None = None
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    first: Annotated[date, Field(ge=date(2000, 1, 1))] | None = None
    last: str = ""

    @model_validator(mode="after")
    def _last_is_said(self) -> Asked:
        if self.last == "13812345678":
            raise Wrong("last", "请改正", "put it right")
        if self.last == "13812345679":
            raise ValueError("13812345679")
        return self


def refused(model: type[BaseModel], sent: dict[str, Any]) -> Problem:
    with pytest.raises(ValidationError) as found:
        model(**sent)
    errors = [{**one, "loc": ("body", *one["loc"])} for one in found.value.errors(include_url=False)]
    return _of_validation(RequestValidationError(errors))


@pytest.mark.parametrize(
    ("sent", "zh"),
    [
        ({"at": "昨天"}, f"at：{TIME}。"),
        ({"at": "2026-11-23"}, f"at：{TIME}。"),
        ({"at": "2026-11-23T09:00:00"}, f"at：{TIME}。"),
        ({"at": "9999-12-31T23:59:59Z"}, f"at：太晚；{TIME}。"),
        ({"day": "2026-02-30"}, "day：请写日期，如 2026-11-23。"),
        ({"day": "2026-02-01T03:00:00"}, "day：请写日期，如 2026-11-23。"),
        ({"count": 1001}, "count：应不大于 1000。"),
        ({"count": 0}, "count：应不小于 1。"),
        ({"share": 1.5}, "share：应小于 1。"),
        ({"share": 0}, "share：应大于 0。"),
        ({"first": "1999-01-01"}, "first：太早；请写日期，如 2026-11-23。"),
        ({"count": "13812345678x"}, "count：格式或类型不对。"),
        ({"count": 13812345678}, "count：应不大于 1000。"),
        ({"last": "13812345678"}, "last：请改正。"),
        ({"last": "13812345679"}, "body：格式或类型不对。"),
    ],
)
def test_it_is_told_what_to_write(sent: dict[str, Any], zh: str) -> None:
    problem = refused(Asked, sent)
    assert problem.zh == zh
    assert "1381234567" not in f"{problem.zh}{problem.en}{problem.extra}"


def test_the_bound_is_named_in_english_too() -> None:
    assert refused(Asked, {"count": 1001}).en == "count: must be at most 1000."


@pytest.mark.parametrize("model", [reviews.Review, offers.Review, package_acts.PackageReview])
def test_who_sends_back_is_told_to_say_why(model: type[BaseModel]) -> None:
    problem = refused(model, {"outcome": "sent_back"})
    assert (problem.field, problem.zh) == ("reason", "reason：退回时请写明理由。")
