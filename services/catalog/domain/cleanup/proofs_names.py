"""Names of proofs as people write them: what is alike, what a licence shows already, what issues a proof."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from services.catalog.domain.checks.national_words import NATIONAL
from services.catalog.domain.checks.word_lists import hits
from services.catalog.domain.text import same

#: How alike (0–100) the cores of two names must be to be suggested as one proof.
ALIKE = 60.0
SUGGESTIONS = 3
#: What says that a material is a proof (证明、盖章类材料).
PROOF = re.compile(r"证明|盖章|介绍信|签章意见|加盖公章|公证书")
_FRAME = re.compile(r"证明(?:材料|文件|信|书)?|材料|有关|相关|关于|出具的|开具的|[的()（）《》“”\"]")
#: Different words of daily use for one thing; the first is taken for the others.
_ONE_WORD = (
    ("居住", ("现居住地", "居住地", "住址", "住所", "居住地址", "常住")),
    ("产权", ("不动产权属", "不动产权", "房屋权属", "房产权属", "房屋产权", "房产")),
    ("无犯罪记录", ("未受过刑事处罚", "未受刑事处罚", "有无违法犯罪记录", "无违法犯罪记录")),
    ("婚姻状况", ("无婚姻登记记录", "婚姻登记记录", "婚姻情况", "单身", "未婚")),
    ("亲属关系", ("亲属", "家庭关系", "家庭成员关系")),
    ("收入", ("经济收入", "家庭收入", "工资收入")),
    ("死亡", ("去世", "已故")),
)
_TO_ONE = {word: first for first, others in _ONE_WORD for word in others}
_WORDS = re.compile("|".join(sorted(map(re.escape, _TO_ONE), key=len, reverse=True)))
_ISSUES = "申请|办理|开具|出具|核发|申领|补办|发放|打印|提供"
_ISSUING = re.compile(rf"^(?:{_ISSUES})+|(?:的)?(?:{_ISSUES}|服务)+$")


def is_proof(name: str) -> bool:
    """Whether a material is a proof or asks for a stamp."""
    return PROOF.search(name) is not None


def core(name: str) -> str:
    """What a name says besides being a proof: 居住地证明材料 → 居住."""
    bare = _FRAME.sub("", same(name))
    return _WORDS.sub(lambda found: _TO_ONE[found[0]], bare) or bare


class Names:
    """Names to compare others with; what each says besides being a proof is worked out once."""

    def __init__(self, names: Iterable[str]) -> None:
        self._cores: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):
            self._cores.setdefault(core(name), []).append(name)
        self._known = list(self._cores)

    def alike(self, name: str) -> list[str]:
        """Those that may mean the same proof, the likeliest first; never the name itself."""
        wanted = core(name)
        if len(wanted) < 2:
            return []
        found = process.extract(
            wanted, self._known, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=SUGGESTIONS + 1
        )
        names = [other for known, _, _ in found for other in self._cores[known]]
        return [other for other in names if same(other) != same(name)][:SUGGESTIONS]


def shown_by(name: str, licences: Iterable[str] = ()) -> str | None:
    """The 证照 that shows already what this proof is asked for, or None (seed 000 二(二)1(2)).

    ``licences`` are the names of licences on file that the catalog's own materials are replaced by.
    """
    for licence in licences:
        if core(licence) == core(name) and core(name):
            return licence
    return next((entry.licence for entry, _ in hits(NATIONAL.licences, same(name))), None)


def issued_by_item(item_name: str) -> str:
    """The name of the proof that an item issues: 开具居住证明 and 居住证明办理 → 居住证明."""
    bare = same(item_name)
    while (shorter := _ISSUING.sub("", bare)) != bare:
        bare = shorter
    return bare
