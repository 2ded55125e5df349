"""Which model reads which event: by type name and major version."""

import builtins

from contracts import (
    adoption,
    applicants,
    approval,
    catalog,
    evaluation,
    intake,
    marketplace,
    notify,
    offers,
    packages,
    policies,
    proofs,
)
from contracts.base import EventData

MODELS: tuple[type[EventData], ...] = (
    catalog.ItemPublished,
    catalog.ItemWithdrawn,
    adoption.ItemAdopted,
    adoption.LocalReductionFiled,
    catalog.DirectoryEntryPublished,
    catalog.DirectoryEntryClosed,
    offers.ItemOffered,
    offers.ItemOfferEnded,
    offers.ItemExcluded,
    offers.ItemExclusionLifted,
    packages.PackagePublished,
    packages.PackageWithdrawn,
    policies.PolicyPublished,
    policies.PolicyWithdrawn,
    policies.BenefitProposed,
    policies.BenefitPaid,
    proofs.ProofListPublished,
    marketplace.AgencyAdmitted,
    marketplace.AgencyRegraded,
    marketplace.AgencyBlacklisted,
    marketplace.AgencyRemoved,
    marketplace.SelectionOpened,
    marketplace.EntriesClosed,
    marketplace.AgenciesDrawn,
    marketplace.AgencySelected,
    marketplace.SelectionCancelled,
    intake.CaseReceived,
    intake.CorrectionRequested,
    intake.MaterialsSupplemented,
    intake.CaseAccepted,
    intake.AcceptanceRefused,
    intake.CaseLapsed,
    intake.WithdrawalRequested,
    intake.ApplicationWithdrawn,
    applicants.EnterpriseFileUpdated,
    applicants.ProposalConsented,
    applicants.ProposalDeclined,
    approval.DossierOpened,
    approval.StepCompleted,
    approval.ClockStopped,
    approval.ClockResumed,
    approval.DeadlineExtended,
    approval.DueDatesRecomputed,
    approval.CaseDecided,
    approval.CaseWithdrawn,
    approval.WithdrawalRefused,
    approval.CalendarLoaded,
    notify.NoticeSent,
    notify.NoticeDelivered,
    notify.NoticeFailed,
    notify.NoticeOutcomeUnknown,
    evaluation.RatingInvited,
    evaluation.ServiceRated,
)
"""Every event model. A `v2` stands beside its `v1` here as long as anyone may meet the old one."""

_BY_VERSION: dict[tuple[str, int], type[EventData]] = {(model.type, model.major): model for model in MODELS}

EVENTS: dict[str, type[EventData]] = {
    model.type: model for model in sorted(MODELS, key=lambda model: model.major)
}
"""The newest model of every type."""


class UnknownEventType(LookupError):
    """No event of this name: a consumer passes over it."""


class UnsupportedVersion(LookupError):
    """The event is known, but not in this major version: a consumer parks it."""


def event_model(type: str, version: int = 1) -> builtins.type[EventData]:
    """The model of an event by its type name and major version.

    Raises `UnknownEventType` or `UnsupportedVersion`.
    """
    if model := _BY_VERSION.get((type, version)):
        return model
    if type in EVENTS:
        known = sorted(major for name, major in _BY_VERSION if name == type)
        raise UnsupportedVersion(f"{type}: version {version} is unknown here, known: {known}")
    raise UnknownEventType(f"no event type {type!r}")
