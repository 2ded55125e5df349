"""The words of notices: data files by edition and language, filled with the facts of an event.

An edition is never changed once it was used: a notice remembers its edition, and reads the same years later.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any, Literal

from services.notify.domain.delivery import Delivery
from services.notify.domain.notice import Notice

#: Characters of the longest text that gateways take.
LONGEST_SMS = 1000
Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
#: Facts that are days, written out in the reader's language.
_DAYS = (
    "answer_due",
    "answer_by",
    "promised_due",
    "planned_end",
    "open_until",
    "deliver_by",
    "due_on",
    "lapses_on",
    "paid_on",
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads; ``signed`` is the body with the sender's signature that an SMS must begin with."""

    title: str
    body: str
    signature: str

    @property
    def signed(self) -> str:
        """The body as an SMS; one that is too long for gateways ends in …, the whole stands in the inbox."""
        text = self.signature + self.body
        return text if len(text) <= LONGEST_SMS else text[: LONGEST_SMS - 1] + "…"


class Texts:
    """All editions in all languages."""

    def __init__(self, editions: Mapping[int, Mapping[Language, Mapping[str, Any]]]) -> None:
        self._editions = editions
        self.newest = max(editions)

    def templates(self, edition: int, language: Language) -> list[str]:
        """Names of the texts that an edition has."""
        return [name for name, text in self._editions[edition][language].items() if isinstance(text, dict)]

    def render(self, notice: Notice, delivery: Delivery, language: Language) -> Text:
        """The notice as one recipient reads it."""
        edition = self._editions[notice.template_version][language]
        template, words = edition[notice.template], edition["words"]
        values = _values(notice.facts, delivery, words, language)
        return Text(template["title"], template["text"].format_map(values).strip(), edition["signature"])


def load() -> Texts:
    """Read the data files beside this module."""
    editions: dict[int, dict[Language, Mapping[str, Any]]] = {}
    for folder in files(__name__).iterdir():
        if folder.name.isdigit():
            editions[int(folder.name)] = {
                language: tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))
                for language in LANGUAGES
            }
    return Texts(editions)


def language_of(wanted: str | None) -> Language:
    """The language to write in; Chinese unless English is asked for."""
    return "en" if (wanted or "").lower().startswith("en") else "zh"


def _values(
    facts: Mapping[str, Any], delivery: Delivery, words: Mapping[str, str], language: Language
) -> dict[str, Any]:
    values: dict[str, Any] = {**facts}
    for name in _DAYS:
        if values.get(name):
            provisional = words["provisional"] if values.get(f"{name}_provisional") else ""
            values[name] = _day(values[name], language) + provisional
    for name in ("reason", "legal_basis", "remedies"):
        values[name] = _sentence(values.get(name), words["stop"])
    for name in ("outcome", "pause", "mode"):
        if name in facts:
            values[name] = words[facts[name]]
    if "grade" in facts:
        values["grade"] = words[f"grade_{facts['grade']}"]
    values["missing"] = _missing(_of_party(facts.get("missing", ()), delivery), words)
    values["still_missing"] = (
        words["still_missing"].format(missing=values["missing"]) if values["missing"] else words["complete"]
    )
    values["deferred"] = _deferred(facts.get("deferred", ()), words, language)
    values["result"] = _result(values, words)
    values |= _market(facts, words)
    values |= _filing(facts, words)
    values["refusal"] = words["refusal"].format_map(values) if facts.get("outcome") == "refused" else ""
    return values


def _market(facts: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """The parts of the marketplace's texts that are there or not: a price, what is next, how long."""
    made = {"price": "", "next": "", "verify": words["verify"] if facts.get("drawn") else ""}
    if facts.get("price_fen") is not None:
        made["price"] = words["price"].format(yuan=f"{facts['price_fen'] / 100:.2f}")
    if facts.get("reveal_by"):
        made["next"] = words["reveal_by"].format(until=facts["reveal_by"])
    if "barred_until" in facts:
        day = facts["barred_until"]
        made["until"] = words["barred_until"].format(day=day) if day else words["barred_for_good"]
    return made


def _filing(facts: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """What a place asks less of than the standard; nothing where it took the last reduction back."""
    if "filing_no" not in facts:
        return {}
    parts: list[str] = []
    if promised := facts.get("promised"):
        days, _, unit = promised.partition(":")
        parts.append(words[f"filed_{unit}"].format(days=days))
    if dropped := facts.get("dropped"):
        parts.append(words["filed_dropped"].format(names=words["separator"].join(dropped)))
    if facts.get("fee_fen") is not None:
        parts.append(words["filed_fee"].format(yuan=f"{facts['fee_fen'] / 100:.2f}"))
    return {"less": words["filed_and"].join(parts) or words["filed_nothing"]}


def _day(iso: str, language: Language) -> str:
    day = date.fromisoformat(iso)
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def _sentence(text: str | None, stop: str) -> str:
    if not text:
        return ""
    return (
        text if text.rstrip().endswith(("。", ".", "!", "！", ";", "；")) else text.rstrip() + stop.rstrip()
    )


def _of_party(missing: Sequence[Mapping[str, str]], delivery: Delivery) -> list[Mapping[str, str]]:
    """The applicant reads everything; another party what that party alone must bring (I3)."""
    own = [one for one in missing if one.get("party_ref") == delivery.recipient_ref]
    return own if own and delivery.recipient_kind != "applicant" else list(missing)


def _missing(missing: Sequence[Mapping[str, str]], words: Mapping[str, str]) -> str:
    return "".join(words["missing"].format(number=n, **one) for n, one in enumerate(missing, 1))


def _deferred(deferred: Sequence[Mapping[str, str]], words: Mapping[str, str], language: Language) -> str:
    if not deferred:
        return ""
    each = (
        words["deferred_one"].format(name=d["name"], due_on=_day(d["due_on"], language)) for d in deferred
    )
    return words["deferred"].format(list=words["separator"].join(each))


def _result(values: Mapping[str, Any], words: Mapping[str, str]) -> str:
    if not values.get("result") or values.get("outcome") == words["refused"]:
        return ""
    return words["result_by" if values.get("deliver_by") else "result"].format_map(values)
