"""Questions to the collection of items, to be joined by `$and`."""

from __future__ import annotations

import re
from datetime import datetime

from services.catalog.domain.text import same
from services.runtime.mongo import Document


def applicable(now: datetime) -> Document:
    """Items that the public may see: published, begun, not withdrawn."""
    return {
        "published.effective_from": {"$lte": now},
        "$or": [{"withdrawn": None}, {"withdrawn.effective_to": {"$gt": now}}],
    }


def in_state(state: str, now: datetime) -> Document:
    """Items by state, for those who may see drafts."""
    if state in ("draft", "approved"):
        signed = {"$ne": []} if state == "approved" else []
        return {"draft": {"$ne": None}, "draft.signatures": signed}
    if state == "withdrawn":
        return {"withdrawn.effective_to": {"$lte": now}}
    return {} if state == "all" else applicable(now)


def of_kind(kind: str) -> Document:
    """Items of one 事项类型."""
    return {"$or": [{"published.record.kind": kind}, {"published": [], "draft.record.kind": kind}]}


def for_application() -> Document:
    """Without 主动服务, which cannot be applied for (seed 000 附件1 说明 7)."""
    return {"published.record.service_type": {"$ne": "主动服务"}}


def under(place: str) -> Document:
    """Items at and below a place."""
    return {"place": {"$regex": f"^{re.escape(place)}"}}


def like(words: str) -> Document:
    """Items whose name, pinyin, initials or code contain what was typed."""
    return {"search": {"$regex": re.escape(same(words))}}
