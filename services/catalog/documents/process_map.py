"""运行图谱: the process drawn from the steps as SVG, one row below the other so that a phone can show it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from contracts.items import ItemStep
from services.catalog.documents import words
from services.catalog.domain.process import layers
from services.catalog.domain.record import DraftRecord

#: Drawn for the width of a small phone; SVG grows with the page.
WIDTH, MARGIN, GAP, ROW_GAP = 360, 12, 8, 30
_SIDE_BY_SIDE = 2
_NAME, _NOTE, _PAD = 16, 13, 10
_FONT = "'Noto Sans SC','Source Han Sans SC','Microsoft YaHei',sans-serif"


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn box with its lines of text."""

    x: float
    y: float
    width: float
    height: float
    name: tuple[str, ...]
    notes: tuple[str, ...]
    style: str


def svg(record: DraftRecord) -> str:
    """The drawing; what may run side by side stands in one row, special steps have a double frame."""
    steps = {step.step: step for step in record.steps or ()}
    boxes: dict[str, Box] = {}
    bottom: float = MARGIN
    start = _box("申请", (), MARGIN, bottom, WIDTH - 2 * MARGIN, "end")
    bottom += start.height
    for row in layers(record.steps or ()):
        bottom = _place(row, bottom + ROW_GAP, boxes)
    result = record.result.name if record.result else "办结"
    end = _box(f"结果：{result}", _delivery(record), MARGIN, bottom + ROW_GAP, WIDTH - 2 * MARGIN, "end")
    height = end.y + end.height + MARGIN
    lines = "".join(_lines(steps, boxes, start, end))
    drawn = "".join(_draw(box) for box in (start, *boxes.values(), end))
    title = escape(f"{record.name}办理流程图")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
        f'height="{height:g}" role="img" aria-label="{title}" font-family="{_FONT}"><title>{title}</title>'
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0 8 4 0 8z" fill="#0b4a8f"/></marker></defs>'
        f'<rect width="{WIDTH}" height="{height:g}" fill="#fff"/>{lines}{drawn}</svg>'
    )


def _place(row: list[ItemStep], top: float, boxes: dict[str, Box]) -> float:
    """Put the steps of a row side by side, in further lines where there are many; gives the lower edge."""
    for first in range(0, len(row), _SIDE_BY_SIDE):
        part = row[first : first + _SIDE_BY_SIDE]
        width = (WIDTH - 2 * MARGIN - GAP * (len(part) - 1)) / len(part)
        top += ROW_GAP / 2 if first else 0
        for number, step in enumerate(part):
            style = "special" if step.special else "step"
            x = MARGIN + number * (width + GAP)
            boxes[step.step] = _box(step.name, _notes(step), x, top, width, style)
        top += max(boxes[step.step].height for step in part)
    return top


def _notes(step: ItemStep) -> tuple[str, ...]:
    longest = words.limit(step.limit) if step.limit.value else "当日"
    notes = [f"{words.ROLES.get(step.role, step.role)} · 最长{longest}"]
    if step.special:
        notes.append("特别程序")
    if step.stops_clock:
        notes.append("停止计时")
    return tuple(notes)


def _delivery(record: DraftRecord) -> tuple[str, ...]:
    within = record.result.deliver_within if record.result else None
    return (f"{words.limit(within)}内送达",) if within else ()


def _box(name: str, notes: tuple[str, ...], x: float, y: float, width: float, style: str) -> Box:
    lines = tuple(_wrapped(name, width - 2 * _PAD, _NAME))
    small = tuple(part for note in notes for part in _wrapped(note, width - 2 * _PAD, _NOTE))
    height = 2 * _PAD + len(lines) * _NAME * 1.4 + len(small) * _NOTE * 1.5
    return Box(x, y, width, height, lines, small, style)


def _wrapped(text: str, width: float, size: int) -> Iterator[str]:
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
    fill, stroke = {"end": ("#0b4a8f", "#0b4a8f"), "step": ("#eef4fb", "#0b4a8f")}.get(
        box.style, ("#fff7e8", "#8a5300")
    )
    ink = "#fff" if box.style == "end" else "#1d2736"
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
    middle, y = box.x + box.width / 2, box.y + _PAD
    for text in box.name:
        y += _NAME * 1.4
        yield (
            f'<text x="{middle:g}" y="{y - 5:g}" font-size="{_NAME}" font-weight="700" '
            f'text-anchor="middle" fill="{ink}">{escape(text)}</text>'
        )
    for text in box.notes:
        y += _NOTE * 1.5
        yield (
            f'<text x="{middle:g}" y="{y - 5:g}" font-size="{_NOTE}" text-anchor="middle" '
            f'fill="{ink}">{escape(text)}</text>'
        )


def _lines(steps: dict[str, ItemStep], boxes: dict[str, Box], start: Box, end: Box) -> Iterator[str]:
    followed = {name for step in steps.values() for name in step.after}
    for name, box in boxes.items():
        before = [boxes[earlier] for earlier in steps[name].after if earlier in boxes] or [start]
        yield from (_arrow(earlier, box) for earlier in before)
        if name not in followed:
            yield _arrow(box, end)
    if not boxes:
        yield _arrow(start, end)


def _arrow(above: Box, below: Box) -> str:
    x1, y1 = above.x + above.width / 2, above.y + above.height
    x2, y2 = below.x + below.width / 2, below.y
    bend = y2 - ROW_GAP / 2
    return (
        f'<path d="M{x1:g} {y1:g}V{bend:g}H{x2:g}V{y2 - 1:g}" fill="none" stroke="#0b4a8f" '
        'stroke-width="1.5" marker-end="url(#arrow)"/>'
    )
