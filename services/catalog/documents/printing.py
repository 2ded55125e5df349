"""Documents as PDF, set by typst with a Chinese font embedded."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import typst

from services.catalog.documents.paper import Paper
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
#let paper = json(bytes(sys.inputs.paper))
#set document(title: paper.title)
#set page(
  paper: "a4", flipped: paper.across, numbering: "1 / 1",
  margin: if paper.across { (x: 1.8cm, y: 1.8cm) } else { (x: 2.6cm, y: 2.4cm) },
)
#set text(font: paper.family, size: 12pt, lang: "zh", region: "cn")
#set par(leading: 0.9em, spacing: 0.9em, justify: true)
#align(center, text(size: 18pt, weight: "bold", paper.title))
#align(center, text(size: 10pt, fill: rgb("#4a5566"), paper.line))
#for mark in paper.marks { block(width: 100%, inset: 8pt, stroke: 1pt + rgb("#8a5300"), strong(mark)) }
#let cell(value) = {
  set par(justify: false, leading: 0.6em, spacing: 0.6em)
  for line in value.split("\n") { par(line) }
}
#for section in paper.sections {
  if section.title != "" {
    block(above: 1.4em, below: 0.7em, sticky: true, text(weight: "bold", size: 13pt, section.title))
  }
  for line in section.lines {
    par(line.number + line.text)
    for note in line.notes { pad(left: 2em, text(size: 10pt, fill: rgb("#4a5566"), note)) }
  }
  if section.table != none {
    set text(size: 9.5pt)
    table(
      columns: section.shares.map(share => share * 1fr),
      inset: 4pt, stroke: 0.5pt + rgb("#5b6b7d"),
      fill: (_, row) => if row == 0 { rgb("#eef4fb") },
      table.header(..section.table.head.map(name => strong(name))),
      ..section.table.rows.flatten().map(cell),
    )
  }
}
#if paper.figure != none {
  block(above: 1.4em, below: 0.7em, sticky: true, text(weight: "bold", size: 13pt, paper.figure_title))
  align(center, image(bytes(paper.figure), format: "svg", width: paper.figure_width * 1cm))
}
#if paper.foot.len() > 0 { block(above: 2em, paper.foot.join(h(3em))) }
"""
#: How wide and how high a drawing may be on paper, in cm.
_WIDE, _HIGH = 12.0, 22.0
_SIZE = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


class Printer:
    """Sets documents; ``folder`` is one with a Chinese font, None for the fonts of the system."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    async def pdf(self, paper: Paper) -> bytes:
        """A document as PDF; 503 where this machine has no font with Chinese characters."""
        if self._family is None:
            raise Unavailable(
                "本机没有中文字体，不能生成 PDF；请打印网页版，或由管理员设置 YICHUANG_FONT_PATH。",
                "No Chinese font here: print the web page, or set YICHUANG_FONT_PATH.",
                code="no-chinese-font",
                retry_after=3600,
            )
        content = asdict(paper) | {"family": self._family, "figure_width": _figure_width(paper.figure)}
        for section, shown in zip(paper.sections, content["sections"], strict=True):
            shown["shares"] = section.table.shares() if section.table else ()
        return await asyncio.to_thread(self._set, json.dumps(content, ensure_ascii=False))

    def _set(self, paper: str) -> bytes:
        return typst.compile(
            _TEMPLATE,
            format="pdf",
            font_paths=self._fonts,
            ignore_system_fonts=True,  # those that are wanted are in `_fonts` already
            sys_inputs={"paper": paper},
        )

    @cached_property
    def _fonts(self) -> typst.Fonts:
        folders = [str(self._folder)] if self._folder else []
        return typst.Fonts(include_system_fonts=self._folder is None, font_paths=folders)

    @cached_property
    def _family(self) -> str | None:
        found = self._fonts.families()
        return next((family for family in FAMILIES if family in found), None)


def _figure_width(figure: str | None) -> float:
    """As wide as fits the page with its height; a drawing that is too high for a page is made smaller."""
    found = _SIZE.search(figure or "")
    if found is None:
        return _WIDE
    return min(_WIDE, _HIGH * float(found[1]) / float(found[2]))
