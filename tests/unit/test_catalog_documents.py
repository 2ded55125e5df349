"""Guide, process map and element table from one record (一单一图一表)."""

import re
from datetime import UTC, date, datetime
from html import escape
from typing import Any
from xml.etree import ElementTree

from contracts.items import ItemStep
from deploy.local import sample
from services.catalog.documents import (
    acceptance_list,
    elements,
    guide,
    handbook,
    item_list,
    page,
    process_map,
    words,
)
from services.catalog.documents.heading import Heading
from services.catalog.documents.paper import texts
from services.catalog.documents.sections import sections
from services.catalog.domain.item.record import DraftRecord
from tests.support import model_guide

GUIDE = DraftRecord.model_validate(sample.guide_item())
ALLOWANCE = DraftRecord.model_validate(sample.item_record("05-0008", "370104101"))
HEADING = Heading("20-0005-3701", 1, "in_force", datetime(2026, 7, 5, 16, 0, tzinfo=UTC))


def plain(record: DraftRecord) -> dict[str, str]:
    return {
        section.title: "\n".join(line.number + line.text for line in section.lines)
        for section in sections(record)
    }


def test_the_guide_has_the_nine_sections_of_the_model_in_its_words() -> None:
    found = plain(GUIDE)
    assert list(found) == [
        "一、事项名称", "二、办理依据", "三、受理单位及办理地点", "四、办理条件", "五、申请材料",
        "六、基本流程", "七、收费依据及标准", "八、办理时限", "九、咨询方式",
    ]  # fmt: skip
    assert found["一、事项名称"] == "预防接种异常反应鉴定。"
    assert found["二、办理依据"] == "《预防接种异常反应鉴定办法》(卫生部令第60号)。"
    assert found["八、办理时限"] == "自受理之日起45个工作日;情况特殊的可延长至90日。"
    assert "(五)相关疫苗该批次检验合格或者抽样检验报告" in found["五、申请材料"]
    assert "(六)" not in found["五、申请材料"], "the catch-all clause of the model is left out"


def test_what_the_guide_does_not_say_is_composed_from_the_record() -> None:
    found = plain(GUIDE.model_copy(update={"guide": ALLOWANCE.guide}))
    assert found["七、收费依据及标准"] == (
        "《关于预防接种异常反应鉴定收费标准的复函》(鲁价费函〔2016〕42号)，3500元/例。"
    )
    assert found["八、办理时限"] == "自受理之日起45个工作日；情况特殊的可延长至90日。"
    assert "电话咨询：0531-85061150。" in found["九、咨询方式"]
    assert plain(ALLOWANCE)["八、办理时限"] == "自受理之日起20个工作日（法定时限30个工作日）。"


def test_the_page_names_version_and_instant_and_marks_samples_and_drafts() -> None:
    page = guide.page(GUIDE, HEADING)
    assert "第1版 · 2026年7月6日起施行" in page
    assert "示例数据" not in page
    assert "示例数据" in guide.page(ALLOWANCE, HEADING)
    assert "草稿，尚未发布" in guide.page(GUIDE, Heading("x", 0, "draft", None))


def test_nothing_in_a_record_becomes_markup() -> None:
    hostile = GUIDE.model_copy(update={"name": "<script>alert(1)</script>", "conditions": ["<img src=x>"]})
    page = guide.page(hostile, HEADING)
    assert "<script" not in page
    assert "<img" not in page
    ElementTree.fromstring(process_map.svg(hostile))


def test_the_process_map_shows_each_step_with_its_longest_time() -> None:
    drawn = ElementTree.fromstring(process_map.svg(ALLOWANCE))
    texts = "".join(text for text in drawn.itertext())
    for expected in ("受理", "入户调查", "特别程序", "最长8个工作日", "决定", "结果：最低生活保障审核确认书"):
        assert expected in texts
    assert drawn.attrib["viewBox"].startswith("0 0 360 "), "as wide as a small phone"


def test_a_long_name_is_broken_and_stays_inside_its_box() -> None:
    assert GUIDE.steps is not None
    long = GUIDE.steps[0].model_copy(update={"name": "很" * 60})
    drawn = process_map.svg(GUIDE.model_copy(update={"steps": [long]}))
    assert "很" * 30 not in drawn
    assert drawn.count("很") == 60


def test_steps_side_by_side_stand_in_one_row() -> None:
    assert GUIDE.steps is not None
    first, second, third = GUIDE.steps
    parallel = [first, second, third.model_copy(update={"after": ["accept"]})]
    drawn = ElementTree.fromstring(process_map.svg(GUIDE.model_copy(update={"steps": parallel})))
    boxes = [node for node in drawn.iter() if node.tag.endswith("rect") and "stroke-width" in node.attrib]
    tops = [box.attrib["y"] for box in boxes]
    assert len(tops) == 5
    assert len(set(tops)) == 4
    assert "同时进行" in "".join(drawn.itertext())


