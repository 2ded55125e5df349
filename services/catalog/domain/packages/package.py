"""A package at a place: its draft beside the published versions (mission C8, C11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.packages import PackageRecord
from services.catalog.domain.packages.draft import PackageDraft


@dataclass(frozen=True, slots=True)
class Consent:
    """A second person's signature under the draft as it stands."""

    by: str
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Drafted:
    """What is being prepared; an edit takes back the signature. ``editors`` are all who had a hand in it."""

    content: PackageDraft
    editors: tuple[str, ...]
    at: datetime
    consents: tuple[Consent, ...] = ()
    returned: str | None = None


@dataclass(frozen=True, slots=True)
class PackageVersion:
    """A published version; it never changes. ``content`` is what an edit starts from."""

    number: int
    effective_from: datetime
    published_at: datetime
    signed_by: tuple[str, ...]
    record_sha256: str
    record: PackageRecord
    content: PackageDraft


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a package; ``item_code`` where a withdrawn item ended it."""

    at: datetime
    effective_to: datetime
    reason: str
    item_code: str | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """The head: the draft, and the versions in force or to come. ``revision`` counts the acts (ETag)."""

    package_code: str
    place: str
    revision: int = 1
    latest: int = 0
    published: tuple[PackageVersion, ...] = ()
    draft: Drafted | None = None
    withdrawn: Ending | None = None

    def in_force(self, at: datetime) -> PackageVersion | None:
        """Of the versions with ``effective_from`` ≤ t the highest number (events §6)."""
        begun = [version for version in self.published if version.effective_from <= at]
        return max(begun, key=lambda version: version.number, default=None)

    def shown(self, at: datetime) -> PackageVersion | None:
        """What the public reads: the version in force, else the first one to come."""
        return self.in_force(at) or (self.published[0] if self.published else None)

    def state(self, at: datetime) -> str:
        """draft, approved, published (still to come), in_force or withdrawn."""
        if self.withdrawn and self.withdrawn.effective_to <= at:
            return "withdrawn"
        if self.published:
            return "in_force" if self.in_force(at) else "published"
        return self.draft_state or "draft"

    def state_of(self, version: PackageVersion, at: datetime) -> str:
        """published, in_force, superseded or withdrawn, as seen at an instant."""
        if self.withdrawn and self.withdrawn.effective_to <= at and version.number == self.latest:
            return "withdrawn"
        if version.effective_from > at:
            return "published"
        current = self.in_force(at)
        return "in_force" if current and current.number == version.number else "superseded"

    @property
    def draft_state(self) -> str | None:
        """draft, approved, or None without a draft."""
        if self.draft is None:
            return None
        return "approved" if self.draft.consents else "draft"

    def base(self) -> PackageDraft | None:
        """What an edit starts from: the draft, else what the newest version was made of."""
        if self.draft is not None:
            return self.draft.content
        return self.published[-1].content if self.published else None
