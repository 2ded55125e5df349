"""The two published lists as halls hold them, and the codes that the sample gives to their rows."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
TOWNSHIP_LIST, VILLAGE_LIST = "05", "06"


def township_csv() -> bytes:
    """The township list, 56 rows: 序号, 实施主体, 事项名称, 事项类型 (UTF-8 with BOM, as published)."""
    return (FOLDER / "township-items.csv").read_bytes()


def village_csv() -> bytes:
    """The village list, 14 rows, in the same columns."""
    return (FOLDER / "village-items.csv").read_bytes()


@cache
def listed() -> dict[str, dict[str, str]]:
    """Base code → the row of the list: township 05-0001 to 05-0056, village 06-0001 to 06-0014."""
    rows = {}
    for prefix, content in ((TOWNSHIP_LIST, township_csv()), (VILLAGE_LIST, village_csv())):
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
            rows[f"{prefix}-{int(row['序号']):04}"] = row
    return rows


def item_names() -> dict[str, str]:
    """Base code → name of the item, for both lists."""
    return {code: row["事项名称"] for code, row in listed().items()}


def item_code(base_code: str, place: str) -> str:
    """实施编码: the base code and the place, e.g. 05-0008-370104101."""
    return f"{base_code}-{place}"
