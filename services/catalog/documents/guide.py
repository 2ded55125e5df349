"""The guide as a page of its own: plain HTML that reads well on a phone, large on request, and prints."""

from __future__ import annotations

from html import escape

from services.catalog.documents.heading import Heading
from services.catalog.documents.process_map import svg
from services.catalog.documents.sections import Line, Section, sections
from services.catalog.domain.record import DraftRecord

_STYLE = """
:root{color:#1d2736;background:#fff;font-size:18px;line-height:1.75;
font-family:"Noto Sans SC","Source Han Sans SC","Microsoft YaHei",sans-serif}
body{max-width:44rem;margin:0 auto;padding:1rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.35;margin:.5rem 0}
h2{font-size:1.15rem;margin:1.6rem 0 .4rem;color:#0b4a8f}
p{margin:.35rem 0;overflow-wrap:anywhere}
.meta,.notes{color:#4a5566;font-size:.9rem}
.notes{margin:0 0 .5rem 1.5rem}
.mark{border:2px solid #8a5300;background:#fff7e8;color:#5c3700;padding:.5rem .75rem;font-weight:700}
figure{margin:1rem 0}
svg{max-width:100%;height:auto}
@media print{body{max-width:none;padding:0}h2{break-after:avoid}p{break-inside:avoid}}
"""


def page(record: DraftRecord, heading: Heading) -> str:
    """The whole page; every value is escaped."""
    title = f"{record.name}服务指南"
    body = "".join(_section(section) for section in sections(record))
    if record.steps:
        body += f"<section><h2>附：办理流程图</h2><figure>{svg(record)}</figure></section>"
    marks = "".join(f'<p class="mark" role="note">{escape(text)}</p>' for text in heading.marks(record))
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>{escape(title)}</h1><p class="meta">{escape(heading.line())}</p>{marks}{body}'
        "</main></body></html>"
    )


def _section(section: Section) -> str:
    return (
        f"<section><h2>{escape(section.title)}</h2>{''.join(_line(line) for line in section.lines)}</section>"
    )


def _line(line: Line) -> str:
    notes = "".join(f'<p class="notes">{escape(note)}</p>' for note in line.notes)
    return f"<p>{escape(line.number + line.text)}</p>{notes}"
