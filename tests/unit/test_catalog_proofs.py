"""清理证明: the rules of 附件2–4, 对照, 循环证明, what was cut, who may publish."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts import Actor
from contracts.proofs import ProofList
from services.catalog.documents import proof_circles
from services.catalog.domain import sources
from services.catalog.domain.cleanup import proofs, proofs_publishing
from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_circles import circles
from services.catalog.domain.cleanup.proofs_crosscheck import ItemMaterials, crosscheck
from services.catalog.domain.cleanup.proofs_figures import figures, ground
from services.catalog.domain.cleanup.proofs_issues import issues
from services.catalog.domain.cleanup.proofs_names import Names, issued_by_item
from services.catalog.domain.cleanup.proofs_records import RECORDS, ListKind
from services.catalog.domain.refusals import Stale
from services.runtime.problems import Problem

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
EDITOR = Actor(role="editor", officer_id="editor")
APPROVER = Actor(role="catalog-approver", officer_id="approver")
FILE = "pf-" + "0" * 32
LAW: list[dict[str, Any]] = [{"title": "《社会救助暂行办法》（国务院令第649号）", "clause": "第十一条"}]
KEEP: dict[str, Any] = {"opinion": {"verdict": "保留", "reason": "核定家庭收入所必需"}, "shareable": False}
CUT: dict[str, Any] = {"opinion": {"verdict": "取消", "reason": "身份证可以证明"}}
AGREED: dict[str, Any] = {"unit": "街道办事处", "by": "社会事务科", "on": "2026-11-02", "file_id": FILE}
SAMPLE: dict[str, Any] = {"file_id": FILE, "year": 2026}
TERMS: dict[str, Any] = {
    "text": "本人承诺住址真实。",
    "liability": "撤销决定。",
    "supervision": "三十日内核查。",
}


def row(list: ListKind, number: int = 1, **fields: Any) -> Proof:
    plain: dict[ListKind, dict[str, Any]] = {
        "needed": {
            "unit": "民政局", "item_name": "最低生活保障", "name": "收入证明", "issued_by": "单位",
            "basis": LAW,
        },
        "issued": {"unit": "街道办事处", "name": "居住证明", "purpose": "办理低保", "basis": LAW},
        "inspections": {"unit": "交通局", "name": "道路运输证"},
    }  # fmt: skip
    record = RECORDS[list].model_validate({**plain[list], **fields})
    made = Proof(f"pr-{number}", list, "370104", record, NOW, ("editor",))
    return proofs.entered(made, actor=EDITOR, now=NOW).state


def refused(list: ListKind, **fields: Any) -> str:
    with pytest.raises(Problem) as problem:
        row(list, **fields)
    return problem.value.code


def edited(present: Proof, **fields: Any) -> Proof | None:
    record = type(present.record).model_validate({**present.record.model_dump(), **fields})
    change = proofs.edited(present, record, editor="second", actor=EDITOR, now=NOW, revision=present.revision)
    return change.state if change else None


# -- filling rules -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["同上", "无", "保留", "建议保留", "/ /"])
def test_an_opinion_has_a_full_reason(reason: str) -> None:
    assert refused("needed", opinion={"verdict": "保留", "reason": reason}, shareable=True) == "reason-empty"


def test_what_is_kept_needs_an_answer_about_sharing() -> None:
    assert refused("needed", opinion=KEEP["opinion"]) == "sharing-unanswered"
    assert refused("issued", opinion=KEEP["opinion"]) == "sharing-unanswered"
    assert row("needed", **CUT).record


def test_a_row_names_one_proof() -> None:
    assert refused("needed", name="收入证明、居住证明") == "several-in-one-row"
    assert row("needed", name="无违法、无犯罪记录证明").record


def test_units_that_need_a_proof_are_listed_one_by_one() -> None:
    assert refused("issued", needed_by=["公安局等部门"]) == "not-one-by-one"


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("《中华人民共和国户口登记条例》", "行政法规"),
        ("《中华人民共和国民法典》《中华人民共和国婚姻法》", "法律"),
        ("《山东省户政条例》", "地方性法规"),
        ("《预防接种异常反应鉴定办法》（卫生部令第60号）", "部门规章"),
        ("《市级办法》（济南市人民政府令第12号）", "地方政府规章"),
        ("《关于收费的复函》（鲁价费函〔2016〕42号）", "规范性文件"),
    ],
)
def test_a_title_shows_the_level_of_a_basis(title: str, level: str) -> None:
    record = row("needed", basis=[{"title": title}]).record
    assert record.basis[0].level == level  # type: ignore[union-attr]


def test_a_basis_whose_level_nobody_says_is_asked_about() -> None:
    assert refused("needed", basis=[{"title": "《某某须知》"}]) == "level-missing"
    assert refused("needed", basis=[{"title": "《某某须知》", "level": "国家"}]) == "unknown-level"


def test_keeping_without_legal_basis_takes_an_agreement_and_a_sample_of_the_year() -> None:
    def codes(**fields: Any) -> list[str]:
        return [one.code for one in issues(row("needed", basis=[], **KEEP, **fields).record, TODAY)]

    assert codes() == ["kept-without-basis", "no-agreement", "no-samples"]
    last_year = {"file_id": FILE, "year": 2025}
    assert codes(agreement=AGREED, samples=[last_year]) == ["kept-without-basis", "no-samples"]
    assert codes(agreement=AGREED, samples=[SAMPLE]) == ["kept-without-basis"]
    weak = [{"title": "《办法》", "level": "规范性文件", "clause": "第三条"}]
    assert "no-agreement" in [
        one.code for one in issues(row("needed", **{**KEEP, "basis": weak}).record, TODAY)
    ]


def test_an_agreement_of_tomorrow_is_none() -> None:
    assert refused("needed", agreement={**AGREED, "on": "2026-11-24"}) == "agreement-in-future"
    assert refused("needed", samples=[{**SAMPLE, "year": 2027}]) == "sample-in-future"


def test_no_commitment_where_a_mistake_cannot_be_made_good() -> None:
    assert refused("needed", commitment=TERMS, risk_areas=["public_safety"]) == "commitment-on-risk-area"


def test_no_number_of_a_person_gets_into_a_row() -> None:
    assert refused("needed", remark="联系人 13800005678") == "personal-number"
    assert (
        refused("needed", opinion={"verdict": "取消", "reason": "见 370104199003078723"}) == "personal-number"
    )


def test_compulsory_training_without_basis_cannot_be_kept() -> None:
    half = {"opinion": {"verdict": "保留", "reason": "提高业务能力"}}
    assert refused("inspections", training=half) == "training-without-basis"
    lawful = {**half, "basis": [{"title": "《道路运输从业人员管理规定》（交通运输部令第52号）"}]}
    assert row("inspections", training=lawful).record


def test_an_inspection_without_basis_is_argued_for_and_a_longer_cycle_is_longer() -> None:
    half = {"opinion": {"verdict": "保留", "reason": "保障运输安全"}}
    found = [one.code for one in issues(row("inspections", inspection=half).record, TODAY)]
    assert found == ["kept-without-basis", "not-argued"]
    argued = {**half, "argued": "公开征求意见三十日，论证会通过。"}
    assert [o.code for o in issues(row("inspections", inspection=argued).record, TODAY)] == [
        "kept-without-basis"
    ]
    shorter = {**half, "cycle_months": 12, "former_cycle_months": 12}
    assert refused("inspections", inspection=shorter) == "cycle-not-longer"


# -- acts --------------------------------------------------------------------------------------------------


def test_an_edit_needs_the_revision_that_was_read_and_says_something_new() -> None:
    first = row("needed")
    assert edited(first) is None
    second = edited(first, **CUT)
    assert second is not None
    assert (second.revision, second.editors) == (2, ("editor", "second"))
    with pytest.raises(Stale):
        proofs.edited(second, first.record, editor="x", actor=EDITOR, now=NOW, revision=1)


def test_each_wording_of_a_commitment_has_its_own_number_for_good() -> None:
    first = edited(row("needed", **KEEP), commitment={**TERMS, "version": 7})
    assert first is not None and first.record.commitment.version == 1  # type: ignore[union-attr]
    again = edited(first, remark="注")
    assert again is not None and again.record.commitment.version == 1  # type: ignore[union-attr]
    without = edited(again, commitment=None)
    assert without is not None
    back = edited(without, commitment=TERMS)
    assert back is not None and back.record.commitment.version == 2  # type: ignore[union-attr]


def test_a_struck_row_is_not_edited_but_an_import_brings_it_back() -> None:
    gone = proofs.struck(row("needed"), "重复录入", editor="e", actor=EDITOR, now=NOW, revision=1).state
    with pytest.raises(proofs.Struck):
        edited(gone, **CUT)
    back = proofs.edited(gone, gone.record, editor="e", actor=EDITOR, now=NOW, revision=None)
    assert back is not None and back.state.struck is None


# -- 对照 --------------------------------------------------------------------------------------------------


def test_what_nobody_issues_nobody_needs_and_what_a_licence_gives() -> None:
    needed = [
        row("needed", 1, name="现居住地证明", issued_by="现居地街道办事处"),
        row("needed", 2, name="婚姻状况证明", issued_by="民政局"),
        row("needed", 3, name="死亡证明", **CUT),
    ]
    issued = [row("issued", 4, name="居住证明"), row("issued", 5, name="死亡证明")]
    found = {(one.rule, one.name): one for one in crosscheck(needed, issued, [])}
    assert found["nobody-issues", "现居住地证明"].suggestions == ("居住证明",)
    assert found["nobody-needs", "居住证明"].suggestions == ("现居住地证明",)
    assert found["licence-gives", "婚姻状况证明"].source == f"{sources.PROOF}(2)"
    assert ("nobody-needs", "死亡证明") in found, "what asked for it was cut"
    assert ("nobody-issues", "死亡证明") not in found


def test_a_class_of_units_issues_what_one_of_them_lists() -> None:
    needed = [row("needed", name="居住证明", issued_by="现居地街道办事处")]
    issued = [row("issued", unit="示例街道办事处", needed_by=["民政局"])]
    assert crosscheck(needed, issued, []) == []
    other = crosscheck([row("needed", name="居住证明", issued_by="公安分局")], issued, [])
    assert [one.rule for one in other] == ["other-issuer"]
    unasked = crosscheck(needed, [row("issued", unit="示例街道办事处", needed_by=["教育局"])], [])
    assert [one.rule for one in unasked] == ["need-not-confirmed"]


def test_live_items_ask_only_for_what_is_listed_and_not_cut() -> None:
    item = ItemMaterials("05-0008-1", "最低生活保障", "镇政府", None, ("居住证明", "收入证明", "申请书"))
    found = crosscheck([row("needed", name="居住证明", **CUT)], [], [item])
    assert {(one.rule, one.name, one.item_code) for one in found} == {
        ("cancelled-still-asked", "居住证明", "05-0008-1"),
        ("material-unlisted", "收入证明", "05-0008-1"),
    }


@pytest.mark.parametrize(
    ("one", "other", "same_thing"),
    [
        ("居住证明", "居住地证明", True),
        ("亲属关系证明", "亲属证明", True),
        ("无犯罪记录证明", "未受过刑事处罚证明", True),
        ("房屋权属证明", "房产证明", True),
        ("收入证明", "居住证明", False),
        ("出生证明", "死亡证明", False),
    ],
)
def test_names_of_one_proof_are_alike(one: str, other: str, same_thing: bool) -> None:
    assert (Names([other, one]).alike(one) == [other]) is same_thing


@pytest.mark.parametrize(
    "item", ["居住证明", "开具居住证明", "居住证明开具", "居住证明的办理", "申请开具居住证明"]
)
def test_an_item_that_issues_a_proof_says_so_in_its_name(item: str) -> None:
    assert issued_by_item(item) == "居住证明"


# -- 循环证明 ----------------------------------------------------------------------------------------------


def needs(proof: str, other: str, number: int, **fields: Any) -> Proof:
    plain = {"unit": f"{proof}局", "item_name": f"开具{proof}", "name": other, "basis": []}
    return row("needed", number, **{**plain, **fields})


def test_every_circle_is_found_and_told_where_to_break_it() -> None:
    rows = [
        needs("甲证明", "乙证明", 1, basis=LAW),
        needs("乙证明", "甲证明", 2),
        needs("乙证明", "丙证明", 3, basis=LAW),
        needs("丙证明", "甲证明", 4, basis=LAW),
        needs("丁证明", "甲证明", 5),
    ]
    found, more = circles(rows, [])
    assert [circle.words for circle in found] == [
        "乙证明 → 甲证明 → 乙证明",
        "丙证明 → 甲证明 → 乙证明 → 丙证明",
    ]
    assert not more
    assert (found[0].cut.proof_id, found[0].source) == ("pr-2", f"{sources.PROOF}(1)")
    assert "书面承诺" in found[1].advice


def test_a_proof_that_needs_itself_is_a_circle_and_a_cut_need_is_none() -> None:
    assert [c.words for c in circles([needs("甲证明", "甲证明", 1)], [])[0]] == ["甲证明 → 甲证明"]
    rows = [needs("甲证明", "乙证明", 1), needs("乙证明", "甲证明", 2, **CUT)]
    assert circles(rows, []) == ([], False)


def test_a_circle_may_lead_through_the_item_that_a_unit_names_and_through_a_live_item() -> None:
    through = row("issued", 9, unit="派出所", name="户籍证明", issued_through="户籍业务")
    rows = [
        row("needed", 1, unit="派出所", item_name="户籍业务", name="居住证明"),
        row("issued", 2, name="居住证明"),
    ]
    item = ItemMaterials("05-0009-1", "居住登记", "街道", "居住证明", ("户籍证明", "申请书"))
    found, _ = circles([rows[0]], [through, rows[1]], [item])
    assert [circle.words for circle in found] == ["居住证明 → 户籍证明 → 居住证明"]
    assert found[0].needs[0].item_code == "05-0009-1"


def test_a_thicket_of_circles_is_told_in_part_and_in_time() -> None:
    names = [f"{sign}证明" for sign in "甲乙丙丁戊己庚辛壬癸子丑"]
    rows = [
        needs(one, two, at) for at, (one, two) in enumerate((a, b) for a in names for b in names if a != b)
    ]
    found, more = circles(rows, [])
    assert more
    assert 1 <= len(found) <= 20


def test_a_long_chain_is_no_circle_and_no_trouble() -> None:
    rows = [needs(f"第{n}号证明", f"第{n + 1}号证明", n) for n in range(3000)]
    assert circles(rows, []) == ([], False)


def test_the_drawing_says_in_words_what_it_shows() -> None:
    found, _ = circles([needs("甲<证明", "乙证明", 1), needs("乙证明", "甲<证明", 2)], [])
    drawn = proof_circles.svg(found)
    assert "甲&lt;证明" in drawn and "<证明" not in drawn
    assert 'role="img"' in drawn and "乙证明 → 甲&lt;证明 → 乙证明" in drawn
    assert "没有发现循环证明" in proof_circles.svg([])


# -- what was cut ------------------------------------------------------------------------------------------


def test_figures_count_before_after_and_why() -> None:
    rows = [
        row("needed", 1, **CUT),
        row("needed", 2, name="乙证明", opinion={"verdict": "取消", "reason": "没有法律法规依据"}),
        row("needed", 3, name="丙证明", basis=[], **{**KEEP, "shareable": True}, commitment=TERMS),
        row("needed", 4, name="丁证明"),
        row(
            "inspections",
            5,
            inspection={"cycle_months": 24, "former_cycle_months": 12, "annual_report": True},
        ),
    ]
    found = figures(rows)
    assert (found.needed.before, found.needed.after, found.needed.cancelled, found.needed.open) == (
        4,
        2,
        2,
        1,
    )
    assert dict(found.grounds) == {"licence": 1, "no_basis": 1}
    assert (found.kept_without_basis, found.kept_shareable, found.kept_by_commitment) == (1, 1, 1)
    assert (found.inspections.before, found.lengthened, found.annual_report) == (1, 1, 1)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("户口簿可以证明", "licence"),
        ("部门间信息共享核查", "sharing"),
        ("上一环节已收取", "twice"),
        ("改为书面承诺", "commitment"),
        ("无法律法规依据", "no_basis"),
        ("群众不便", "other"),
    ],
)
def test_reasons_are_counted_by_the_ground_that_they_name(reason: str, expected: str) -> None:
    assert ground(reason) == expected


# -- publishing --------------------------------------------------------------------------------------------


def ready(list: ProofList, *rows: Proof) -> proofs_publishing.Prepared:
    return proofs_publishing.prepared("370104", list, rows, {"最低生活保障": "05-0008-370104"}, NOW)


def publish(
    prepared: proofs_publishing.Prepared,
    present: proofs_publishing.Edition | None = None,
    by: str = "approver",
    seen: str | None = None,
) -> Any:
    return proofs_publishing.published(
        present, prepared, seen=seen or prepared.sha256, by=by, unit="u-1", actor=APPROVER, now=NOW
    )


def test_the_kept_list_holds_what_is_kept_and_each_edition_is_new() -> None:
    kept, cut = row("needed", 1, **KEEP), row("needed", 2, name="乙证明", **CUT)
    first = publish(ready("kept", kept, cut))
    event = first.events[0]
    assert (event.subject, event.edition) == ("370104:kept", 1)
    assert [(one.material, one.item_code) for one in event.record.entries] == [("收入证明", "05-0008-370104")]
    with pytest.raises(proofs_publishing.NothingNew):
        publish(ready("kept", kept, cut), first.state)
    more = ready("kept", kept, row("needed", 3, name="丙证明", **KEEP))
    assert publish(more, first.state).events[0].edition == 2


def test_only_an_approver_who_edited_nothing_and_saw_this_list_publishes_it() -> None:
    prepared = ready("kept", row("needed", **KEEP))
    with pytest.raises(proofs_publishing.OwnList):
        publish(prepared, by="editor")
    with pytest.raises(proofs_publishing.AnotherList):
        publish(prepared, seen="0" * 64)


def test_a_kept_proof_that_lacks_its_agreement_stops_the_list() -> None:
    with pytest.raises(proofs_publishing.Blocked) as blocked:
        publish(ready("kept", row("needed", basis=[], **KEEP)))
    assert [one["code"] for one in blocked.value.extra["blocked"]] == ["no-agreement", "no-samples"]


def test_the_list_by_commitment_carries_the_words_and_their_number() -> None:
    with_terms = row("needed", 1, commitment=TERMS, **KEEP)
    entry = (
        publish(ready("by_commitment", with_terms, row("needed", 2, name="乙证明", **KEEP)))
        .events[0]
        .record.entries
    )
    assert [(one.commitment_text, one.commitment_version) for one in entry] == [
        ("本人承诺住址真实。", "pr-1/1")
    ]
    plain = ready("kept", with_terms).record.entries[0]
    assert plain.commitment_text is None


def test_kept_inspections_are_published_half_by_half() -> None:
    lawful = [{"title": "《中华人民共和国道路运输条例》", "clause": "第三十条"}]
    both = row(
        "inspections",
        inspection={"basis": lawful, "opinion": KEEP["opinion"], "cycle_months": 24},
        training={"basis": lawful, "opinion": CUT["opinion"]},
    )
    record = publish(ready("inspections", both)).events[0].record
    assert [(one.licence, one.kind, one.cycle_months) for one in record.inspections] == [
        ("道路运输证", "年检", 24)
    ]
    assert ready("inspections", replace(both, struck="重复")).record.inspections == []
