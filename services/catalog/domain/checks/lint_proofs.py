"""What may be asked for (seed 000 二(二)1), and where a commitment may stand for it (seed 001 三(三)2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.catalog.domain import sources
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.checks.known import Agreed, Known
from services.catalog.domain.checks.word_lists import WordLists, hits
from services.catalog.domain.item.record import DraftRecord
from services.catalog.domain.text import same

_PROOF = re.compile(r"证明")
#: What is said of a material besides its name: 居民身份证(复印件), 营业执照副本.
_WAYS = r"(?:原件|复印件|扫描件|电子版|电子件|正本|副本|及|和|或者|或|、|各|[0-9一二三四五]份)"
_MANNER = re.compile(rf"(?:\({_WAYS}+\)|{_WAYS})+$")
AREAS = {
    "national_security": "国家安全",
    "state_secrets": "国家秘密",
    "public_safety": "公共安全",
    "financial_prudence": "金融业审慎监管",
    "ecology": "生态环境保护",
    "foreign_affairs": "重要涉外",
    "health_life_property": "直接关系人身健康、生命财产安全",
}


def baseless(record: DraftRecord) -> Iterator[tuple[int, str]]:
    """Number and name of each proof without basis that a draft asks for."""
    for number, material in enumerate(record.materials or ()):
        if _PROOF.search(material.name) and material.basis is None:
            yield number, material.name


def without_basis(record: DraftRecord, known: Known) -> Iterator[Finding]:
    """凡无法律法规依据的证明,原则上予以取消 (seed 000 二(二)1(1)); one that its issuing unit agreed to and
    that has a sample on file is kept (附件2 说明 3).
    """
    for number, name in baseless(record):
        if agreed := known.agreement(record.name, name):
            yield _kept_by(agreed, number, name)
            continue
        yield Finding(
            f"materials.{number}.basis",
            "proof-without-basis",
            f"“{name}”没有法律法规依据：补充依据，或者取消这项证明。",
            f"{sources.PROOF}(1)",
            quote=name,
            suggestion="写明法律、法规的名称和条款；没有的，删去这项证明。确需保留的，在“需提供证明清单”中登记"
            "提供单位的一致意见和当年度样张。",
            subject=name,
        )


def _kept_by(agreed: Agreed, number: int, name: str) -> Finding:
    return Finding(
        f"materials.{number}.basis",
        "proof-kept-by-agreement",
        f"“{name}”没有法律法规依据，已与{agreed.unit}达成一致意见（{agreed.on}）并留存样张，予以保留。",
        f"{sources.NEEDED}3",
        severity="info",
        quote=name,
        subject=name,
    )


def asked_twice(record: DraftRecord) -> Iterator[Finding]:
    """已收取的申请材料,不得要求重复提交 (seed 000 二(二)1(4)); copies are a number, not another material."""
    seen: dict[str, str] = {}
    for number, material in enumerate(record.materials or ()):
        known = _plain(material.name)
        if known in seen:
            yield Finding(
                f"materials.{number}.name",
                "asked-twice",
                f"“{material.name}”与“{seen[known]}”重复要求提交，请保留一项。",
                f"{sources.PROOF}(4)",
                quote=material.name,
                suggestion="保留一项，在份数和形式中写明原件、复印件各几份。",
                subject=material.name,
            )
        seen.setdefault(known, material.name)


def on_file(record: DraftRecord, words: WordLists) -> Iterator[Finding]:
    """有效证照能够证明的,不得要求提供其他相关证明 (seed 000 二(二)1(2))."""
    licences = {same(entry.licence): entry for entry in words.licences if entry.licence}
    for number, material in enumerate(record.materials or ()):
        for entry, quote in hits(words.licences, material.name):
            yield Finding(
                f"materials.{number}.name",
                "licence-proves-it",
                f"{entry.licence}已经能够证明，不得再要求“{quote}”。",
                entry.source or f"{sources.PROOF}(2)",
                quote=quote,
                suggestion=entry.suggestion or f"删去这项证明，查验{entry.licence}。",
                waivable=True,
                subject=material.name,
            )
        linked = licences.get(_plain(material.name))
        if linked is not None and not material.licence_type:
            yield Finding(
                f"materials.{number}.licence_type",
                "licence-not-linked",
                f"“{material.name}”是政府部门核发的证照：填写证照类型，库中已有的免提交。",
                f"{sources.PROOF}(3)",
                severity="warning",
                quote=material.name,
                suggestion=f"证照类型填写 {linked.licence_type}。",
                subject=material.name,
            )


def commitments(record: DraftRecord, words: WordLists) -> Iterator[Finding]:
    """采取告知承诺的事项,不得涉及…风险较大、纠错成本较高、损害难以挽回的事项 (seed 001 三(三)2).

    Areas that the record itself names hold; what only the words suggest may be waived with a reason.
    """
    committing = [
        (number, material) for number, material in enumerate(record.materials or ()) if material.by_commitment
    ]
    if not committing:
        return
    areas: dict[str, tuple[str, bool]] = {area: (AREAS[area], False) for area in record.risk_areas}
    if record.secret:
        areas.setdefault("state_secrets", (AREAS["state_secrets"], False))
    for text in _about(record):
        for entry, quote in hits(words.risk_areas, text):
            if entry.area:
                areas.setdefault(entry.area, (f"{AREAS[entry.area]}（“{quote}”）", True))
    for number, material in committing:
        for area, (named, waivable) in areas.items():
            yield Finding(
                f"materials.{number}.by_commitment",
                "commitment-on-risk-area",
                f"事项涉及{named}，“{material.name}”不得采用告知承诺。",
                sources.COMMITMENT,
                quote=material.name,
                suggestion="取消告知承诺，改为提交证明或者由部门核查。",
                waivable=waivable,
                subject=f"{area}\n{named}\n{material.name}",
            )


def _about(record: DraftRecord) -> Iterator[str]:
    yield record.name
    if record.scope:
        yield record.scope
    yield from record.conditions
    yield from (basis.title for basis in record.basis)


def _plain(name: str) -> str:
    plain = same(name)
    return same(_MANNER.sub("", plain)) or plain
