"""The model guide 预防接种异常反应鉴定 as seed 000 附件5 prints it, and a record that says all of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from deploy.local import sample

_TEXT = Path(__file__).with_name("model_guide.txt")
_TITLE = re.compile(r"[一二三四五六七八九]、")
#: The model's own catch-all clause; the sample leaves it out by the seed's own rule (二(一)3), and whoever
#: keeps it waives the finding with a reason.
CATCH_ALL = "与预防接种异常反应鉴定有关的其他材料"


def sections() -> dict[str, list[str]]:
    """Title → lines, as printed."""
    found: dict[str, list[str]] = {}
    for line in _TEXT.read_text("utf-8").splitlines()[1:]:
        if _TITLE.match(line):
            found[line] = []
        else:
            found[list(found)[-1]].append(line)
    return found


def record() -> dict[str, Any]:
    """The sample's record with the catch-all clause as a material that nobody is asked for."""
    whole: dict[str, Any] = sample.guide_item()
    other = {"name": "其他材料", "guidance": CATCH_ALL, "form": "copy", "required": False}
    whole["materials"] = [*whole["materials"], other]
    return whole


def dialled(text: str) -> str:
    """With the long dash of the printed number as the hyphen that a telephone dials."""
    return text.replace("—", "-")
