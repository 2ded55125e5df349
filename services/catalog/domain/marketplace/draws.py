"""摇号: a draw that anybody can compute again, from the seed, the frozen list and the number drawn in public.

The seed is bound before anyone enters (its SHA-256 is published with the opening), the list before the seed
is revealed. Nobody can choose the seed to suit the list, because every entrant puts random bytes of its own
in; nobody can choose the list to suit the seed, because the seed cannot be read until the list is published.
Where a witness draws six digits (种子数) after the closing, not even both together suffice.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Named in the events; another rule is another name.
ALGORITHM = "yichuang-draw-1"
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Lot:
    """An entrant of a draw with what it put in: its salt, or the digest of its sealed bid."""

    agency_id: str
    contribution: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A place of the ranking: the lowest score comes first. ``score`` is 64 hexadecimal digits."""

    agency_id: str
    score: str


def commitment(seed: bytes) -> str:
    """What is published of a seed before it is revealed: its SHA-256 in hexadecimal."""
    return hashlib.sha256(seed).hexdigest()


def list_text(lots: Iterable[Lot]) -> str:
    """The frozen list as text: a line ``agency_id contribution`` for each, by agency id."""
    return "".join(f"{lot.agency_id} {lot.contribution}\n" for lot in sorted(lots, key=lambda x: x.agency_id))


def list_digest(lots: Iterable[Lot]) -> str:
    """SHA-256 of the frozen list's text in UTF-8."""
    return hashlib.sha256(list_text(lots).encode()).hexdigest()


def ranked(
    seed: bytes, selection_id: str, lots: Sequence[Lot], number: str | None = None
) -> tuple[Scored, ...]:
    """The order of the draw: by HMAC-SHA256(seed, ``selection_id|list digest|number|agency_id``), ascending.

    ``number`` are the six digits drawn in public, the empty text without them. A message authentication code
    under a secret seed is indistinguishable from random, so every order is equally likely.
    """
    digest = list_digest(lots)
    scored = (
        Scored(
            lot.agency_id,
            hmac.new(
                seed, f"{selection_id}|{digest}|{number or ''}|{lot.agency_id}".encode(), hashlib.sha256
            ).hexdigest(),
        )
        for lot in lots
    )
    return tuple(sorted(scored, key=lambda one: (one.score, one.agency_id)))


def bid_digest(selection_id: str, agency_id: str, price_fen: int, nonce: str) -> str:
    """The seal of a bid: SHA-256 of ``selection_id|agency_id|price_fen|nonce``.

    Selection and agency are part of it, so that another's seal cannot be copied; the nonce keeps the price
    from being found by trying all prices.
    """
    return hashlib.sha256(f"{selection_id}|{agency_id}|{price_fen}|{nonce}".encode()).hexdigest()
