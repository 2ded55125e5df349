"""Which version of which item a document shows, and what a reader must be told about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.runtime.clock import BEIJING

_STATES = {
    "draft": "草稿，尚未发布，不作为办事依据。",
    "approved": "已审核，尚未发布，不作为办事依据。",
    "published": "已发布，尚未生效。",
    "superseded": "旧版本，已被新版本代替。",
    "withdrawn": "已撤销，不再受理。",
}


class Marked(Protocol):
    """What may be sample data."""

    @property
    def sample(self) -> bool:
        """Whether it is."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Code, version and state of what is shown; a draft has version 0."""

    item_code: str
    version: int
    state: str
    effective_from: datetime | None
    #: What the code is called.
    what: str = "实施编码"

    def line(self) -> str:
        """``实施编码 05-0008-370104101 · 第1版 · 2026年11月22日起施行``."""
        parts = [f"{self.what} {self.item_code}"]
        if self.version:
            parts.append(f"第{self.version}版")
        if self.effective_from:
            day = self.effective_from.astimezone(BEIJING)
            parts.append(f"{day.year}年{day.month}月{day.day}日起施行")
        return " · ".join(parts)

    def marks(self, record: Marked) -> list[str]:
        """Warnings above the text."""
        texts = [_STATES[self.state]] if self.state in _STATES else []
        if record.sample:
            texts.append("示例数据：时限、材料等为演示而设，以实施部门公布的为准。")
        return texts
