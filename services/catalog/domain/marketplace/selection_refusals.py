"""What a selection refuses, in its own words."""

from __future__ import annotations

from services.runtime.problems import Conflict, Forbidden, Invalid


class WrongTerms(Invalid):
    """The terms of an opening do not fit each other."""

    def __init__(self, field: str, zh: str, en: str, code: str = "selection-terms") -> None:
        super().__init__(zh, en, code=code, field=field)


class TooManyOpen(Conflict):
    """One person has many selections open."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"您有 {most} 项选取正在进行，请先完成或取消其中一项。",
            f"You have {most} selections under way; finish or cancel one first.",
            code="too-many-open",
        )


class NumberInText(Invalid):
    """A person's number in a text that everybody reads."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "这里的内容会公开，请勿填写身份证号或手机号码。",
            "This text is public: leave out citizen and mobile numbers.",
            code="personal-number",
            field=field,
        )


class EntriesOver(Conflict):
    """Entry time is over."""

    def __init__(self) -> None:
        super().__init__(
            "报名已经截止，不能再报名或退出。",
            "Entries are closed; nobody can enter or leave any more.",
            code="entries-over",
        )


class AlreadyEntered(Conflict):
    """One entry for each agency."""

    def __init__(self) -> None:
        super().__init__(
            "贵机构已经报名；要修改请先退出再重新报名。",
            "Your agency has entered already; leave first to enter anew.",
            code="already-entered",
        )


class Full(Conflict):
    """As many agencies as one selection takes."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"这次选取已有 {most} 家机构报名，不再接受报名。",
            f"{most} agencies have entered; no more can.",
            code="full",
        )


class NotEntered(Conflict):
    """The agency does not take part."""

    def __init__(self) -> None:
        super().__init__("贵机构没有参加这次选取。", "Your agency does not take part.", code="not-entered")


class NotEligible(Forbidden):
    """``reason`` is one of :meth:`Agency.why_not`, a grade too low, or a relation."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"贵机构不能参加这次选取：{reason}。",
            "Your agency cannot take part: not admitted for this service, barred, qualification run out, "
            "grade too low, or related to the client.",
            code="not-eligible",
        )


class Related(Forbidden):
    """回避: who is related to the client takes no part."""

    def __init__(self) -> None:
        super().__init__(
            "与委托人存在利害关系的机构应当回避，不能参加这次选取。",
            "An agency related to the client must keep out.",
            code="related",
            field="no_relation",
        )


class EntryNeeds(Invalid):
    """What an entry of this mode must bring."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(zh, en, code="entry-incomplete", field=field)


class AboveCeiling(Invalid):
    """Dearer than the client pays at most."""

    def __init__(self) -> None:
        super().__init__(
            "报价高于最高限价，请核对后重新填写。",
            "The price is above the ceiling.",
            code="above-ceiling",
            field="price_fen",
        )


class TooSlow(Invalid):
    """Longer than the client waits at most."""

    def __init__(self) -> None:
        super().__init__(
            "承诺的时间长于委托人要求的时间。",
            "The time is longer than the client allows.",
            code="too-slow",
            field="days",
        )


class NotNow(Conflict):
    """The act belongs to another stage of the selection."""

    def __init__(self, state: str) -> None:
        super().__init__(
            "选取当前所处的阶段不能办理此事，请刷新后查看最新状态。",
            f"The selection is {state}; this act belongs to another stage.",
            code="not-now",
        )


class TooFewEntered(Conflict):
    """Closing early needs enough entrants."""

    def __init__(self, fewest: int) -> None:
        super().__init__(
            f"有效报名不足 {fewest} 家，不能提前截止。",
            f"Fewer than {fewest} valid entries; it cannot close early.",
            code="too-few-entries",
        )


class AnswersOver(Conflict):
    """The window for prices is over."""

    def __init__(self) -> None:
        super().__init__("报价或揭示时间已过。", "The time for prices is over.", code="answers-over")


class SealBroken(Invalid):
    """Price and nonce are not what was sealed."""

    def __init__(self) -> None:
        super().__init__(
            "金额和密钥与报名时提交的密封值不符，请用当时保存的回执核对。",
            "Price and nonce do not give the digest that was entered; use the receipt kept then.",
            code="seal-broken",
            field="nonce",
        )


class AlreadyAnswered(Conflict):
    """A price is given once."""

    def __init__(self) -> None:
        super().__init__("贵机构的报价已经提交，不能修改。", "Your price is given.", code="already-answered")


class NotAmongThem(Invalid):
    """The agency chosen is not one of those to choose from."""

    def __init__(self) -> None:
        super().__init__(
            "只能在有效报名（或已报价）的机构中选择。",
            "Choose one of the agencies that entered, or that gave a price.",
            code="not-among-them",
            field="agency_id",
        )


class OwnWitness(Forbidden):
    """Who opened a selection does not draw its number."""

    def __init__(self) -> None:
        super().__init__(
            "发起选取的人不能录入种子数，请由监督人员办理。",
            "Whoever opened the selection cannot give the witness number.",
            code="own-selection",
        )
