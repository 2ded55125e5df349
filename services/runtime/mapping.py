"""Domain dataclasses to database documents and back: dates as ISO text, contract blocks as plain values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from pydantic import BaseModel

__all__ = ["converter", "make_dict_structure_fn", "make_dict_unstructure_fn", "override"]


def converter() -> Converter:
    """A fresh converter; a store registers on it what its own domain needs besides."""
    made = Converter(unstruct_collection_overrides={tuple: list, frozenset: list, set: list})
    made.register_unstructure_hook(datetime, lambda value: value)
    made.register_structure_hook(datetime, lambda value, _: value)
    made.register_unstructure_hook(
        date, lambda value: value if isinstance(value, datetime) else value.isoformat()
    )
    made.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    made.register_structure_hook(bytes, lambda value, _: bytes(value))
    made.register_unstructure_hook_func(
        _is_block, lambda block: block.model_dump(mode="json", exclude_none=True)
    )
    made.register_structure_hook_func(
        _is_block, lambda value, kind: kind.model_validate(value, extra="ignore")
    )
    return made


def _is_block(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
