"""循环证明 drawn as SVG: each circle from top to bottom with the way back, where it is cut in red."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from services.catalog.documents.drawing import wrapped
from services.catalog.domain.cleanup.proofs_circles import Circle, Need

#: Drawn for the width of a small phone; SVG grows with the page.
WIDTH, MARGIN, LANE, PAD = 360, 12, 44, 10
_NAME, _NOTE, _LINE = 16, 13, 1.5
_FONT = "'Noto Sans SC','Source Han Sans SC','Microsoft YaHei',sans-serif"
_BLUE, _RED, _INK = "#0d4058", "#a62f26", "#1d2736"
_BOX = WIDTH - 2 * MARGIN - LANE
_CLOSING = "，。；：、？！”’）》】"


def svg(circles: Sequence[Circle]) -> str:
    """The drawing; all that it shows is also in its description, for who cannot see it."""
    parts: list[str] = []
    y: float = MARGIN
    for number, circle in enumerate(circles, 1):
        drawn, y = _circle(number, circle, y)
        parts += drawn
        y += 2 * MARGIN
    if not circles:
        parts.append(_text(MARGIN, y + 1.5 * _NAME, "没有发现循环证明。", _NAME, bold=True))
        y += 3 * _NAME
    told = escape(
        "；".join(f"循环{n}：{circle.words}" for n, circle in enumerate(circles, 1)) or "没有循环证明"
    )
    markers = "".join(_marker(name, colour) for name, colour in (("go", _BLUE), ("cut", _RED)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:g}" width="{WIDTH}" '
        f'height="{y:g}" role="img" aria-labelledby="circles-title circles-desc" font-family="{_FONT}">'
        f'<title id="circles-title">循环证明图</title><desc id="circles-desc">{told}</desc>'
        f'<defs>{markers}</defs><rect width="{WIDTH}" height="{y:g}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def _circle(number: int, circle: Circle, top: float) -> tuple[list[str], float]:
    """One circle below the other; gives what is drawn and the lower edge."""
    y = top + 1.4 * _NAME
    parts = [_text(MARGIN, y, f"循环 {number}：{len(circle.needs)} 项证明互为前提", _NAME, bold=True)]
    y += MARGIN
    first = y
    for at, need in enumerate(circle.needs):
        cut = need is circle.cut
        height, drawn = _box(need.proof, y)
        parts += drawn
        lower = y + height
        last = at == len(circle.needs) - 1
        notes = [*_wrapped(_why(need, cut), _BOX - 2 * PAD, _NOTE)]
        gap = len(notes) * _NOTE * _LINE + 2 * PAD
        tone = _RED if cut else _INK
        for line, text in enumerate(notes, 1):
            parts.append(_text(MARGIN + PAD + 14, lower + PAD / 2 + line * _NOTE * _LINE, text, _NOTE, tone))
        if last:
            parts.append(_back(lower, gap, first + 20, cut))
        else:
            parts.append(_arrow(f"M{MARGIN + 10} {lower:g}V{lower + gap - 1:g}", cut))
        y = lower + gap
    return parts, y


def _why(need: Need, cut: bool) -> str:
    broken = "（在此打破）" if cut else ""
    return f"{need.unit}办理“{need.item_name}”，要先交“{need.needs}”{broken}"


def _box(name: str, top: float) -> tuple[float, list[str]]:
    lines = [*_wrapped(name, _BOX - 2 * PAD, _NAME)]
    height = 2 * PAD + len(lines) * _NAME * 1.4
    parts = [
        f'<rect x="{MARGIN}" y="{top:g}" width="{_BOX}" height="{height:g}" rx="8" fill="#edf5f8" '
        f'stroke="{_BLUE}" stroke-width="1.5"/>'
    ]
    for at, text in enumerate(lines, 1):
        parts.append(_text(MARGIN + PAD, top + PAD + at * _NAME * 1.4 - 5, text, _NAME, bold=True))
    return height, parts


def _back(lower: float, gap: float, upper: float, cut: bool) -> str:
    """The way back to the first proof, along the right edge."""
    right = WIDTH - MARGIN - LANE / 2
    turn = lower + gap - PAD / 2
    return _arrow(f"M{MARGIN + 10} {lower:g}V{turn:g}H{right:g}V{upper:g}H{MARGIN + _BOX + 1}", cut)


def _arrow(path: str, cut: bool) -> str:
    style = f'stroke="{_RED}" stroke-dasharray="6 4"' if cut else f'stroke="{_BLUE}"'
    marker = "cut" if cut else "go"
    return f'<path d="{path}" fill="none" {style} stroke-width="2" marker-end="url(#{marker})"/>'


def _marker(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{colour}"/></marker>'
    )


def _text(x: float, y: float, text: str, size: int, tone: str = _INK, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}"{weight} fill="{tone}">{escape(text)}</text>'


def _wrapped(text: str, width: float, size: int) -> list[str]:
    """Lines of a text, none of which begins with a closing mark."""
    lines: list[str] = []
    for line in wrapped(text, width, size):
        while lines and line and line[0] in _CLOSING:
            lines[-1], line = lines[-1] + line[0], line[1:]
        if line:
            lines.append(line)
    return lines
