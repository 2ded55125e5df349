"""The guide as a PDF, set by typst with a Chinese font embedded."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import typst

from services.catalog.documents.heading import Heading
from services.catalog.documents.sections import sections
from services.catalog.domain.record import DraftRecord
from services.runtime.problems import Unavailable

#: Families that hold the characters of GB 18030's first plane, the preferred one first.
FAMILIES = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Serif CJK SC",
    "WenQuanYi Zen Hei",
)

# Values come in as data, never as markup, so that nothing in a record can be read as a command.
_TEMPLATE = b"""
#let guide = json(bytes(sys.inputs.guide))
#set document(title: guide.title)
#set page(paper: "a4", margin: (x: 2.6cm, y: 2.4cm), numbering: "1 / 1")
#set text(font: guide.family, size: 12pt, lang: "zh", region: "cn")
#set par(leading: 0.9em, spacing: 0.9em, justify: true)
#align(center, text(size: 18pt, weight: "bold", guide.title))
#align(center, text(size: 10pt, fill: rgb("#4a5566"), guide.line))
#for mark in guide.marks { block(width: 100%, inset: 8pt, stroke: 1pt + rgb("#8a5300"), strong(mark)) }
#for section in guide.sections {
  block(above: 1.4em, below: 0.7em, sticky: true, text(weight: "bold", size: 13pt, section.title))
  for line in section.lines {
    par(line.number + line.text)
    for note in line.notes { pad(left: 2em, text(size: 10pt, fill: rgb("#4a5566"), note)) }
  }
}
"""


class Printer:
    """Sets guides; ``folder`` is one with a Chinese font, None for the fonts of the system."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    async def pdf(self, record: DraftRecord, heading: Heading) -> bytes:
        """The guide as PDF; 503 where this machine has no font with Chinese characters."""
        if self._family is None:
            raise Unavailable(
                "本机没有中文字体，不能生成 PDF；请打印网页版，或由管理员设置 YICHUANG_FONT_PATH。",
                "No Chinese font here: print the web page, or set YICHUANG_FONT_PATH.",
                code="no-chinese-font",
                retry_after=3600,
            )
        guide = {
            "title": f"{record.name}服务指南",
            "line": heading.line(),
            "marks": heading.marks(record),
            "sections": [asdict(section) for section in sections(record)],
            "family": self._family,
        }
        return await asyncio.to_thread(self._set, json.dumps(guide, ensure_ascii=False))

    def _set(self, guide: str) -> bytes:
        return typst.compile(
            _TEMPLATE,
            format="pdf",
            font_paths=self._fonts,
            ignore_system_fonts=True,  # those that are wanted are in `_fonts` already
            sys_inputs={"guide": guide},
        )

    @cached_property
    def _fonts(self) -> typst.Fonts:
        folders = [str(self._folder)] if self._folder else []
        return typst.Fonts(include_system_fonts=self._folder is None, font_paths=folders)

    @cached_property
    def _family(self) -> str | None:
        found = self._fonts.families()
        return next((family for family in FAMILIES if family in found), None)
