"""What adoption refuses, in its own words."""

from __future__ import annotations

from services.runtime.problems import Conflict, Invalid


class NotHandedDown(Conflict):
    """The item is not in force above, or is not handed down to that place."""

    def __init__(self, item_code: str, place: str) -> None:
        super().__init__(
            f"事项 {item_code} 没有下放到{place}，不能认领；请由上级在“委托下放”中列明该地区或其层级。",
            f"Item {item_code} is not handed down to this place.",
            code="not-handed-down",
            field="place",
        )


class AlreadyAdopted(Conflict):
    """The place has adopted it and it is in force."""

    def __init__(self, item_code: str) -> None:
        super().__init__(
            f"该事项已经认领，本地编码 {item_code}。",
            f"The item is adopted already, as {item_code}.",
            code="already-adopted",
            item_code=item_code,
        )


class NotAdopted(Conflict):
    """Only an adopted item has a standard above it."""

    def __init__(self) -> None:
        super().__init__(
            "该事项不是认领的事项，没有上级标准；请直接编辑草稿。",
            "The item was not adopted, so it has no standard above it; edit its draft.",
            code="not-adopted",
        )


class BeforeTheStandard(Invalid):
    """A renewed draft takes effect with its standard at the earliest."""

    def __init__(self) -> None:
        super().__init__(
            "生效时间不能早于上级标准的生效时间。",
            "The version cannot take effect before its standard does.",
            code="before-the-standard",
            field="effective_from",
        )


class WhichUnit(Invalid):
    """The place has no unit, or several, that could implement it."""

    def __init__(self, place: str, count: int) -> None:
        found = "没有登记实施部门，请先在目录中登记" if not count else f"有 {count} 个部门，请指定实施部门"
        super().__init__(
            f"{place}{found}。",
            "Name the unit of the place that implements the item (unit_id).",
            code="which-unit",
            field="unit_id",
        )
