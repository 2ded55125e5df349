"""A printout as .docx, ready to print: A4 across, the head on every page, no row cut in two.

Written as text: what holds a whole long table in memory would need hundreds of megabytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from services.catalog.exports.printout import Printed, Printout

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
#: Twentieths of a point: A4 across without its margins.
_WIDTH, _PAGE = 15_398, (16_838, 11_906)
#: Signs that XML cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
        f'<Override PartName="/word/footer1.xml" ContentType="{_WORD}.footer+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/footer" Target="footer1.xml"/></Relationships>'
    ),
    "word/footer1.xml": (
        f'<w:ftr {_W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
        '<w:r><w:t xml:space="preserve">第 </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        '<w:r><w:t xml:space="preserve"> 页</w:t></w:r></w:p></w:ftr>'
    ),
}


def written(printout: Printout) -> bytes:
    """The parts of the document in one package."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in _PARTS.items():
            packed.writestr(name, _DECLARATION + part)
        with packed.open("word/document.xml", "w", force_zip64=True) as stream:
            for piece in _document(printout):
                stream.write(piece.encode())
    return made.getvalue()


def _document(printout: Printout) -> Iterator[str]:
    yield f"{_DECLARATION}<w:document {_W} {_R}><w:body>"
    yield _paragraph(printout.title, size=36, bold=True, centred=True)
    if any(printout.above):
        yield _line(printout.above)
    widths = _widths(printout.columns)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{_borders()}'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )
    yield from _head(printout, widths)
    for row in printout.rows:
        yield _row("".join(_cell(text, width) for text, width in zip(row, widths, strict=True)))
    yield "</w:tbl>"
    for parts in printout.below:
        yield _line(parts)
    for note in printout.notes:
        yield _paragraph(note, size=18)
    yield (
        f'<w:sectPr><w:footerReference w:type="default" r:id="r1"/>'
        f'<w:pgSz w:w="{_PAGE[0]}" w:h="{_PAGE[1]}" w:orient="landscape"/>'
        '<w:pgMar w:top="850" w:right="720" w:bottom="850" w:left="720" w:header="400" w:footer="400"'
        ' w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _head(printout: Printout, widths: Sequence[int]) -> Iterator[str]:
    lower = [
        _cell(column.name, width, head=True) for column, width in zip(printout.columns, widths, strict=True)
    ]
    if not printout.has_two_levels:
        yield _row("".join(lower), head=True)
        return
    upper = []
    for words, first, last in printout.groups():
        if words:
            upper.append(_cell(words, sum(widths[first : last + 1]), head=True, across=last - first + 1))
        else:
            name = printout.columns[first].name
            upper.append(_cell(name, widths[first], head=True, merge='<w:vMerge w:val="restart"/>'))
            lower[first] = _cell("", widths[first], head=True, merge="<w:vMerge/>")
    yield _row("".join(upper), head=True)
    yield _row("".join(lower), head=True)


def _widths(columns: Sequence[Printed]) -> list[int]:
    whole = sum(column.width for column in columns)
    return [int(_WIDTH * column.width / whole) for column in columns]


def _borders() -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return f"<w:tblBorders>{sides}</w:tblBorders>"


def _row(cells: str, head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _cell(text: str, width: int, *, head: bool = False, across: int = 1, merge: str = "") -> str:
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if head else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{shade}<w:vAlign w:val="center"/>'
        f"</w:tcPr>{_paragraph(text, size=18, bold=head, centred=head)}</w:tc>"
    )


def _line(parts: Sequence[str]) -> str:
    """The parts of a line, each at its share of the width."""
    stops = "".join(
        f'<w:tab w:val="left" w:pos="{_WIDTH * number // len(parts)}"/>' for number in range(1, len(parts))
    )
    runs = f"<w:r>{_face(21, False)}<w:tab/></w:r>".join(_run(part, 21, False) for part in parts)
    return f'<w:p><w:pPr><w:tabs>{stops}</w:tabs><w:spacing w:before="60" w:after="60"/></w:pPr>{runs}</w:p>'


def _paragraph(text: str, *, size: int, bold: bool = False, centred: bool = False) -> str:
    middle = '<w:jc w:val="center"/>' if centred else ""
    return f"<w:p><w:pPr>{middle}</w:pPr>{_run(text, size, bold)}</w:p>"


def _run(text: str, size: int, bold: bool) -> str:
    pieces = re.split("([\n\t])", _NOT_XML.sub("", text))
    marks = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    inner = "".join(
        marks.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces if piece
    )
    return f"<w:r>{_face(size, bold)}{inner}</w:r>"


def _face(size: int, bold: bool) -> str:
    return (
        '<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/>'
        f'{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr>'
    )
