"""Who calls, and what that person may see and do in the catalog."""

from __future__ import annotations

import re

from contracts import Actor
from services.catalog.domain.item.items import Item, Version
from services.catalog.domain.refusals import WhichRevision
from services.catalog.handlers.items import Person
from services.runtime.problems import NotFound, PreconditionFailed
from services.runtime.tokens import Principal

#: Who edits items and the directory; who signs; who may read what is not published.
EDITORS = ("editor", "operator")
APPROVERS = ("catalog-approver",)
READERS = (*EDITORS, *APPROVERS)
_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')
_NOT_A_REFERENCE = re.compile(r"[^A-Za-z0-9._:@/-]")


def person(caller: Principal, *roles: str) -> Person:
    """The caller acting in the first of these roles that is held; 403 without one."""
    caller.require(*roles)
    role = next(role for role in roles if caller.has(role))
    actor = Actor(
        role=role,
        officer_id=_reference(caller.sub),
        unit_id=caller.unit,
        hall_id=caller.hall,
        window_id=caller.window,
    )
    return Person(caller.sub, caller.unit or _reference(caller.sub), actor)


def _reference(sub: str) -> str:
    # A provider may use signs in `sub` that a record key cannot have (`auth0|…`).
    return _NOT_A_REFERENCE.sub("-", sub)[:128].lstrip("-._:@/") or "officer"


def sees_drafts(caller: Principal | None, place: str) -> bool:
    """Whether drafts at a place are shown to the caller."""
    return caller is not None and caller.has(*READERS) and caller.oversees(place)


def must_see(caller: Principal | None, item: Item) -> None:
    """404 where an item was never published and the caller is not one who prepares it."""
    if not item.published and not sees_drafts(caller, item.place):
        if caller is not None:
            caller.must_oversee(item.place, f"item {item.item_code}")
        raise NotFound()


def staff_prefix(caller: Principal | None) -> str | None:
    """The prefix that an officer sees under; None for the public."""
    return caller.place if caller is not None and caller.place and caller.person_ref is None else None


def is_secret(item: Item, version: Version) -> bool:
    """Whether a version is 涉密, or the present one is."""
    return version.record.secret or any(one.record.secret for one in item.published)


def must_see_version(caller: Principal | None, item: Item, version: Version) -> None:
    """404 where a version is 涉密, or the present one is, and the caller is no officer of the place."""
    if is_secret(item, version) and (caller is None or not caller.oversees(item.place)):
        raise NotFound()


def revision(if_match: str | None) -> int:
    """The revision named by ``If-Match``; 428 without one."""
    if if_match is None:
        raise WhichRevision()
    return _parsed(if_match)


def revision_if_any(if_match: str | None) -> int | None:
    """The revision named by ``If-Match`` where one was sent."""
    return None if if_match is None else _parsed(if_match)


def _parsed(if_match: str) -> int:
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise PreconditionFailed(
            "If-Match 不是有效的版本标记，请重新读取。", "If-Match is not an ETag of ours.", field="If-Match"
        )
    return int(found[1])


def etag(number: int) -> dict[str, str]:
    """The header that an edit must send back."""
    return {"etag": f'"{number}"'}
