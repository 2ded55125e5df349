"""How large a table's file may be, and how one that is too large or none at all is refused."""

from __future__ import annotations

from services.runtime.problems import Invalid, TooLarge, UnsupportedMedia

#: Bytes that a file may have when unpacked, parts that it may have, rows and cells that its sheets may have.
UNPACKED_LIMIT = 64 * 1024 * 1024
PARTS_LIMIT = 2000
ROWS_LIMIT = 50_000
CELLS_LIMIT = 3_000_000


class Bounds:
    """Counts the rows and cells of a file while they are read."""

    def __init__(self) -> None:
        self._rows = self._cells = 0

    def row(self, width: int) -> None:
        """One more row. 413 where the file has too many."""
        self._rows += 1
        self._cells += width
        bounded(self._rows, 1)
        bounded(1, self._cells)


def bounded(rows: int, columns: int) -> None:
    """413 where a grid is too large: a reader keeps it dense, so two far-off cells ask for all of it."""
    if rows > ROWS_LIMIT or rows * columns > CELLS_LIMIT:
        raise too_much()


def too_much() -> TooLarge:
    """The refusal of a file that is too large."""
    return TooLarge(
        f"表格太大：最多 {ROWS_LIMIT} 行，解压后最多 {UNPACKED_LIMIT // 1024 // 1024} MB；请分成几个文件。",
        f"The table is too large: at most {ROWS_LIMIT} rows; split it into several files.",
        code="table-too-large",
        field="file",
    )


def not_a_table(zh: str, en: str) -> UnsupportedMedia:
    """The refusal of a file of another type."""
    return UnsupportedMedia(f"文件内容不是表格：{zh}", f"Not a table: {en}", code="not-a-table", field="file")


def unreadable(zh: str, en: str) -> Invalid:
    """The refusal of a file that is damaged or hostile."""
    return Invalid(zh, en, code="unreadable-file", field="file")
