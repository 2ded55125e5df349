"""What the catalog's use cases are given: stores, clock, keys."""

from __future__ import annotations

from dataclasses import dataclass

from services.catalog.documents.printing import Printer
from services.catalog.store import Store
from services.runtime.clock import Clock


@dataclass(frozen=True, slots=True)
class App:
    """Made once by the composition root; ``digest_key`` hashes request bodies (idempotency)."""

    store: Store
    clock: Clock
    digest_key: bytes
    printer: Printer
