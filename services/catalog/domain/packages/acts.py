"""The acts on a package. Each is pure and returns the change, or refuses in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from contracts import Actor
from contracts.packages import PackageInForce, PackagePublished, PackageRecord, PackageWithdrawn
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.packages.draft import Library, PackageDraft, renewed
from services.catalog.domain.packages.package import Consent, Drafted, Ending, Package, PackageVersion
from services.catalog.domain.packages.refusals import (
    NoPackageDraft,
    NothingToRenew,
    OwnPackageDraft,
    PackageAlreadyWithdrawn,
    PackageHasErrors,
    PackageNotPublished,
    PackageNotReviewed,
    PartBeginsLater,
)
from services.catalog.domain.refusals import FromTooEarly, Stale
from services.runtime.change import Change

#: How far back an effective instant may lie that was meant to be "today" (same-day replacement).
_BACK = timedelta(days=1)


def create(
    package: Package, content: PackageDraft, *, editor: str, actor: Actor, now: datetime
) -> Change[Package]:
    """The first draft."""
    made = replace(package, draft=Drafted(content, (editor,), now))
    return Change(made, "drafted", actor, now, note={"name": content.name})


def edit(
    package: Package, content: PackageDraft, *, editor: str, revision: int, actor: Actor, now: datetime
) -> Change[Package] | None:
    """Put the content in as the draft; None where it says nothing new. The signature is taken back."""
    if revision != package.revision:
        raise Stale(package.revision)
    if package.draft is not None and package.draft.content == content:
        return None
    return _redrafted(package, content, editor, "edited", actor, now)


def renew(package: Package, library: Library, *, editor: str, actor: Actor, now: datetime) -> Change[Package]:
    """Put every part to the version that is in force now, as a draft to be reviewed."""
    content = package.base()
    newest = {code: held.newest for code, held in library.items() if held.newest}
    if content is None or renewed(content, newest) == content:
        raise NothingToRenew()
    return _redrafted(package, renewed(content, newest), editor, "renewed", actor, now)


def _redrafted(
    package: Package, content: PackageDraft, editor: str, act: str, actor: Actor, now: datetime
) -> Change[Package]:
    editors = package.draft.editors if package.draft else ()
    drafted = Drafted(content, (*(one for one in editors if one != editor), editor), now)
    return Change(replace(package, draft=drafted, revision=package.revision + 1), act, actor, now)


def sign(
    package: Package, found: Sequence[Finding] = (), *, by: str, unit: str, actor: Actor, now: datetime
) -> Change[Package] | None:
    """Consent of a second person (ASVS 2.3.5); None where that person has signed this draft already.

    ``found`` are the lint's findings: nobody consents to what has errors.
    """
    draft = package.draft
    if draft is None:
        raise NoPackageDraft()
    if by in draft.editors:
        raise OwnPackageDraft()
    if any(consent.by == by for consent in draft.consents):
        return None
    _must_be_sound(found)
    signed = replace(draft, consents=(*draft.consents, Consent(by, unit, now)), returned=None)
    return Change(replace(package, draft=signed, revision=package.revision + 1), "signed", actor, now)


def send_back(package: Package, reason: str, *, actor: Actor, now: datetime) -> Change[Package]:
    """Give the draft back to its editors with a reason."""
    if package.draft is None:
        raise NoPackageDraft()
    draft = replace(package.draft, consents=(), returned=reason)
    changed = replace(package, draft=draft, revision=package.revision + 1)
    return Change(changed, "sent_back", actor, now, note={"reason": reason})


def publish(
    package: Package,
    record: PackageRecord | None,
    found: Sequence[Finding],
    library: Library,
    *,
    actor: Actor,
    now: datetime,
    effective_from: datetime | None = None,
) -> Change[Package]:
    """Publish the signed draft, of which ``record`` was derived and ``found`` are the lint's findings."""
    draft = package.draft
    if draft is None:
        raise NoPackageDraft()
    _must_be_sound(found)
    if not draft.consents:
        raise PackageNotReviewed()
    assert record is not None, "without errors every part is known"
    held = () if package.withdrawn else package.published
    begins = effective_from or now
    if held and begins < now - _BACK:
        raise FromTooEarly()
    _must_have_begun(library, begins)
    version = _version(package, draft, record, begins, now)
    changed = replace(
        package,
        revision=package.revision + 1,
        latest=version.number,
        published=_still_needed((*held, version), now),
        draft=None,
        withdrawn=None,
    )
    event = _published(package, version, _in_force(held, now), actor, now)
    return Change(changed, "published", actor, now, (event,), {"version": version.number})


