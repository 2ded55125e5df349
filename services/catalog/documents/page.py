"""A document as a page of its own: plain HTML that reads well on a phone, large on request, and prints."""

from __future__ import annotations

from html import escape

from services.catalog.documents.paper import Line, Paper, Section, Table

_STYLE = """
:root{color:#1d2736;background:#fff;font-size:18px;line-height:1.75;
font-family:"Noto Sans SC","Source Han Sans SC","Microsoft YaHei",sans-serif}
body{max-width:44rem;margin:0 auto;padding:1rem 1rem 3rem}
body.across{max-width:72rem}
h1{font-size:1.6rem;line-height:1.35;margin:.5rem 0}
h2{font-size:1.15rem;margin:1.6rem 0 .4rem;color:#0d4058}
p{margin:.35rem 0;overflow-wrap:anywhere}
.meta,.notes{color:#4a5566;font-size:.9rem}
.notes{margin:0 0 .5rem 1.5rem}
.mark{border:2px solid #8a5300;background:#fff7e8;color:#5c3700;padding:.5rem .75rem;font-weight:700}
figure{margin:1rem 0}
svg{max-width:100%;height:auto}
.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.85rem;line-height:1.55}
th,td{border:1px solid #8795a5;padding:.35rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#eef4fb}
.foot{display:flex;flex-wrap:wrap;gap:.5rem 3rem;margin-top:1.5rem}
@media (max-width:40rem){table,tbody,tr,td{display:block}thead{position:absolute;clip-path:inset(50%)}
tr{border:1px solid #8795a5;margin:.75rem 0;padding:.25rem .5rem}td{border:0;padding:.15rem 0}
td::before{content:attr(data-head) "：";color:#4a5566}}
@media print{body,body.across{max-width:none;padding:0}h2{break-after:avoid}p,tr{break-inside:avoid}
thead{display:table-header-group}}
"""


def page(paper: Paper) -> str:
    """The whole page; every value is escaped."""
    marks = "".join(f'<p class="mark" role="note">{escape(text)}</p>' for text in paper.marks)
    body = "".join(_section(section) for section in paper.sections)
    if paper.figure:
        title = escape(paper.figure_title)
        body += f"<section><h2>{title}</h2><figure>{paper.figure}</figure></section>"
    if paper.foot:
        body += f'<p class="foot">{"".join(f"<span>{escape(text)}</span>" for text in paper.foot)}</p>'
    across = ' class="across"' if paper.across else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(paper.title)}</title><style>{_STYLE}</style></head><body{across}><main>"
        f'<h1>{escape(paper.title)}</h1><p class="meta">{escape(paper.line)}</p>{marks}{body}'
        "</main></body></html>"
    )


def _section(section: Section) -> str:
    lines = "".join(_line(line) for line in section.lines)
    table = _table(section.table) if section.table else ""
    title = f"<h2>{escape(section.title)}</h2>" if section.title else ""
    return f"<section>{title}{lines}{table}</section>"


def _line(line: Line) -> str:
    notes = "".join(f'<p class="notes">{escape(note)}</p>' for note in line.notes)
    return f"<p>{escape(line.number + line.text)}</p>{notes}"


def _table(table: Table) -> str:
    total = sum(table.shares())
    columns = "".join(f'<col style="width:{100 * share / total:.1f}%">' for share in table.shares())
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
    rows = "".join(_row(table.head, row) for row in table.rows)
    return (
        f'<div class="wide"><table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    cells = (
        f'<td data-head="{escape(name)}">{escape(cell).replace(chr(10), "<br>")}</td>'
        for name, cell in zip(head, row, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"
