"""What is refused about packages, in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from services.catalog.domain.checks.findings import Finding
from services.runtime.problems import Conflict, Forbidden, Invalid


class NoPackageDraft(Conflict):
    """There is nothing to sign or to publish."""

    def __init__(self) -> None:
        super().__init__(
            "这个一件事没有待审核的草稿；请先编辑。",
            "The package has no draft; edit it first.",
            code="no-draft",
        )


class OwnPackageDraft(Forbidden):
    """Who edited never signs (mission C8)."""

    def __init__(self) -> None:
        super().__init__(
            "编辑过这份草稿的人不能审核，请由另一位审核人办理。",
            "Whoever edited the draft cannot sign it; another person must.",
            code="own-draft",
        )


class PackageNotReviewed(Conflict):
    """A draft is published only after a second person signed it."""

    def __init__(self) -> None:
        super().__init__(
            "草稿还没有审核，不能发布；请先由审核人审核。",
            "The draft has not been reviewed; a second person must sign it first.",
            code="not-reviewed",
        )


class PackageHasErrors(Conflict):
    """The lint has open errors; ``findings`` names them, ``items`` the items concerned."""

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__(
            f"这个一件事还有 {len(found)} 处错误，改正后才能发布。第一处：{found[0].text}",
            f"The package has {len(found)} open errors; put them right first: {found[0].field}.",
            code="open-errors",
            field=found[0].field,
            findings=[asdict(finding) for finding in found],
        )


class PartBeginsLater(Invalid):
    """A package cannot be in force before the versions that it is made of."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"其中“{name}”的版本届时还没有生效，请把生效时间改到它生效之后。",
            f"A version that it is made of is not in force by then; choose a later instant ({name}).",
            code="part-begins-later",
            field="effective_from",
        )


class PackageNotPublished(Conflict):
    """Only what was published can be withdrawn."""

    def __init__(self) -> None:
        super().__init__(
            "这个一件事还没有发布，不能撤销。", "The package was never published.", code="not-published"
        )


class PackageAlreadyWithdrawn(Conflict):
    """The package has ended."""

    def __init__(self) -> None:
        super().__init__(
            "这个一件事已经撤销。", "The package is withdrawn already.", code="already-withdrawn"
        )


class NothingToRenew(Conflict):
    """Every part is in the version that is in force."""

    def __init__(self) -> None:
        super().__init__(
            "各事项都已经是现行版本，不需要更新。",
            "Every part is in the version in force already.",
            code="nothing-to-renew",
        )


class UnknownAnswer(Invalid):
    """An answer that the package's form does not have."""

    def __init__(self) -> None:
        super().__init__(
            "没有这个问题或者选项，请按“问题编号:选项编号”填写。",
            "No such question or option; write it as question:option.",
            code="unknown-answer",
            field="answer",
        )
