"""依据设定层级: what a table writes for it, and what the title of a basis says by itself."""

from __future__ import annotations

import re
from typing import get_args

from contracts.items import Basis
from services.catalog.domain.cleanup.proofs_records import BasisLevel
from services.catalog.domain.text import same

LEVELS: tuple[str, ...] = get_args(BasisLevel)
#: Other usual words for the levels.
_OTHER_WORDS = {
    "国家法律": "法律",
    "法规": "行政法规",
    "国务院行政法规": "行政法规",
    "国务院文件": "规范性文件",
    "省级地方性法规": "地方性法规",
    "市级地方性法规": "地方性法规",
    "地方法规": "地方性法规",
    "规章": "部门规章",
    "国务院部门规章": "部门规章",
    "省政府规章": "地方政府规章",
    "市政府规章": "地方政府规章",
    "政府规章": "地方政府规章",
    "地方规章": "地方政府规章",
    "其他规范性文件": "规范性文件",
    "一般规范性文件": "规范性文件",
    "部门规范性文件": "规范性文件",
    "地方规范性文件": "规范性文件",
}
_BY_WORD = {same(word): level for word, level in (*((one, one) for one in LEVELS), *_OTHER_WORDS.items())}
#: Titles whose wording names the level; the first that fits counts.
_TITLES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"国务院令|《中华人民共和国[^》]*(?:条例|实施细则)》"), "行政法规"),
    (re.compile(r"《中华人民共和国[^》]*法》"), "法律"),
    (re.compile(r"(?:省|市|自治区)[^》]*条例》"), "地方性法规"),
    (re.compile(r"人民政府令|(?:省|市)政府令"), "地方政府规章"),
    (re.compile(r"(?:部|委|局|署|总局|委员会)令"), "部门规章"),
    (re.compile(r"[〔\[［(（]\s*(?:19|20)\d{2}\s*[〕\]］)）]\s*\d+\s*号"), "规范性文件"),
)


def level_written(text: str) -> str | None:
    """The level that a cell names; None where it is none of the form's."""
    return _BY_WORD.get(same(text))


def level_of_title(title: str) -> str | None:
    """The level that a title shows by its form: 《中华人民共和国…法》, …令第…号, …〔2017〕3号."""
    return next((level for pattern, level in _TITLES if pattern.search(title)), None)


def with_level(basis: Basis, level: str | None) -> Basis:
    """A basis with the level given, or else with the one that its title shows."""
    found = level or basis.level or level_of_title(basis.title)
    return basis.model_copy(update={"level": found}) if found != basis.level else basis
