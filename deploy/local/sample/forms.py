"""The form of the sample item 最低生活保障, empty and filled in; everybody and everything in it is made up.

`python -m deploy.local.sample.forms FOLDER` prints both anew with a Chinese font of that folder.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from deploy.local.sample.lists import FOLDER

#: The material of every item of this code, and the two files that go with it.
BASE_CODE, MATERIAL = "05-0008", "最低生活保障申请书"
BLANK, FILLED = FOLDER / "form-blank.pdf", FOLDER / "form-filled.pdf"
_FIELDS = {
    "申请人姓名": "样小例（虚构）",
    "性别": "女",
    "公民身份号码": "××××××××××××××××××（示意，共18位）",
    "联系电话": "×××-××××-××××",
    "户籍所在地": "示例县示例镇示例村1号",
    "现居住地": "示例县示例镇示例村1号",
    "共同生活的家庭成员": "样大山（虚构），丈夫；样小苗（虚构），女儿",
    "家庭月收入（元）": "1200",
    "申请理由": "丈夫患病不能劳动，家庭收入低于当地最低生活保障标准。",
}
_DECLARED = "本人声明以上情况属实，同意对家庭经济状况进行核对。"


def contents() -> tuple[bytes, bytes]:
    """The empty form and the filled-in one."""
    return BLANK.read_bytes(), FILLED.read_bytes()


async def _print(fonts: Path) -> None:
    # Only here: the local stack does not need what sets documents.
    from services.catalog.documents.paper import Line, Paper, Section, Table
    from services.catalog.documents.printing import Printer

    for path, words, marks, foot in (
        (BLANK, dict.fromkeys(_FIELDS, "\n"), (), ("申请人（签名）：", "        年    月    日")),
        (
            FILLED,
            _FIELDS,
            ("样表：人物和信息均为虚构，仅供对照填写。",),
            ("申请人（签名）：样小例", "2026年1月1日"),
        ),
    ):
        table = Table(("填写项目", "填写内容"), tuple(words.items()), (3, 7))
        declared = Section("声明", (Line(_DECLARED),))
        paper = Paper(
            MATERIAL, "示例表格，不是正式文书", (Section("基本情况", (), table), declared), marks, foot=foot
        )
        path.write_bytes(await Printer(fonts).pdf(paper))


if __name__ == "__main__":
    asyncio.run(_print(Path(sys.argv[1])))