def test_the_element_table_holds_every_column_of_the_list() -> None:
    table = elements.elements(ALLOWANCE, HEADING)
    values = {row["element"]: row["value"] for row in table["elements"]}
    assert values["实施主体"] == "各乡镇人民政府"
    assert values["事项类别"] == "社会保障类"
    assert values["承诺时限"] == "20个工作日"
    assert values["法定时限"] == "30个工作日"
    assert values["收费依据及标准"] == "不收费。"
    assert [step["name"] for step in table["steps"]] == ["受理", "入户调查", "审查", "决定"]
    assert table["sample"] is True


# -- the model guide ------------------------------------------------------------------------------------


def test_the_model_guide_is_printed_section_by_section_with_nothing_missing() -> None:
    """Seed 000 附件5, every line of every section in its own words and order."""
    paper = guide.paper(DraftRecord.model_validate(model_guide.record()), HEADING)
    printed = {
        section.title: [line.number + line.text for line in section.lines] for section in paper.sections
    }
    seed = model_guide.sections()
    assert list(printed) == list(seed)
    for title, lines in seed.items():
        told = iter(printed[title])
        for line in lines:
            assert model_guide.dialled(line) in told, f"{title}: {line}"


def test_the_sample_leaves_out_nothing_of_the_model_but_its_catch_all_clause() -> None:
    printed = plain(GUIDE)
    missing = [
        line
        for title, lines in model_guide.sections().items()
        for line in lines
        if model_guide.dialled(line).rstrip("。;") not in printed[title]
    ]
    assert missing == [f"(六){model_guide.CATCH_ALL}。"]


def test_page_and_print_say_the_same() -> None:
    paper = guide.paper(GUIDE, HEADING)
    shown = page.page(paper)
    assert [text for text in texts(paper) if escape(text) not in shown] == []


# -- the drawing ----------------------------------------------------------------------------------------

STEPS: list[dict[str, Any]] = [
    {"step": "accept", "name": "受理", "role": "clerk", "limit": {"value": 0, "unit": "working_days"}},
    {
        "step": "survey", "name": "现场勘验", "role": "reviewer", "unit_id": "u-1", "after": ["accept"],
        "limit": {"value": 3, "unit": "working_days"}, "special": True, "special_kind": "site_inspection",
        "content": "按《技术规范》逐项核对", "stops_clock": True, "stops_clock_basis": "行政许可法第四十五条",
    },
    {
        "step": "review", "name": "书面审查", "role": "reviewer", "after": ["accept"],
        "limit": {"value": 5, "unit": "working_days"},
    },
    {
        "step": "decide", "name": "决定", "role": "chief", "after": ["survey", "review", "accept"],
        "limit": {"value": 2, "unit": "calendar_days"},
    },
]  # fmt: skip
WHOLE = DraftRecord.model_validate(
    {
        **sample.guide_item(),
        "steps": STEPS,
        "situations": [
            {"situation": "imported", "question": "是否进口疫苗？", "options": [
                {"option": "yes", "label": "是", "materials": [sample.guide_item()["materials"][4]["name"]]},
                {"option": "no", "label": "否"},
            ]}
        ],
        "visits": 1,
        "intermediary_services": ["医学检验"],
        "regulatory_measures": [{"text": "每年抽查一次", "unit_id": "u-3701-11"}, {"text": "投诉核查"}],
        "result": {
            **sample.guide_item()["result"], "signed_by": "专家鉴定组组长",
            "seal": "预防接种异常反应鉴定专用章",
            "validity": "长期",
        },
    }
)  # fmt: skip
UNITS = {"u-1": "区自然资源局"}


def test_a_step_shows_who_does_what_how_long_and_whether_the_clock_stands() -> None:
    drawn = "".join(ElementTree.fromstring(process_map.svg(WHOLE, UNITS)).itertext())
    for expected in (
        "区自然资源局", "最长3个工作日", "按《技术规范》逐", "特别程序（现场", "停止计时", "最长当日",
        "最长2日", "同时进行", "签发：专家鉴定组组长",
    ):  # fmt: skip
        assert expected in drawn, expected


def test_every_text_can_be_read_on_a_phone() -> None:
    """390 px wide, less the page's margins: no text below 12 px, none out of its box."""
    drawn = ElementTree.fromstring(process_map.svg(WHOLE, UNITS))
    sizes = [float(node.attrib["font-size"]) for node in drawn.iter() if "font-size" in node.attrib]
    on_the_phone = (390 - 2 * 20) / 360
    assert min(sizes) * on_the_phone >= 12
    for node in drawn.iter():
        if node.tag.endswith("text") and node.attrib.get("text-anchor") == "middle":
            half = sum(1.0 if sign > "\u2e80" else 0.6 for sign in node.text or "") / 2
            middle = float(node.attrib["x"])
            reach = half * float(node.attrib["font-size"])
            assert reach <= middle <= 360 - reach, node.text


