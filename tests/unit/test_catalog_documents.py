"""Guide, process map and element table from one record (一单一图一表)."""

from datetime import UTC, datetime
from xml.etree import ElementTree

from deploy.local import sample
from services.catalog.documents import elements, guide, process_map
from services.catalog.documents.heading import Heading
from services.catalog.documents.sections import sections
from services.catalog.domain.record import DraftRecord

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
    boxes = [node for node in drawn.iter() if node.tag.endswith("rect") and "rx" in node.attrib]
    tops = [box.attrib["y"] for box in boxes]
    assert len(tops) == 5
    assert len(set(tops)) == 4


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
