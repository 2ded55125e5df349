"""What the API says of packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from contracts.packages import PackagePart, PackageRecord
from services.catalog.app import App
from services.catalog.documents import package_guide
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.item.process import layers
from services.catalog.domain.packages.draft import Library, as_steps
from services.catalog.domain.packages.lint import is_stale
from services.catalog.domain.packages.package import Package, PackageVersion
from services.catalog.domain.packages.plan import Plan, plan
from services.catalog.store.packages import ListedPackage


def entry(line: ListedPackage) -> dict[str, Any]:
    """A line of a list."""
    record = line.record
    return {
        "package_code": line.package_code,
        "name": record.get("name"),
        "life_event": record.get("life_event"),
        "subject": record.get("subject", "person"),
        "place": line.place,
        "parts": len(record.get("parts", ())),
        "promised": _time(record.get("promised")),
        "fee_fen": record.get("fee_fen", 0),
        "sample": record.get("sample", False),
        "state": line.state,
        "draft_state": line.draft_state,
        "version": line.version,
        "revision": line.revision,
    }


def _time(stored: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Days of the critical path as stored: what is nothing may have been left out."""
    if stored is None:
        return None
    return {name: stored.get(name, 0) for name in ("working_days", "calendar_days")}


def published(package: Package, version: PackageVersion, now: datetime) -> dict[str, Any]:
    """A published version."""
    return {
        "package_code": package.package_code,
        "place": package.place,
        "version": version.number,
        "effective_from": version.effective_from,
        "state": package.state_of(version, now),
        "revision": package.revision,
        "record": version.record,
        "record_sha256": version.record_sha256,
        "rows": rows(version.record.parts),
        "withdrawn": asdict(package.withdrawn) if package.withdrawn else None,
    }


def drafted(
    package: Package, record: PackageRecord | None, found: list[Finding], known: Library
) -> dict[str, Any]:
    """A draft with what is derived of it."""
    draft = package.draft
    assert draft is not None
    return {
        "package_code": package.package_code,
        "place": package.place,
        "version": package.latest,
        "effective_from": None,
        "state": package.draft_state,
        "revision": package.revision,
        "editors": draft.editors,
        "edited_at": draft.at,
        "consents": [asdict(consent) for consent in draft.consents],
        "returned": draft.returned,
        "content": draft.content,
        "withdrawn": asdict(package.withdrawn) if package.withdrawn else None,
        **derived(record, found, known),
    }


def derived(record: PackageRecord | None, found: list[Finding], known: Library) -> dict[str, Any]:
    """The merged record and its drawing (None while they cannot be made), findings, the items as they are."""
    return {
        "record": record,
        "rows": rows(record.parts) if record else [],
        "drawing": package_guide.svg(record.name, plan(record, {})) if record else None,
        "findings": [finding_shape(finding) for finding in found],
        "items": {
            code: {
                "name": held.name,
                "place": held.place,
                "version": held.version,
                "newest": held.newest,
                "stale": is_stale(held),
                "withdrawn": held.withdrawn_from,
            }
            for code, held in known.items()
        },
    }


def finding_shape(found: Finding) -> dict[str, Any]:
    """A finding."""
    return {
        "field": found.field,
        "rule": found.rule,
        "severity": found.severity,
        "text": found.text,
        "source": found.source,
        "quote": found.quote,
    }


def rows(parts: list[PackagePart] | tuple[PackagePart, ...]) -> list[list[str]]:
    """Codes of the parts in rows: what stands in one row may run in parallel."""
    steps = as_steps((part.item_code, part.after) for part in parts)
    return [[step.step for step in row] for row in layers(steps)]


async def planned(app: App, cut: Plan, known: Library) -> dict[str, Any]:
    """A plan, with where and how each part is applied for."""
    units = await app.store.names(held.record.unit_id for held in known.values() if held.record is not None)
    return {
        "parts": [_part(part, known, units) for part in cut.parts],
        "rows": rows(cut.parts),
        "questions": cut.questions,
        "materials": cut.materials,
        "promised": cut.promised,
        "statutory": cut.statutory,
        "fee_fen": cut.fee_fen,
    }


def _part(part: PackagePart, known: Library, units: Mapping[str, str]) -> dict[str, Any]:
    shown: dict[str, Any] = part.model_dump(mode="json", exclude_none=True)
    held = known.get(part.item_code)
    record = held.record if held else None
    if held is None or record is None:
        return shown
    return {
        **shown,
        "kind": record.kind,
        "handling": record.handling,
        "unit_name": units.get(record.unit_id, record.implementing_body),
        "accepting_places": [place.model_dump(exclude_none=True) for place in record.accepting_places],
        "channels": record.channels,
        "online_depth": record.online_depth,
        "newest": held.newest,
        "withdrawn": held.withdrawn_from is not None,
    }