def _must_be_sound(found: Sequence[Finding]) -> None:
    if open_errors := [finding for finding in found if finding.severity == "error"]:
        raise PackageHasErrors(open_errors)


def _version(
    package: Package, draft: Drafted, record: PackageRecord, begins: datetime, now: datetime
) -> PackageVersion:
    return PackageVersion(
        number=package.latest + 1,
        effective_from=begins,
        published_at=now,
        signed_by=tuple(consent.unit for consent in draft.consents),
        record_sha256=record.digest(),
        record=record,
        content=draft.content,
    )


def _published(
    package: Package, version: PackageVersion, before: PackageVersion | None, actor: Actor, now: datetime
) -> PackagePublished:
    waiting = before is not None and version.effective_from > now
    return PackagePublished(
        place_code=package.place,
        at=now,
        actor=actor,
        package_code=package.package_code,
        version=version.number,
        record=version.record,
        effective_from=version.effective_from,
        signed_by=list(version.signed_by),
        record_sha256=version.record_sha256,
        in_force=PackageInForce(version=before.number, record=before.record) if before and waiting else None,
    )


def withdraw(
    package: Package,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    effective_to: datetime | None = None,
    item_code: str | None = None,
) -> Change[Package]:
    """End a published package with a reason; what was submitted goes on."""
    if not package.published:
        raise PackageNotPublished()
    if package.withdrawn is not None:
        raise PackageAlreadyWithdrawn()
    ends = max(effective_to or now, now)
    ending = Ending(now, ends, reason, item_code)
    last = package.published[-1]
    event = PackageWithdrawn(
        place_code=package.place,
        at=now,
        actor=actor,
        package_code=package.package_code,
        version=last.number,
        record=last.record,
        effective_to=ends,
        reason=reason,
        item_code=item_code,
    )
    changed = replace(package, revision=package.revision + 1, withdrawn=ending)
    return Change(changed, "withdrawn", actor, now, (event,), {"reason": reason})


def end_with_item(
    package: Package,
    item_code: str,
    version: int,
    reason: str,
    *,
    effective_to: datetime,
    actor: Actor,
    now: datetime,
) -> Change[Package] | None:
    """An item that ends ends the packages that still contain it then; None where this one does not.

    ``version`` is the item's last one: a part pinned to a later one is of an item that was published anew.
    """
    if package.withdrawn is not None:
        return None
    current = package.in_force(max(effective_to, now))
    lasting = [one for one in package.published if current is None or one.number >= current.number]
    if not any(_contains(one, item_code, version) for one in lasting):
        return None
    return withdraw(package, reason, actor=actor, now=now, effective_to=effective_to, item_code=item_code)


def _contains(version: PackageVersion, item_code: str, last: int) -> bool:
    return any(part.item_code == item_code and part.version <= last for part in version.record.parts)


def _must_have_begun(library: Library, begins: datetime) -> None:
    for held in library.values():
        if held.effective_from is not None and held.effective_from > begins:
            raise PartBeginsLater(held.name)


def _in_force(versions: tuple[PackageVersion, ...], at: datetime) -> PackageVersion | None:
    begun = [version for version in versions if version.effective_from <= at]
    return max(begun, key=lambda version: version.number, default=None)


def _still_needed(versions: tuple[PackageVersion, ...], now: datetime) -> tuple[PackageVersion, ...]:
    current = _in_force(versions, now)
    return tuple(version for version in versions if current is None or version.number >= current.number)