def test_an_arrow_past_a_row_goes_round_it() -> None:
    drawn = process_map.svg(WHOLE, UNITS)
    assert drawn.count("marker-end") == 7, "one from the start, three from the first step, three to the end"
    assert re.search(r"H(5|355)V", drawn)


# -- what is made for window and reviewer ---------------------------------------------------------------


def test_the_element_table_holds_every_element_of_seed_001() -> None:
    table = elements.elements(WHOLE, HEADING, UNITS)
    values = {row["element"]: row["value"] for row in table["elements"]}
    # 设定依据、实施机关、条件、程序、时限、材料、适用范围、有效期限、中介服务、监管主体、监管措施 (三(一)3)
    assert values["实施依据及条款"].startswith("《预防接种异常反应鉴定办法》")
    assert values["监管措施"] == "每年抽查一次（济南市卫生行政部门）；投诉核查"
    assert (values["有效期限"], values["签发人"], values["中介服务"]) == (
        "长期",
        "专家鉴定组组长",
        "医学检验",
    )
    assert values["用章"] == "预防接种异常反应鉴定专用章"
    assert values["到办事现场次数"] == "1次"
    survey = table["steps"][1]
    assert (survey["role"], survey["content"]) == ("区自然资源局 审查人员", "按《技术规范》逐项核对")
    assert (survey["special_kind"], survey["stops_clock_basis"]) == ("现场勘验", "行政许可法第四十五条")
    assert table["situations"][0]["question"] == "是否进口疫苗？"


def test_the_acceptance_list_says_of_each_material_what_the_window_asks() -> None:
    shown = acceptance_list.paper(WHOLE, HEADING)
    (table,) = [section.table for section in shown.sections if section.table]
    assert table.head == acceptance_list.HEAD
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4", "5"]
    for row, material in zip(table.rows, WHOLE.materials or (), strict=True):
        assert material.name in row[1]
        assert words.material(material) == row[2]
        assert "窗口提交" in row[3] and "提供" in row[3]
        assert "核对" in row[5]
    deferrable = [row for row in table.rows if "可容缺后补" in row[6]]
    assert len(deferrable) == 2
    assert "是否进口疫苗？" in texts(shown)
    empty = acceptance_list.paper(WHOLE.model_copy(update={"materials": []}), HEADING)
    assert "无需提交材料。" in texts(empty)


def test_the_acceptance_list_has_no_vague_words_of_its_own() -> None:
    """不得包含“相关的”“相适应的”“相符合的”等模糊表述 (seed 003 四(三))."""
    own = acceptance_list.paper(ALLOWANCE, HEADING)
    assert not [text for text in texts(own) if re.search("相关的|相适应的|相符合的|等材料", text)]


def test_the_handbook_has_what_a_reviewer_needs() -> None:
    shown = handbook.paper(WHOLE, HEADING, UNITS)
    titles = [section.title.partition("、")[2] for section in shown.sections]
    assert titles == [
        "设定依据", "办理条件", "材料审查要点", "办理环节", "时限", "收费", "决定与用章", "结果与送达",
        "监管衔接", "中介服务", "备注",
    ]  # fmt: skip
    said = "\n".join(texts(shown))
    for expected in (
        "部门规章", "区自然资源局 审查人员", "行政许可法第四十五条", "签发人：专家鉴定组组长", "每年抽查一次",
        "送达对象：申请人、济南市卫生行政部门、济南市药品监督管理部门", "有效期限：长期", "内部使用",
    ):  # fmt: skip
        assert expected in said, expected


def test_the_item_list_is_a_table_of_all_items() -> None:
    line = item_list.Listed("05-1", "甲", "公共服务", "乙", "即办件", "当场办结", "不收费", "全程网办")
    shown = item_list.paper("槐南镇", date(2026, 11, 23), [line, line], sample=True)
    assert (shown.title, shown.line) == ("槐南镇政务服务事项清单", "2026年11月23日 · 共2项")
    (section,) = shown.sections
    assert section.table is not None
    assert [row[0] for row in section.table.rows] == ["1", "2"]
    assert "没有已发布的事项。" in texts(item_list.paper("甲村", date(2026, 1, 1), [], sample=False))


def test_nothing_in_a_record_becomes_markup_in_any_document() -> None:
    evil = "<script>alert(1)</script>"
    step = {**STEPS[1], "name": evil, "content": evil}
    hostile = WHOLE.model_copy(
        update={
            "name": evil, "conditions": [evil], "remark": evil,
            "steps": [ItemStep.model_validate(step)],
        }
    )  # fmt: skip
    for made in (guide.paper(hostile, HEADING), acceptance_list.paper(hostile, HEADING),
                 handbook.paper(hostile, HEADING, {"u-1": evil})):  # fmt: skip
        shown = page.page(made)
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown
