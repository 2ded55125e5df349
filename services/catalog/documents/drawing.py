"""A flow drawn as SVG from top to bottom, so that a phone can show it: boxes in rows, arrows between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

#: Drawn for the width of a small phone; SVG grows with the page. No text is smaller than 13 of 360, which is
#: 12 px where 335 px are left for it.
WIDTH, MARGIN, GAP, ROW_GAP = 360, 18, 8, 30
_SIDE_BY_SIDE = 2
#: Room above a row for the words that say that it runs side by side.
_LABEL = 22
_NAME, _NOTE, _PAD = 16, 13, 10
_FONT = "'Noto Sans SC','Source Han Sans SC','Microsoft YaHei',sans-serif"
_BLUE, _AMBER, _INK = "#0d4058", "#8a5300", "#1d2736"
#: Fill, line and ink of each kind of box.
_STYLES = {
    "end": (_BLUE, _BLUE, "#fff"),
    "step": ("#edf5f8", _BLUE, _INK),
    "special": ("#fff7e8", _AMBER, _INK),
}


@dataclass(frozen=True, slots=True)
class Node:
    """What stands in a box; ``after`` are the ids of the nodes before it."""

    id: str
    name: str
    notes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    special: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn box with its lines of text; ``row`` counts from the start, arrows to it turn at ``bend``."""

    row: int
    bend: float
    x: float
    y: float
    width: float
    height: float
    name: tuple[str, ...]
    notes: tuple[str, ...]
    style: str

    @property
    def middle(self) -> float:
        """Where arrows begin and end."""
        return self.x + self.width / 2


def flow(title: str, start: str, rows: Sequence[Sequence[Node]], end: Node, *, beside: str) -> str:
    """The drawing. What stands in one row may run side by side and is marked with the words ``beside``."""
    first = _box(start, (), MARGIN, MARGIN, _whole(), "end", 0, 0)
    boxes: dict[str, Box] = {}
    bands: list[str] = []
    bottom = first.y + first.height
    for number, row in enumerate(rows, 1):
        bend = bottom + ROW_GAP / 2
        top = bottom + ROW_GAP + (_LABEL if len(row) > 1 else 0)
        bottom = _place(row, top, number, bend, boxes)
        if len(row) > 1:
            bands.append(_band(top, bottom, beside))
            bottom += 6
    after, bend = bottom + ROW_GAP, bottom + ROW_GAP / 2
    last = _box(end.name, end.notes, MARGIN, after, _whole(), "end", len(rows) + 1, bend)
    height = last.y + last.height + MARGIN
    lines = "".join(_lines([node for row in rows for node in row], boxes, first, last))
    drawn = "".join(_draw(box) for box in (first, *boxes.values(), last))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
        f'height="{height:g}" role="img" aria-label="{escape(title)}" font-family="{_FONT}">'
        f"<title>{escape(title)}</title>"
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{_BLUE}"/></marker></defs>'
        f'<rect width="{WIDTH}" height="{height:g}" fill="#fff"/>{"".join(bands)}{lines}{drawn}</svg>'
    )


def _whole() -> float:
    return WIDTH - 2 * MARGIN


def _place(row: Sequence[Node], top: float, number: int, bend: float, boxes: dict[str, Box]) -> float:
    """Put a row's boxes side by side, in further lines where there are many; gives the lower edge."""
    for first in range(0, len(row), _SIDE_BY_SIDE):
        part = row[first : first + _SIDE_BY_SIDE]
        width = (_whole() - GAP * (len(part) - 1)) / len(part)
        top += GAP if first else 0
        for at, node in enumerate(part):
            style = "special" if node.special else "step"
            x = MARGIN + at * (width + GAP)
            boxes[node.id] = _box(node.name, node.notes, x, top, width, style, number, bend)
        top += max(boxes[node.id].height for node in part)
    return top


def _band(top: float, bottom: float, words: str) -> str:
    y, baseline = top - _LABEL, top - 6
    return (
        f'<rect x="{MARGIN - 6:g}" y="{y:g}" width="{_whole() + 12:g}" height="{bottom - y + 6:g}" rx="8" '
        f'fill="#f1f4f7" stroke="#5b6b7d" stroke-dasharray="4 3"/>'
        f'<text x="{MARGIN:g}" y="{baseline:g}" font-size="{_NOTE}" fill="#3c4d59">{escape(words)}</text>'
    )


def _box(
    name: str,
    notes: Sequence[str],
    x: float,
    y: float,
    width: float,
    style: str,
    row: int,
    bend: float,
) -> Box:
    lines = tuple(wrapped(name, width - 2 * _PAD, _NAME))
    small = tuple(part for note in notes for part in wrapped(note, width - 2 * _PAD, _NOTE))
    height = 2 * _PAD + len(lines) * _NAME * 1.4 + len(small) * _NOTE * 1.5
    return Box(row, bend, x, y, width, height, lines, small, style)


def wrapped(text: str, width: float, size: int) -> Iterator[str]:
    """Break a text where the line is full: a Chinese sign is as wide as the type is high, others half."""
    line, used = "", 0.0
    for sign in text:
        wide = size if unicodedata.east_asian_width(sign) in "WFA" else size * 0.6
        if line and used + wide > width:
            yield line
            line, used = "", 0.0
        line, used = line + sign, used + wide
    if line:
        yield line


def _draw(box: Box) -> str:
    fill, stroke, ink = _STYLES[box.style]
    shape = (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" '
        f'rx="8" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>'
    )
    if box.style == "special":
        shape += (
            f'<rect x="{box.x + 3:g}" y="{box.y + 3:g}" width="{box.width - 6:g}" '
            f'height="{box.height - 6:g}" rx="6" fill="none" stroke="{stroke}"/>'
        )
    return shape + "".join(_texts(box, ink))


def _texts(box: Box, ink: str) -> Iterator[str]:
    y = box.y + _PAD
    sized = [(text, _NAME, 1.4, ' font-weight="700"') for text in box.name]
    for text, size, leading, weight in [*sized, *((text, _NOTE, 1.5, "") for text in box.notes)]:
        y += size * leading
        yield (
            f'<text x="{box.middle:g}" y="{y - 5:g}" font-size="{size}"{weight} '
            f'text-anchor="middle" fill="{ink}">{escape(text)}</text>'
        )


def _lines(nodes: Sequence[Node], boxes: dict[str, Box], start: Box, end: Box) -> Iterator[str]:
    followed = {before for node in nodes for before in node.after}
    for node in nodes:
        box = boxes[node.id]
        before = [boxes[one] for one in node.after if one in boxes] or [start]
        yield from (_arrow(one, box) for one in before)
        if node.id not in followed:
            yield _arrow(box, end)
    if not nodes:
        yield _arrow(start, end)


def _arrow(above: Box, below: Box) -> str:
    """Down to the next row; past rows in between along the edge of the drawing.

    What comes from the left enters on the left and what comes from the right turns a little higher, so that
    lines which cross can be told apart.
    """
    x1, y1 = above.middle, above.y + above.height
    aside = (x1 > below.middle + 1) - (x1 < below.middle - 1)
    x2, y2 = below.middle + 12 * aside, below.y
    bend = below.bend + (4 if x1 <= WIDTH / 2 else -4)
    path = f"M{x1:g} {y1:g}V{bend:g}H{x2:g}V{y2 - 1:g}"
    if below.row - above.row > 1:
        side = 5 if x1 <= WIDTH / 2 else WIDTH - 5
        path = f"M{x1:g} {y1:g}v{ROW_GAP / 3:g}H{side:g}V{bend:g}H{x2:g}V{y2 - 1:g}"
    return f'<path d="{path}" fill="none" stroke="{_BLUE}" stroke-width="1.5" marker-end="url(#arrow)"/>'
