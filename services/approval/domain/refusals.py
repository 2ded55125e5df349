"""What approval refuses, in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.runtime.problems import Conflict, Forbidden, Invalid


class AlreadyDecided(Conflict):
    """A case is decided once."""

    def __init__(self) -> None:
        super().__init__(
            "该办件已作出决定，不能重复决定。",
            "This case is decided already; it cannot be decided again.",
            code="already-decided",
        )


class CaseEnded(Conflict):
    """The case was withdrawn or ended otherwise."""

    def __init__(self) -> None:
        super().__init__("该办件已终结，不能再办理。", "This case has ended.", code="case-ended")


class ClockIsStopped(Conflict):
    """A decision or an extension while the clock stands."""

    def __init__(self) -> None:
        super().__init__(
            "时限正在中止，请先结束特别程序、恢复计时。",
            "The clock is stopped; end the special step first.",
            code="clock-stopped",
        )


class ItemVersionUnknown(Conflict):
    """The version of the item is still on its way here."""

    def __init__(self) -> None:
        super().__init__(
            "该办件所依据的事项版本尚未同步到审批端，请稍后再办。",
            "The item's version has not arrived here yet; try again in a moment.",
            code="item-version-unknown",
        )


class OpenGaps(Conflict):
    """Deferred materials (容缺) have not arrived: nothing may be granted yet."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"容缺材料尚未补齐：{'、'.join(names)}；补齐后方可准予。",
            f"Deferred materials have not arrived: {', '.join(names)}.",
            code="open-gaps",
            missing=list(names),
        )


class AcceptorMayNotDecide(Forbidden):
    """受审分离: who accepted does not decide, unless the item says so."""

    def __init__(self) -> None:
        super().__init__(
            "受理人不得审批同一办件（受审分离），请由其他审批人员办理。",
            "Who accepted a case may not decide it; another officer must.",
            code="acceptor-may-not-decide",
        )


class OtherUnit(Forbidden):
    """The case belongs to another unit."""

    def __init__(self) -> None:
        super().__init__(
            "该办件由其他部门办理，您的账号不能办理。",
            "This case belongs to another unit.",
            code="other-unit",
        )


class NotAtThisWindow(Forbidden):
    """A window decides immediate cases of its own hall only, where the item lets it."""

    def __init__(self) -> None:
        super().__init__(
            "该办件不能在本窗口直接决定，请转后台审批。",
            "This case cannot be decided at this window.",
            code="not-at-this-window",
        )


class RemediesMissing(Invalid):
    """A refusal names the remedies (复议、诉讼)."""

    def __init__(self) -> None:
        super().__init__(
            "不予决定必须告知救济途径（行政复议、行政诉讼）。",
            "A refusal must name the remedies.",
            code="remedies-missing",
            field="remedies",
        )


class PersonalDataInText(Invalid):
    """Words that will be printed and published may hold no citizen or mobile number."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "文字中不得出现身份证号或手机号，请删除后再提交。",
            "The text must not contain a citizen number or a mobile number.",
            code="personal-data-in-text",
            field=field,
        )


class UnknownStep(Invalid):
    """The item has no such step."""

    def __init__(self) -> None:
        super().__init__(
            "该事项没有这个环节。", "The item has no such step.", code="unknown-step", field="step"
        )


class StepDoesNotStopClock(Conflict):
    """Only a step of which the item says so stops the clock."""

    def __init__(self) -> None:
        super().__init__(
            "该环节所需时间计入办理时限，不能中止计时。",
            "This step counts within the limit; it does not stop the clock.",
            code="step-does-not-stop-clock",
            field="step",
        )


class AlreadyPaused(Conflict):
    """The clock stands for this step already."""

    def __init__(self) -> None:
        super().__init__(
            "该环节已在中止计时。", "The clock is stopped for this step already.", code="already-paused"
        )


class PlannedEndOutOfRange(Invalid):
    """A pause is planned to end after today and within the longest time of its step."""

    def __init__(self, latest: date) -> None:
        super().__init__(
            f"预计结束日应晚于今天，且不迟于 {latest.isoformat()}（该环节最长时间）。",
            f"The planned end lies after today and not after {latest.isoformat()}, the step's longest time.",
            code="planned-end-out-of-range",
            field="planned_end",
            latest=latest.isoformat(),
        )


class NotPaused(Conflict):
    """No pause that an officer may end is open."""

    def __init__(self) -> None:
        super().__init__(
            "没有可恢复的中止（补充材料、缴费引起的中止会自动结束）。",
            "No pause is open that an officer ends; those for materials or payment end by themselves.",
            code="not-paused",
        )


class WhichPause(Invalid):
    """Several are open."""

    def __init__(self) -> None:
        super().__init__(
            "有多个中止，请用 pause_id 指明。",
            "Several pauses are open; name one by pause_id.",
            code="which-pause",
            field="pause_id",
        )


class NoExtension(Conflict):
    """The item allows none."""

    def __init__(self) -> None:
        super().__init__("该事项不允许延长办理时限。", "The item allows no extension.", code="no-extension")


class AlreadyExtended(Conflict):
    """Once only."""

    def __init__(self) -> None:
        super().__init__("办理时限只能延长一次。", "A limit is extended once only.", code="already-extended")


class ExtensionTooLate(Conflict):
    """The limit is over."""

    def __init__(self) -> None:
        super().__init__(
            "法定时限已届满，不能再延长。",
            "The statutory limit is over, it cannot be extended.",
            code="extension-too-late",
        )


class ExtensionOutOfRange(Invalid):
    """It would reach beyond what the item allows, or gain no day."""

    def __init__(self, latest: date) -> None:
        super().__init__(
            f"延长后的到期日应晚于现在的到期日，且不迟于 {latest.isoformat()}（事项规定的最长时限）。",
            f"The extended due date lies after the present one and not after {latest.isoformat()}.",
            code="extension-out-of-range",
            field="limit",
            latest=latest.isoformat(),
        )


class CalendarInvalid(Invalid):
    """The table of days breaks a rule of calendars."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "节假日安排有误：每个日期只能出现一次，且须属于该年度。",
            f"The table of days is not valid: {why}.",
            code="calendar-invalid",
            field="exceptions",
        )
