"""What intake refuses, in its own words."""

from __future__ import annotations

from services.runtime.problems import Conflict, Forbidden, Invalid, TooManyRequests


class UnknownItem(Invalid):
    """No published item has this code."""

    default_code = "unknown-item"

    def __init__(self) -> None:
        super().__init__(
            "没有这个事项，或者它尚未发布；请核对事项编码。",
            "There is no such item, or it is not published; check the item code.",
            field="item_code",
        )


class NotInForce(Conflict):
    """The item is published, and its instant has not come."""

    default_code = "item-not-in-force"

    def __init__(self, from_day: str) -> None:
        super().__init__(
            f"该事项自 {from_day} 起办理，请届时再申请。",
            f"The item can be applied for from {from_day}.",
            field="item_code",
        )


class Withdrawn(Conflict):
    """The item ended; the successor is named where there is one."""

    default_code = "item-withdrawn"

    def __init__(self, successor: str | None) -> None:
        zh = f"该事项已取消，请改办事项 {successor}。" if successor else "该事项已取消，不再办理。"
        en = f"The item has ended; apply for {successor}." if successor else "The item has ended."
        super().__init__(zh, en, field="item_code", replaced_by=successor)


class NotAppliedFor(Invalid):
    """主动服务 is done without an application (seed 000 附件1 说明7)."""

    default_code = "not-applied-for"

    def __init__(self) -> None:
        super().__init__(
            "该事项为主动服务，由部门主动提供，无需申请。",
            "This service is provided without an application.",
            field="item_code",
        )


class MainItem(Invalid):
    """A 主项 stands for the 办理项 below it, which are applied for (seed 001 三(一)1)."""

    default_code = "main-item"

    def __init__(self) -> None:
        super().__init__(
            "该事项为主项，请选择它下面的办理项申请。",
            "This is a main item; apply for one of the items below it.",
            field="item_code",
        )


class WrongPlace(Invalid):
    """The item belongs to another place than the one that was named."""

    default_code = "wrong-place"

    def __init__(self) -> None:
        super().__init__(
            "该事项不由所选地区办理，请选择该事项的办理地区。",
            "The item is not handled in this place; choose the place of the item.",
            field="place",
        )


class ChannelNotOffered(Invalid):
    """The item is not offered on this channel."""

    default_code = "channel-not-offered"

    def __init__(self) -> None:
        super().__init__(
            "该事项不支持从这个渠道申请，请到办事大厅窗口办理。",
            "The item is not offered on this channel; come to the window.",
            field="channel",
        )


class ChannelNotYours(Forbidden):
    """The channel belongs to another kind of person."""

    default_code = "channel-not-yours"

    def __init__(self) -> None:
        super().__init__(
            "您的账号不能使用这个申请渠道。", "Your account may not use this channel.", field="channel"
        )


class NotInThisState(Conflict):
    """The act does not fit the state that the case is in."""

    default_code = "not-in-this-state"

    def __init__(self, state: str, zh: str, en: str) -> None:
        super().__init__(zh, en, state=state)


class StillMissing(Conflict):
    """It cannot be accepted while something is missing."""

    default_code = "still-missing"

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"材料尚不齐全：{'、'.join(names)}；请先一次性告知补正。",
            f"Still missing: {', '.join(names)}; issue the correction notice first.",
            missing=names,
        )


class PersonalDataInText(Invalid):
    """Words of an official are printed and travel: no number of a person, no name of its people."""

    default_code = "personal-data-in-text"

    def __init__(self, field: str) -> None:
        super().__init__(
            "文字中请不要写身份证号、手机号或当事人姓名。",
            "Leave identity numbers, phone numbers and people's names out of the text.",
            field=field,
        )


class UnknownParty(Invalid):
    """A notice goes only to people of the application."""

    default_code = "unknown-party"

    def __init__(self, number: int) -> None:
        super().__init__(
            "该办件没有这个当事人，请从申请人和当事方中选择。",
            "The application has no such person.",
            field=f"missing.{number}.party_ref",
        )


class PersonErased(Conflict):
    """The person's data was erased."""

    default_code = "person-erased"

    def __init__(self) -> None:
        super().__init__("该当事人的个人信息已依法删除。", "The person's data was erased.")


class TooManyTries(TooManyRequests):
    """The last four digits were guessed too often."""

    default_code = "too-many-tries"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "查询次数过多，请稍后再试，或登录后查看。",
            "Too many tries; wait a while, or sign in.",
            retry_after=seconds,
        )


def invalid(field: str, code: str, zh: str, en: str) -> Invalid:
    """A value that breaks a rule, told by its field and never by the value."""
    return Invalid(zh, en, code=code, field=field)
