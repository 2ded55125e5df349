"""What offering an item in a hall refuses, in its own words."""

from __future__ import annotations

from collections.abc import Sequence

from services.runtime.problems import Conflict, Forbidden, Invalid


class NoHall(Invalid):
    """Items are offered in open halls and service points."""

    def __init__(self) -> None:
        super().__init__(
            "没有这个大厅或服务点，或者它已关闭；请从目录中选择。",
            "There is no such open hall or service point.",
            code="unknown-hall",
            field="hall_id",
        )


class NotInForce(Conflict):
    """Only what can be applied for now is offered."""

    def __init__(self, item_code: str) -> None:
        super().__init__(
            f"事项 {item_code} 没有正在执行的版本，请先发布。",
            f"Item {item_code} has no version in force; publish it first.",
            code="item-not-in-force",
            field="item_code",
        )


class OtherPlace(Invalid):
    """A hall offers items of its own place, and of places above and below it."""

    def __init__(self, item_code: str, hall: str) -> None:
        super().__init__(
            f"事项 {item_code} 既不是{hall}所在地的，也不是其上级或下级的，不能在这里进驻。",
            f"Item {item_code} belongs to another line of places than this hall.",
            code="other-place",
            field="item_code",
        )


class UnknownTheme(Invalid):
    """The hall has no window of that theme or function."""

    def __init__(self, field: str, known: Sequence[str]) -> None:
        word = "主题" if field == "theme" else "职能"
        super().__init__(
            f"大厅没有这种{word}的窗口；现有：{'、'.join(known) or '无'}。",
            f"The hall has no such windows; it has: {', '.join(known) or 'none'}.",
            code="unknown-theme" if field == "theme" else "unknown-window-kind",
            field=field,
            known=list(known),
        )


class NotOffered(Conflict):
    """There is nothing to end."""

    def __init__(self) -> None:
        super().__init__(
            "该事项没有进驻这个大厅。", "The item is not offered in this hall.", code="not-offered"
        )


class Excluded(Conflict):
    """An item of the negative list is not offered."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"该事项在负面清单上（{reason}），移出清单后才能进驻。",
            f"The item is on the negative list ({reason}); take it off first.",
            code="on-negative-list",
        )


class AlreadyExcluded(Conflict):
    """It is on the negative list."""

    def __init__(self) -> None:
        super().__init__(
            "该事项已在负面清单上。", "The item is on the negative list already.", code="already-excluded"
        )


class NotExcluded(Conflict):
    """It is not on the negative list."""

    def __init__(self) -> None:
        super().__init__(
            "该事项不在负面清单上。", "The item is not on the negative list.", code="not-excluded"
        )


class NotSecret(Invalid):
    """国家秘密 is no reason for an item that everybody can read."""

    def __init__(self) -> None:
        super().__init__(
            "该事项没有标明涉密，不能以国家秘密为由列入负面清单；请核对理由，或先在事项中标明涉密。",
            "The item is not marked secret, so secrecy is no reason to exclude it.",
            code="not-secret",
            field="reason",
        )


class NoProposal(Conflict):
    """Nothing waits for approval."""

    def __init__(self) -> None:
        super().__init__(
            "没有待批准的负面清单变更。", "No change of the negative list waits.", code="no-proposal"
        )


class OwnProposal(Forbidden):
    """Each entry of the negative list is approved by a second person (mission C10)."""

    def __init__(self) -> None:
        super().__init__(
            "提出变更的人不能批准，请由另一位审核人办理。",
            "Whoever proposed it cannot approve it; another person must.",
            code="own-proposal",
        )
