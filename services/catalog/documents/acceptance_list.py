"""标准化受理清单 for the window: each material with copies, way of submission, sample, what to look at.

Seed 003 四(三): 列明材料目录、份数、提交方式和示范文本, 明确对综合受理窗口的收件要求.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.items import ItemMaterial
from services.catalog.documents import words
from services.catalog.documents.heading import Heading
from services.catalog.documents.paper import Line, Paper, Section, Table
from services.catalog.domain.item.record import DraftRecord

HEAD = ("序号", "材料名称", "份数与形式", "提交方式", "格式与示范文本", "收件要求", "可以怎样少交")
_WIDTHS = (4, 16, 9, 14, 14, 24, 14)


def paper(record: DraftRecord, heading: Heading) -> Paper:
    """The list of a record; what the window asks is here and nowhere else."""
    sections = [
        Section("受理条件", tuple(_numbered(record.conditions or ["符合服务对象范围即可申请"]))),
        Section("受理材料", *_materials(record)),
    ]
    if record.situations:
        sections.append(Section("按情形选择的材料", tuple(_situations(record))))
    sections.append(Section("窗口处理", tuple(_handling(record))))
    return Paper(
        title=f"{record.name}标准化受理清单",
        line=heading.line(),
        sections=tuple(sections),
        marks=tuple(heading.marks(record)),
        across=True,
    )


def _numbered(texts: list[str]) -> Iterator[Line]:
    for number, text in enumerate(texts, 1):
        yield Line(text, f"{number}. " if len(texts) > 1 else "")


def _materials(record: DraftRecord) -> tuple[tuple[Line, ...], Table | None]:
    if not record.materials:
        return (Line("无需提交材料。"),), None
    rows = tuple(_row(record, number, material) for number, material in enumerate(record.materials, 1))
    return (), Table(HEAD, rows, _WIDTHS)


def _row(record: DraftRecord, number: int, material: ItemMaterial) -> tuple[str, ...]:
    name = material.name if material.required else f"{material.name}（非必要）"
    issued = f"出具单位：{material.issued_by}" if material.issued_by else ""
    source = words.ORIGINS.get(material.origin or "", "")
    return (
        str(number),
        "\n".join(text for text in (name, source, issued) if text),
        words.material(material),
        "\n".join((f"由{words.givers(record, material)}提供", *submission(record, material))),
        "\n".join(_form(material)),
        "\n".join(checks(record, material)),
        "\n".join(words.ways(material)) or "—",
    )


def submission(record: DraftRecord, material: ItemMaterial) -> Iterator[str]:
    """提交方式: in which ways it may be handed in."""
    online = record.online_depth != "none" and {"web", "phone"} & set(record.channels)
    if "window" in record.channels or not record.channels:
        yield "窗口提交电子文件" if material.form == "electronic" else "窗口提交"
    if online:
        later = material.form == "original" and record.online_depth in ("pre_review", "apply")
        yield "网上上传扫描件，领取结果时交验原件" if later else "网上上传"
    if "agent" in record.channels:
        yield "可由帮办代办转交"


def _form(material: ItemMaterial) -> Iterator[str]:
    if material.format:
        yield material.format
    yield from words.files(material)
    if not (material.format or material.blank_file_id or material.sample_file_id):
        yield "无特定格式"


def checks(record: DraftRecord, material: ItemMaterial) -> Iterator[str]:
    """收件要求: what the window looks at before it takes a material in."""
    if material.guidance and material.guidance != material.name:
        yield f"内容：{material.guidance}"
    if material.form == "original":
        yield "核对是否为原件，签字、盖章是否齐全"
    elif material.form == "copy":
        yield "与原件核对一致后收复印件，原件当场退还"
    else:
        yield "核对文件清晰完整、可以打开"
    if material.copies > 1:
        yield f"核对份数是否满{material.copies}份"
    if material.licence_type:
        yield "先查电子证照，查得到的不收纸质材料"
    if material.by_commitment:
        yield "申请人选择承诺的，收告知承诺书，不再收本材料"
    if material.deferrable:
        yield "暂缺的可容缺受理，一次告知补交期限"
    if material.basis:
        yield f"依据：{words.basis(material.basis)}"


def _situations(record: DraftRecord) -> Iterator[Line]:
    for situation in record.situations:
        notes = tuple(
            f"{option.label}：{'、'.join(option.materials) or '无需另交材料'}" for option in situation.options
        )
        yield Line(situation.question, notes=notes)


def _handling(record: DraftRecord) -> Iterator[Line]:
    receipt = record.acceptance == "on_receipt"
    yield Line("材料齐全即受理（收件即受理）。" if receipt else "材料齐全、符合要求的当场受理。")
    yield Line("不齐全的，一次告知需要补正的全部内容；清单以外的材料不得要求提交。")
    yield Line(f"办理时限：{words.time_limit(record.limits)}")
    yield Line(f"收费：{words.fee(record.fee)}")
