"""Offers as the pages read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.catalog.domain.halls.offer_rates import HallRate
from services.catalog.domain.halls.offers import COMPREHENSIVE, Offer
from services.catalog.handlers.offers import HallList
from services.catalog.store.offers import Offerable


def listed(one: Offer, items: Mapping[str, Offerable] | None = None) -> dict[str, Any]:
    """One item at one hall, for those who keep the list."""
    item = (items or {}).get(one.item_code)
    return {
        "hall_id": one.hall_id,
        "item_code": one.item_code,
        "name": item.name if item else None,
        "place": one.place,
        "in_force": item is not None if items is not None else None,
        "offered": one.offered,
        "theme": one.theme,
        "window_kinds": one.window_kinds,
        "since": one.since,
        "exclusion": asdict(one.exclusion) if one.exclusion else None,
        "proposal": asdict(one.proposal) if one.proposal else None,
        "returned": one.returned,
    }


def hall_list(found: HallList) -> dict[str, Any]:
    """The public list of a hall by window theme."""
    themes: dict[str, list[dict[str, Any]]] = {}
    for offer, item in found.offered:
        themes.setdefault(offer.theme or COMPREHENSIVE, []).append(
            {**_item(item), "window_kinds": offer.window_kinds, "windows": _windows(found, offer)}
        )
    return {
        "hall_id": found.hall.entry_id,
        "name": found.hall.record.name,
        "place": found.hall.place,
        "address": found.hall.record.address,
        "themes": [{"theme": theme, "items": items} for theme, items in sorted(themes.items())],
        "excluded": [
            {
                **_item(item),
                "reason": offer.exclusion.reason,
                "handled_at": offer.exclusion.handled_at,
            }
            for offer, item in found.excluded
            if offer.exclusion
        ],
    }


def _item(item: Offerable) -> dict[str, Any]:
    return {
        "item_code": item.item_code,
        "name": item.name,
        "kind": item.kind,
        "place": item.place,
        "sample": item.sample,
    }


def _windows(found: HallList, offer: Offer) -> list[dict[str, Any]]:
    """The windows of that theme, of the wanted functions where any are named."""
    return [
        {"window_id": one.entry_id, "name": one.record.name, "number": one.record.number}
        for one in found.windows
        if one.record.theme == offer.theme
        and (not offer.window_kinds or set(offer.window_kinds) & set(one.record.functions))
    ]


def rate(one: HallRate) -> dict[str, Any]:
    """进驻率 of a hall, with what is missing."""
    return {
        "hall_id": one.hall_id,
        "name": one.name,
        "place": one.place,
        "items": one.items,
        "offered": one.offered,
        "excluded": one.excluded,
        "rate": one.rate,
        "gaps": [{"item_code": gap.item_code, "name": gap.name} for gap in one.gaps],
    }
