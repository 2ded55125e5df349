"""Use cases of intake: load, one domain call, save."""

from services.intake.handlers.acts import (
    accept,
    correct,
    let_days_pass,
    refuse,
    supplement,
    withdraw,
)
from services.intake.handlers.facts import (
    calendar_loaded,
    directory_entry_closed,
    directory_entry_published,
    item_published,
    item_withdrawn,
    notice_told,
    offer_told,
    proof_list_published,
    told_by_approval,
)
from services.intake.handlers.people import contacts, must_be_impersonal, unmask
from services.intake.handlers.submit import Filing, GivenMaterial, PartyFields, submit

__all__ = [
    "Filing",
    "GivenMaterial",
    "PartyFields",
    "accept",
    "calendar_loaded",
    "contacts",
    "correct",
    "directory_entry_closed",
    "directory_entry_published",
    "item_published",
    "item_withdrawn",
    "let_days_pass",
    "must_be_impersonal",
    "notice_told",
    "offer_told",
    "proof_list_published",
    "refuse",
    "submit",
    "supplement",
    "told_by_approval",
    "unmask",
    "withdraw",
]
