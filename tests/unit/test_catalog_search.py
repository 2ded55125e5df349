"""Finding names as people type them: in order, with the reason."""

from datetime import UTC, datetime

import pytest

from contracts import Actor
from deploy.local import sample
from services.catalog.domain.refusals import Stale
from services.catalog.domain.search import ranking
from services.catalog.domain.search.explain import Matched, explained
from services.catalog.domain.search.index import PUBLISHED, Entry, Index, Scope
from services.catalog.domain.search.sounds import alike, one_slip, readings, syllables
from services.catalog.domain.search.synonyms import Synonym, SynonymList, in_force, put
from services.catalog.domain.search.words import Vocabulary, understood
from services.catalog.store.word_data import EVERYDAY, IDLE
from services.runtime.problems import Invalid

NOW, EDITOR = datetime(2026, 11, 23, tzinfo=UTC), Actor(role="editor", officer_id="editor")
TOWN = "370104101"
#: Names of the two published lists, as the sample has them.
NAMES = list(sample.item_names().values())
VOCABULARY = Vocabulary({one.word: one.terms for one in EVERYDAY.words}, IDLE)


@pytest.fixture(scope="module")
def index() -> Index:
    made = Index()
    for number, name in enumerate(NAMES):
        made.put(Entry(f"05-{number:04}-{TOWN}", f"05-{number:04}", TOWN, name, ("居民身份证",), PUBLISHED))
    return made


Row = tuple[str, Matched]


def found(index: Index, typed: str, *, stage: str = "exact", limit: int = 100) -> list[str]:
    """Names that answer, best first."""
    return [name for name, _ in with_reasons(index, typed, stage, limit)]


def with_reasons(index: Index, typed: str, stage: str = "exact", limit: int = 100) -> list[Row]:
    query = understood(typed, VOCABULARY, index.titles)
    exact = stage == "exact"
    titles = index.titles
    answer = ranking.exactly(titles, query) if exact else ranking.nearly(titles, query, VOCABULARY)
    ranked = index.ordered(index.scores(answer.scores), Scope(), after=None, limit=limit)
    names = [NAMES[int(code.split("-")[1])] for code, _ in ranked]
    return [(name, explained(name, ["居民身份证"], answer.words, VOCABULARY)) for name in names]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("最低生活保障", "name"),
        ("最低生活", "name"),
        ("生活保障 最低", "name"),
        ("zuidishenghuobaozhang", "pinyin"),
        ("zuidish", "pinyin"),
        ("zuidi生活", "pinyin"),
        ("最di生活", "pinyin"),
        ("zdshbz", "initials"),
        ("低保", "synonym"),
        ("低保 申请", "synonym"),
        ("怎么申请低保", "synonym"),
        ("办低保需要什么材料", "synonym"),
        ("dibao", "synonym"),
        ("ＤＩＢＡＯ", "synonym"),
    ],
)
def test_the_same_item_is_found_by_all_that_people_call_it(index: Index, typed: str, why: str) -> None:
    name, matched = with_reasons(index, typed)[0]
    assert (name, matched.why) == ("最低生活保障", why)


@pytest.mark.parametrize("typed", ["db", "DB", "ＤＢ 申请"])
def test_the_initials_of_an_everyday_word_lead_to_what_it_stands_for(index: Index, typed: str) -> None:
    near_the_top = {name: (matched.why, matched.word) for name, matched in with_reasons(index, typed)[:2]}
    assert near_the_top["最低生活保障"] == ("synonym", "低保")


def test_initials_may_mean_several_everyday_words_and_names_with_them_are_found_as_well() -> None:
    words = Vocabulary({"低保": ["最低生活保障"], "当兵": ["兵役"]}, IDLE)
    made = Index()
    for number, name in enumerate(("最低生活保障", "兵役登记", "代办帮办", "居住证办理")):
        made.put(Entry(f"05-{number}-{TOWN}", f"05-{number}", TOWN, name, (), PUBLISHED))
    answer = ranking.exactly(made.titles, understood("db", words, made.titles))
    ranked = made.ordered(made.scores(answer.scores), Scope(), after=None, limit=10)
    assert [code[3] for code, _ in ranked] == ["2", "0", "1"]


@pytest.mark.parametrize(
    "typed",
    [
        "最底生活保障",  # sounds the same
        "最低生保障",  # one missing
        "最低生活活保障",  # one too many
        "最低活生保障",  # swapped
        "最低生活保樟",  # looks the same
        "zuidishenhuobaozhang",  # shen for sheng
        "zuidishnghuobaozhang",  # a letter missing
        "zuidisehnghuobaozhang",  # swapped
        "zuidishenghuobaozang",  # zang for zhang
        "diabo",
        "底保",
    ],
)
def test_one_slip_still_leads_there(index: Index, typed: str) -> None:
    assert "最低生活保障" not in found(index, typed)
    assert found(index, typed, stage="like")[0] == "最低生活保障"


