"""主项 and 办理项, the smallest unit, which alone is applied for (seed 001 三(一)1): what is refused."""

from __future__ import annotations

from services.runtime.problems import Conflict, Invalid

#: 主项, 子项, 办理项 and one to spare.
DEEPEST = 4


class UnknownParent(Invalid):
    """No item of that code at the place or above it."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"主项 {code} 不存在：先在本级或者上级登记主项。",
            f"There is no main item {code} at this place or above it.",
            code="unknown-parent",
            field="parent_code",
        )


class NotAMainItem(Invalid):
    """What is applied for itself has no items below it."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"{code} 不是主项，不能在它下面设办理项；先把它改为主项。",
            f"{code} is not a main item; make it one first.",
            code="not-a-main-item",
            field="parent_code",
        )


class ParentBelowItself(Invalid):
    """Main items that lie in each other, or too deep."""

    def __init__(self) -> None:
        super().__init__(
            f"主项互为上下级，或者超过 {DEEPEST} 级，请改正主项编码。",
            f"Main items lie below each other, or deeper than {DEEPEST} levels.",
            code="parent-cycle",
            field="parent_code",
        )


class HasHandlingItems(Conflict):
    """Items below would be left without their 主项."""

    def __init__(self) -> None:
        super().__init__(
            "这个主项下面还有办理项，不能改为办理项或者撤销；先移走或者撤销它的办理项。",
            "Items lie below this main item; move or withdraw them first.",
            code="has-handling-items",
            field="main_item",
        )
