"""What evaluation listens to."""

from __future__ import annotations

from functools import partial

from contracts.adoption import ItemAdopted, LocalReductionFiled
from contracts.applicants import ProposalConsented, ProposalDeclined
from contracts.approval import CaseDecided
from contracts.catalog import ItemPublished, ItemWithdrawn
from contracts.marketplace import (
    AgenciesDrawn,
    AgencyAdmitted,
    AgencyBlacklisted,
    AgencyRegraded,
    AgencyRemoved,
    AgencySelected,
    EntriesClosed,
    SelectionCancelled,
    SelectionOpened,
)
from contracts.offers import ItemExcluded, ItemExclusionLifted, ItemOffered, ItemOfferEnded
from contracts.policies import BenefitPaid, BenefitProposed
from services.evaluation import handlers
from services.evaluation.domain.facts import FILLS
from services.evaluation.handlers import App
from services.runtime.message import Handler, Handlers

ITEM_EVENTS = (ItemPublished, ItemAdopted, LocalReductionFiled, ItemWithdrawn)
OFFER_EVENTS = (ItemOffered, ItemOfferEnded, ItemExcluded, ItemExclusionLifted)


def table(app: App) -> Handlers:
    """Event → handler. What `facts` has a place for goes there; a decision invites besides."""
    noted: dict[str, Handler] = {model.type: partial(handlers.note, app) for model in FILLS}
    return Handlers(
        noted
        | {
            CaseDecided.type: partial(handlers.note_and_invite, app),
            "directory-entry-published": partial(handlers.keep_entry, app),
            "directory-entry-closed": partial(handlers.keep_entry, app),
        }
        | {item.type: partial(handlers.keep_item, app) for item in ITEM_EVENTS}
        | {
            BenefitProposed.type: app.benefits.keep_proposal,
            BenefitPaid.type: app.benefits.keep_proposal,
            ProposalConsented.type: app.benefits.keep_answer,
            ProposalDeclined.type: app.benefits.keep_answer,
        }
        | {offer.type: app.coverage.keep_offer for offer in OFFER_EVENTS}
        | {
            agency.type: app.market.keep_agency
            for agency in (AgencyAdmitted, AgencyRegraded, AgencyBlacklisted, AgencyRemoved)
        }
        | {
            selection.type: app.market.keep_selection
            for selection in (
                SelectionOpened,
                EntriesClosed,
                AgenciesDrawn,
                AgencySelected,
                SelectionCancelled,
            )
        }
    )
