"""The lint of a draft (mission C6): findings with field, rule, quoted words, source and what to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from services.catalog.domain.checks import lint_form, lint_proofs, lint_terms, lint_words
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.checks.national_words import NATIONAL
from services.catalog.domain.checks.word_lists import WordLists
from services.catalog.domain.item.record import DraftRecord

__all__ = ["RULES", "Finding", "errors", "findings"]

Rule = Callable[[DraftRecord], Iterator[Finding]]
WordRule = Callable[[DraftRecord, WordLists], Iterator[Finding]]


def findings(record: DraftRecord, words: WordLists = NATIONAL) -> list[Finding]:
    """All findings on a draft, in the order of the form; ``words`` are the lists of its place."""
    found = [one for rule in RULES for one in rule(record)]
    return found + [one for rule in WORD_RULES for one in rule(record, words)]


def errors(record: DraftRecord, words: WordLists = NATIONAL) -> list[Finding]:
    """The findings that forbid signing and publishing, as long as they are not waived."""
    return [found for found in findings(record, words) if found.severity == "error"]


RULES: tuple[Rule, ...] = (
    lint_form.missing,
    lint_form.assumed,
    lint_form.no_basis,
    lint_form.provision,
    lint_form.references,
    lint_form.secret,
    lint_form.online,
    lint_form.handed_down,
    lint_form.main_item,
    lint_proofs.without_basis,
    lint_proofs.asked_twice,
    lint_terms.limits,
    lint_terms.extension,
    lint_terms.fee,
    lint_terms.fee_text,
    lint_terms.at_once,
    lint_terms.steps,
    lint_terms.step_times,
    lint_terms.stopping,
    lint_terms.regulation,
)

WORD_RULES: tuple[WordRule, ...] = (
    lint_words.catch_all,
    lint_words.vague,
    lint_proofs.on_file,
    lint_proofs.commitments,
)