def test_a_whole_sentence_is_understood(index: Index) -> None:
    assert found(index, "我想给孩子上户口")[0] == "生育登记服务"
    assert "居民养老保险丧葬补助金领取申请" in found(index, "老人去世了有什么补贴", stage="like")[:2]
    assert "带病回乡退伍军人身份初审" in found(index, "退伍军人怎么认定身份", stage="like")[:3]


def test_a_whole_name_stands_before_its_beginning_and_that_before_a_part_of_it() -> None:
    made = Index()
    for number, name in enumerate(("社会保险登记", "登记", "登记证发放", "注销办法", "证件发放与登记")):
        made.put(Entry(f"{number}", f"{number}", TOWN, name, (), PUBLISHED))
    answer = ranking.exactly(
        made.titles, understood("登记", Vocabulary({"上户": ("登记",)}, ()), made.titles)
    )
    ranked = made.ordered(made.scores(answer.scores), Scope(), after=None, limit=9)
    assert [code for code, _ in ranked] == ["1", "2", "0", "4"]


def test_targets_and_materials_count_less_than_names(index: Index) -> None:
    rows = with_reasons(index, "身份证")
    assert len(rows) == len(NAMES)
    assert (rows[0][1].why, rows[0][1].detail) == ("detail", "居民身份证")


def test_what_was_found_is_marked_in_the_name_as_it_is_written() -> None:
    query = understood("单位吸纳", VOCABULARY, Index().titles)
    name = "企业(单位)吸纳就业困难人员社保补贴资格初审"
    assert explained(name, [], query.words, VOCABULARY).ranges == ((3, 5), (6, 8))


def test_pages_follow_one_another_without_gap_and_places_hold() -> None:
    made = Index()
    for number in range(300):
        place = f"3701{number % 3 + 4:02}{number % 7 + 100}"
        made.put(Entry(f"05-0001-{place}-{number}", "05-0001", place, f"登记{number % 5}", (), PUBLISHED))
    query = understood("登记", VOCABULARY, made.titles)
    scores = made.scores(ranking.exactly(made.titles, query).scores)
    seen: list[str] = []
    after = None
    while page := made.ordered(scores, Scope("370104"), after=after, limit=17):
        seen += [code for code, _ in page]
        after = page[-1][1]
    assert len(seen) == len(set(seen)) == 100
    assert all(code.split("-")[2].startswith("370104") for code in seen)


def test_the_more_used_item_comes_first_among_equals() -> None:
    made = Index()
    for base in ("05-0001", "05-0002"):
        made.put(Entry(f"{base}-{TOWN}", base, TOWN, "社保登记" + base[-1], (), PUBLISHED))
    made.used({"05-0002": 40})
    answer = ranking.exactly(made.titles, understood("社保登记", VOCABULARY, made.titles))
    ranked = made.ordered(made.scores(answer.scores), Scope(), after=None, limit=9)
    assert ranked[0][0] == f"05-0002-{TOWN}"


def test_letters_are_read_as_syllables() -> None:
    assert readings("xian", {"xi", "an", "xian"}) == [("xian",), ("xi", "an")]
    assert syllables("重庆A1") == ("chong", "qing", "A", "1")
    assert alike("zhang") == alike("zan") and alike("nan") == alike("lang")
    assert {"dibao", "diba", "dbiao"} <= set(one_slip("diabo")) | set(one_slip("dibao"))


def test_a_lower_place_adds_changes_and_switches_off_words() -> None:
    city = SynonymList("3701", (Synonym("低保", ("最低生活保障",)), Synonym("泉城卡", ("社保卡",))))
    county = SynonymList("370104", (Synonym("泉城卡"), Synonym("低保", ("低收入家庭",))))
    held = {one.word: (one.terms, one.place) for one in in_force([county, city])}
    assert held == {"低保": (("低收入家庭",), "370104"), "泉城卡": ((), "370104")}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([Synonym("、。", ("低保",))], "no-word"),
        ([Synonym("低保", ("。",))], "no-word"),
        ([Synonym("低保", ("一",)), Synonym("低 保", ("二",))], "word-twice"),
        ([Synonym("低保", ("低保",))], "word-itself"),
        ([Synonym("低\u200b保", ("一",))], "invisible-characters"),
        ([Synonym(str(number), ("一",)) for number in range(2001)], "too-many-words"),
    ],
)
def test_words_that_cannot_be_searched_for_are_refused(words: list[Synonym], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        put(None, TOWN, words, revision=None, actor=EDITOR, now=NOW)
    assert refused.value.code == code


def test_a_list_is_edited_as_it_was_read() -> None:
    kept = SynonymList(TOWN, (Synonym("低保", ("最低生活保障",)),))
    with pytest.raises(Stale):
        put(kept, TOWN, [], revision=2, actor=EDITOR, now=NOW)
    assert put(kept, TOWN, kept.words, revision=1, actor=EDITOR, now=NOW) is None
    changed = put(kept, TOWN, [Synonym("五保", ("特困",))], revision=1, actor=EDITOR, now=NOW)
    assert changed is not None and changed.note == {"set": {"五保": ["特困"]}, "removed": ["低保"]}
