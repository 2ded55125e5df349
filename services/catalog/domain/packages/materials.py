"""The merged list of materials: the same material is brought once (一套材料, seed 001 三(三)1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.items import ItemMaterial, ItemRecord
from contracts.packages import PackageForm, PackageMaterial, PackageNeed
from services.catalog.domain.packages.form import choices_for
from services.catalog.domain.text import same

#: From the strictest: an original serves where a copy is asked for, a copy where a scan would do.
_STRICTNESS = ("original", "copy", "electronic")
_APPLICANT = "申请人"
#: Words at the end of a name that speak of its form, not of what it is: 居民身份证(复印件).
_FORM_WORDS = re.compile(
    r"[(\[]?(?:原件|复印件|影印件|扫描件|电子件|、|和|及|或|或者|各?[0-9一二三两]份)+[)\]]?$"
)


@dataclass(frozen=True, slots=True)
class Needed:
    """A part that needs a material."""

    item_code: str
    record: ItemRecord
    material: ItemMaterial

    @property
    def givers(self) -> frozenset[str]:
        """Who brings it, by name: codes mean something within one record only."""
        names = {"applicant": _APPLICANT, **{party.party: party.name for party in self.record.parties}}
        return frozenset(names.get(code, code) for code in self.material.provided_by)

    @property
    def alone(self) -> bool:
        """Whether no other material of the part is on file under the same type (父亲、母亲身份证)."""
        types = Counter(one.licence_type for one in self.record.materials)
        return types[self.material.licence_type] == 1


@dataclass(slots=True)
class _Group:
    members: list[Needed] = field(default_factory=list)

    def takes(self, one: Needed) -> bool:
        """The same material is never two of one part; else it is known by its name or its licence type."""
        if any(member.item_code == one.item_code for member in self.members):
            return False
        return any(_are_the_same(member, one) for member in self.members)


def _are_the_same(a: Needed, b: Needed) -> bool:
    if not a.givers & b.givers:
        return False
    if bare(a.material.name) == bare(b.material.name):
        return True
    kind = a.material.licence_type
    return kind is not None and kind == b.material.licence_type and a.alone and b.alone


def bare(name: str) -> str:
    """A material's name without spaces, marks and what is said of its form at the end."""
    folded = same(name).strip("《》“”\"'。;；")
    return _FORM_WORDS.sub("", folded) or folded


def merged_materials(
    parts: Sequence[tuple[str, ItemRecord]], form: PackageForm, earlier: Mapping[str, frozenset[str]]
) -> list[PackageMaterial]:
    """Each material once, in the order of the parts. ``earlier`` names the parts decided before each part."""
    groups: list[_Group] = []
    for item_code, record in parts:
        for material in record.materials:
            one = Needed(item_code, record, material)
            group = next((group for group in groups if group.takes(one)), None)
            if group is None:
                groups.append(group := _Group())
            group.members.append(one)
    records = dict(parts)
    return [_merged(group.members, form, records, earlier) for group in groups]


def _merged(
    members: Sequence[Needed],
    form: PackageForm,
    records: Mapping[str, ItemRecord],
    earlier: Mapping[str, frozenset[str]],
) -> PackageMaterial:
    strictest = min((one.material.form for one in members), key=_STRICTNESS.index)
    types = {one.material.licence_type for one in members}
    givers = sorted(
        frozenset[str]().union(*(one.givers for one in members)), key=lambda name: name != _APPLICANT
    )
    return PackageMaterial(
        name=members[0].material.name,
        copies=max(one.material.copies for one in members if one.material.form == strictest),
        form=strictest,
        provided_by=[] if givers == [_APPLICANT] else givers,
        licence_type=types.pop() if len(types) == 1 else None,
        required=any(one.material.required for one in members),
        deferrable=all(one.material.deferrable for one in members),
        by_commitment=all(one.material.by_commitment for one in members),
        made_by=_made_by(members, records, earlier),
        needed_by=[
            PackageNeed(
                item_code=one.item_code,
                name=one.material.name,
                copies=one.material.copies,
                form=one.material.form,
                when=choices_for(form, one.item_code, one.record, one.material.name),
            )
            for one in members
        ],
    )


def _made_by(
    members: Sequence[Needed], records: Mapping[str, ItemRecord], earlier: Mapping[str, frozenset[str]]
) -> str | None:
    """The part whose result this is and that is decided before each part that needs it."""
    for code, record in records.items():
        if all(code in earlier[one.item_code] and is_result(record, one.material) for one in members):
            return code
    return None


def is_result(record: ItemRecord, material: ItemMaterial) -> bool:
    """Whether a material is the document that an item ends with."""
    result = record.result
    if result is None:
        return False
    by_type = material.licence_type is not None and material.licence_type == result.type_code
    return by_type or bare(material.name) == bare(result.name)


def made_too_late(
    parts: Sequence[tuple[str, ItemRecord]], earlier: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, ItemMaterial, str]]:
    """Materials that another part makes, which is not put before: (item_code, material, maker)."""
    for item_code, record in parts:
        for material in record.materials:
            for maker, made in parts:
                if maker != item_code and is_result(made, material) and maker not in earlier[item_code]:
                    yield item_code, material, maker
