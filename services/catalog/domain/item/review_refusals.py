"""What the review of a draft refuses, in its own words."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog.domain.checks.findings import Finding
from services.runtime.problems import Conflict, Forbidden, NotFound


class NotSubmitted(Conflict):
    """A joint review begins when the editor sends the draft in."""

    def __init__(self) -> None:
        super().__init__(
            "草稿还没有送审；请编辑人员先送审，再由各单位会签。",
            "The draft has not been sent to review; its editor must do so first.",
            code="not-submitted",
        )


class InReview(Conflict):
    """Somebody reads or has signed the draft; a table must not take that back unseen."""

    def __init__(self, item_code: str) -> None:
        super().__init__(
            f"事项 {item_code} 正在审签，导入会收回送审和已有的签署；请先请审签单位退回，或者在草稿中修改。",
            f"Item {item_code} is in review; have it sent back first, or edit the draft.",
            code="in-review",
        )


class NotASigner(Forbidden):
    """The rule of the place does not name the caller's unit."""

    def __init__(self) -> None:
        super().__init__(
            "您的单位不在这份草稿的会签、批准单位之列。",
            "Your unit is not one of those that sign or approve this draft.",
            code="not-a-signer",
        )


class SignedByAnother(Conflict):
    """Each unit signs once."""

    def __init__(self) -> None:
        super().__init__(
            "您的单位已经会签，不必重复。",
            "Your unit has signed already; once is enough.",
            code="unit-signed",
        )


class NotSigned(Conflict):
    """Approval comes after all units signed; ``outstanding`` names those that did not."""

    def __init__(self, outstanding: Sequence[str]) -> None:
        super().__init__(
            f"还有 {len(outstanding)} 个单位没有会签，不能批准。"
            if outstanding
            else "这份草稿不需要批准，或者还没有送审。",
            "The draft is not ready to be approved: all units must have signed.",
            code="not-signed",
            outstanding=list(outstanding),
        )


class SignedAlready(Forbidden):
    """Who signed does not approve as well."""

    def __init__(self) -> None:
        super().__init__(
            "会签过这份草稿的人不能再批准，请由另一位负责人办理。",
            "Whoever signed the draft cannot approve it; another person must.",
            code="signed-already",
        )


class NotTheApprovingUnit(Forbidden):
    """Only the government of that level approves."""

    def __init__(self) -> None:
        super().__init__(
            "只有审核规则指定的批准单位可以批准。",
            "Only the approving unit of the review rule can approve.",
            code="not-the-approving-unit",
        )


class NoSuchFinding(NotFound):
    """The text has changed, or the finding was another draft's."""

    def __init__(self) -> None:
        super().__init__(
            "草稿中没有这条问题：文字可能已经修改，请重新检查。",
            "The draft has no such finding; the text may have changed, check it again.",
            code="no-such-finding",
            field="finding",
        )


class NotWaivable(Conflict):
    """Most rules are put right, not explained."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(
            f"这条问题不能以理由保留，请改正：{finding.text}",
            "This finding cannot be waived; put it right.",
            code="not-waivable",
            field=finding.field,
            rule=finding.rule,
        )
