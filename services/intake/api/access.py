"""Who may see and do what: officials by the prefix of their place, citizens what is their own."""

from __future__ import annotations

from contracts import Actor
from contracts.base import Channel
from services.intake.domain.case import Case
from services.intake.domain.refusals import ChannelNotYours
from services.intake.intake import Intake
from services.runtime.problems import Forbidden, NotFound
from services.runtime.tokens import Principal

#: Roles that see the cases under their place.
OFFICERS = ("clerk", "agent", "reviewer", "chief", "supervisor", "regulator", "operator")
#: Roles that may read an applicant's data in clear, with a reason.
MAY_UNMASK = ("clerk", "agent", "reviewer", "chief")

_CHANNELS: dict[str, frozenset[Channel]] = {
    "clerk": frozenset(("window", "web", "phone", "kiosk", "agent")),
    "agent": frozenset(("agent", "window")),
    "citizen": frozenset(("web", "phone", "kiosk")),
}


def readers(caller: Principal) -> list[str]:
    """The names under which a person's own cases are found."""
    return [f"sub:{caller.sub}", *([caller.person_ref] if caller.person_ref else [])]


def owns(caller: Principal, case: Case) -> bool:
    """Whether it is the caller's own case."""
    return not set(readers(caller)).isdisjoint(case.readers)


def oversees(caller: Principal, case: Case) -> bool:
    """Whether the caller is an official under whose place the case lies."""
    return caller.has(*OFFICERS) and caller.oversees(case.place)


async def readable(intake: Intake, caller: Principal, case_no: str) -> Case:
    """A case that the caller may see; 404 otherwise, with a line in the audit log for an official."""
    case = await intake.cases.records.get(case_no)
    if case is None:
        raise NotFound()
    if oversees(caller, case) or owns(caller, case):
        return case
    if caller.has(*OFFICERS):
        caller.must_oversee(case.place, f"case {case_no}")
    raise NotFound()


async def at_the_window(intake: Intake, caller: Principal, case_no: str) -> Case:
    """A case that a clerk of its place works on; 403 for who sees it and is no clerk."""
    case = await readable(intake, caller, case_no)
    caller.require("clerk")
    if not caller.oversees(case.place):
        raise NotFound()
    return case


async def in_own_or_assisted_name(intake: Intake, caller: Principal, case_no: str) -> Case:
    """A case for which the caller may hand in or withdraw: the own one, or as clerk or agent of the place."""
    case = await readable(intake, caller, case_no)
    if not owns(caller, case):
        caller.require("clerk", "agent")
    return case


def filing_role(caller: Principal, channel: Channel) -> str:
    """The role in which an application is filed on a channel; 403 where none may."""
    held = [role for role in _CHANNELS if caller.has(role)]
    if not held:
        caller.require(*_CHANNELS)
    for role in held:
        if channel in _CHANNELS[role]:
            return role
    raise ChannelNotYours()


def acting_role(caller: Principal, case: Case) -> str:
    """The role in which somebody acts on a case that is there."""
    if oversees(caller, case):
        return next(role for role in OFFICERS if caller.has(role))
    return "citizen"


def actor(caller: Principal, role: str, channel: Channel | None = None) -> Actor:
    """As events and the history name the caller: officials by reference, citizens by their role alone."""
    if role == "citizen":
        return Actor(role=role, channel=channel)
    return Actor(
        role=role,
        officer_id=caller.sub,
        unit_id=caller.unit,
        hall_id=caller.hall,
        window_id=caller.window,
        channel=channel,
    )


def must_be_officer(caller: Principal) -> None:
    """403 for everybody else."""
    if not caller.has(*OFFICERS):
        raise Forbidden("您的账号没有查看权限。", "Your account may not see this.")
