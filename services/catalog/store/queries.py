"""Questions to collections whose documents belong to a place and have versions, to be joined by `$and`."""

from __future__ import annotations

import re
from datetime import datetime

from contracts.base import lineage
from services.runtime.mongo import Document


def applicable(now: datetime) -> Document:
    """What the public may see: published, begun, not withdrawn."""
    return {
        "published.effective_from": {"$lte": now},
        "$or": [{"withdrawn": None}, {"withdrawn.effective_to": {"$gt": now}}],
    }


def in_state(state: str, now: datetime) -> Document:
    """Items by state, for those who may see drafts."""
    if state in ("draft", "in_review", "signed", "approved"):
        return {"draft": {"$ne": None}, "$or": [{"stage": state}, *_of_before(state)]}
    if state == "withdrawn":
        return {"withdrawn.effective_to": {"$lte": now}}
    return {} if state == "all" else applicable(now)


def _of_before(state: str) -> list[Document]:
    """Documents without `stage`: one signature was all that a draft needed."""
    signed: dict[str, Document] = {"draft": {"draft.signatures": []}}
    signed["approved"] = {"draft.signatures": {"$ne": []}}
    return [{"stage": {"$exists": False}, **signed[state]}] if state in signed else []


def not_secret(own: str | None) -> Document:
    """Without what is 涉密, but for what lies under an officer's own prefix."""
    open_to_all: Document = {"published.record.secret": {"$ne": True}}
    return {"$or": [open_to_all, under(own)]} if own else open_to_all


def below(parent_code: str) -> Document:
    """The 办理项 of a 主项."""
    return {"$or": [{"published.record.parent_code": parent_code}, {"draft.record.parent_code": parent_code}]}


def of_kind(kind: str) -> Document:
    """Items of one 事项类型."""
    return {"$or": [{"published.record.kind": kind}, {"published": [], "draft.record.kind": kind}]}


def for_application() -> Document:
    """Without 主动服务 (seed 000 附件1 说明 7) and 主项 (mission C3), which cannot be applied for."""
    return {
        "published.record.service_type": {"$ne": "主动服务"},
        "published.record.main_item": {"$ne": True},
    }


def under(place: str) -> Document:
    """What belongs to a place and to those below it."""
    return {"place": {"$regex": f"^{re.escape(place)}"}}


def at_or_above(place: str) -> Document:
    """What belongs to a place and to those that it lies in."""
    return {"place": {"$in": lineage(place)}}


def on_the_line_of(place: str) -> Document:
    """What belongs to a place, to those below it and to those that it lies in."""
    return {"$or": [under(place), at_or_above(place)]}
