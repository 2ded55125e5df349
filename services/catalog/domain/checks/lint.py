"""The lint of a draft (mission C6): findings with field, rule, quoted words, source and what to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from services.catalog.domain.checks import lint_form, lint_proofs, lint_terms, lint_units, lint_words
from services.catalog.domain.checks.findings import Finding
from services.catalog.domain.checks.known import NATIONWIDE, Known
from services.catalog.domain.checks.word_lists import WordLists
from services.catalog.domain.item.record import DraftRecord

__all__ = ["RULES", "Finding", "errors", "findings"]

Rule = Callable[[DraftRecord], Iterator[Finding]]
KnowingRule = Callable[[DraftRecord, Known], Iterator[Finding]]
WordRule = Callable[[DraftRecord, WordLists], Iterator[Finding]]


def findings(record: DraftRecord, known: Known = NATIONWIDE) -> list[Finding]:
    """All findings on a draft: those of its own text in the order of the form, then by what is known."""
    found = [one for rule in RULES for one in rule(record)]
    found += [one for rule in KNOWING_RULES for one in rule(record, known)]
    return found + [one for rule in WORD_RULES for one in rule(record, known.words)]


def errors(record: DraftRecord, known: Known = NATIONWIDE) -> list[Finding]:
    """The findings that forbid signing and publishing, as long as they are not waived."""
    return [found for found in findings(record, known) if found.severity == "error"]


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

KNOWING_RULES: tuple[KnowingRule, ...] = (
    lint_proofs.without_basis,
    lint_units.unknown,
    lint_units.elsewhere,
)

WORD_RULES: tuple[WordRule, ...] = (
    lint_words.catch_all,
    lint_words.vague,
    lint_proofs.on_file,
    lint_proofs.commitments,
)
