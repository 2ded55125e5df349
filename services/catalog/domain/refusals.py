"""What the catalog refuses, in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from services.catalog.domain.checks.findings import Finding
from services.runtime.problems import Conflict, Forbidden, Invalid, PreconditionFailed, PreconditionRequired


class NoDraft(Conflict):
    """There is nothing to sign or to publish."""

    def __init__(self) -> None:
        super().__init__(
            "这个事项没有待审核的草稿；请先编辑。", "The item has no draft; edit it first.", code="no-draft"
        )


class OwnDraft(Forbidden):
    """Who edited never signs (mission C8)."""

    def __init__(self) -> None:
        super().__init__(
            "编辑过这份草稿的人不能审核，请由另一位审核人办理。",
            "Whoever edited the draft cannot sign it; another person must.",
            code="own-draft",
        )


class NotReviewed(Conflict):
    """A draft is published only after a second person signed it."""

    def __init__(self) -> None:
        super().__init__(
            "草稿还没有完成审核（会签、批准），不能发布；请先由审核人办理。",
            "The draft has not been reviewed; it must be signed, and approved where the place asks for it.",
            code="not-reviewed",
        )


class OpenErrors(Conflict):
    """The lint has open errors; ``findings`` names them."""

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__(
            f"草稿还有 {len(found)} 处错误，改正后才能送审和发布。第一处：{found[0].text}",
            f"The draft has {len(found)} open errors; put them right first: {found[0].field}.",
            code="open-errors",
            field=found[0].field,
            findings=[{"id": finding.id, **asdict(finding)} for finding in found],
        )


class NotPublished(Conflict):
    """Only what was published can be withdrawn."""

    def __init__(self) -> None:
        super().__init__(
            "这个事项还没有发布，不能撤销。", "The item was never published.", code="not-published"
        )


class AlreadyWithdrawn(Conflict):
    """The item has ended."""

    def __init__(self) -> None:
        super().__init__("这个事项已经撤销。", "The item is withdrawn already.", code="already-withdrawn")


class EndsInThePast(Invalid):
    """An item does not end before it was said that it ends."""

    def __init__(self) -> None:
        super().__init__(
            "撤销时间已经过去；立即撤销的请不填写，以后撤销的请填写将来的时间。",
            "The item cannot end in the past; leave effective_to out to end it now, or give a later time.",
            code="effective-to-in-the-past",
            field="effective_to",
        )


class NoSuccessor(Invalid):
    """What replaces an item is another one, which people can turn to when it ends."""

    def __init__(self) -> None:
        super().__init__(
            "没有找到可以接替的事项：请填写另一个已发布、届时没有撤销的事项的实施编码；没有接替的，请留空。",
            "No such successor: give the code of another item that is published and not withdrawn by then, "
            "or leave replaced_by out.",
            code="no-such-successor",
            field="replaced_by",
        )


class FromTooEarly(Invalid):
    """A version cannot begin in the past."""

    def __init__(self) -> None:
        super().__init__(
            "生效时间不能早于一天之前，也不能早于现行版本的生效时间；请改为现在或者以后。",
            "A version cannot take effect more than a day ago, nor before the present one did; "
            "choose now or later.",
            code="effective-from-too-early",
            field="effective_from",
        )


class AfterWithdrawal(Invalid):
    """A version that calls a withdrawal off leaves no gap; one that begins later is published after it."""

    def __init__(self) -> None:
        super().__init__(
            "事项将先行撤销：新版本应当不晚于撤销时间生效（撤销随之取消），或者在撤销之后再发布。",
            "The item ends before that; let the version begin no later, or publish it after the item ended.",
            code="effective-from-after-withdrawal",
            field="effective_from",
        )


class Stale(PreconditionFailed):
    """Somebody else changed the record since it was read."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            "记录已被他人修改，请重新打开后再改。",
            "The record was changed since you read it; reload it and edit again.",
            code="stale",
            field="If-Match",
            revision=revision,
        )


class WhichRevision(PreconditionRequired):
    """An edit says which revision it edits."""

    def __init__(self) -> None:
        super().__init__(
            "请在 If-Match 中给出所编辑的版本（读取时的 ETag）。",
            "Send If-Match with the ETag that you read.",
            code="if-match-required",
            field="If-Match",
        )


class AlreadyThere(Conflict):
    """The item exists at that place."""

    def __init__(self, item_code: str) -> None:
        super().__init__(
            f"事项 {item_code} 已经存在，请编辑它的草稿。",
            f"Item {item_code} exists; edit its draft.",
            code="item-exists",
            field="record.base_code",
        )


class SharedName(Conflict):
    """同一事项、同一编码: places that share a code share the name (mission C3)."""

    def __init__(self, base_code: str) -> None:
        super().__init__(
            f"编码 {base_code} 在其他地区也在使用，同一编码的事项名称应当一致，不能单独改名。",
            f"Other places have an item of code {base_code}; what shares a code shares its name.",
            code="name-shared",
            field="name",
        )


class AnotherItem(Conflict):
    """同一事项、同一编码: a code names one standard item everywhere (mission C3)."""

    def __init__(self, base_code: str) -> None:
        super().__init__(
            f"编码 {base_code} 已用于另一事项（同一事项、同一编码），请换一个编码。",
            f"Code {base_code} names another item; choose another code.",
            code="base-code-taken",
            field="record.base_code",
        )
