"""Papers that editors put on file (forms, samples, agreements): they belong to a place and never change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from services.runtime import media
from services.runtime.media import Kind
from services.runtime.problems import Invalid, TooLarge

#: Bytes that one paper may have.
LARGEST = 8 * 1024 * 1024
#: What is read as it is, for agreements and samples of proofs.
FIXED = (media.PDF, media.OFD, media.JPEG, media.PNG)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known of a stored paper. The name that it had is not kept: it may hold a person's name."""

    file_id: str
    sha256: str
    extension: str
    media_type: str
    size: int
    place: str


def paper(prefix: str, place: str, content: bytes, taken: Sequence[Kind] = media.KINDS) -> Paper:
    """A paper of a place; its id comes from both, so that the same paper is one file there.

    422 `empty-file`, 413 too large, 415 for a kind that is not taken (told by the content alone).
    """
    if not content:
        raise Invalid(
            "文件是空的，请重新选择。", "The file is empty; choose another.", code="empty-file", field="file"
        )
    if len(content) > LARGEST:
        limit = LARGEST // (1024 * 1024)
        raise TooLarge(f"文件太大，最多 {limit} MB；请压缩后上传。", f"Too large, at most {limit} MB.")
    kind = media.kind_of(content, taken)
    digest = hashlib.sha256(content).hexdigest()
    named = hashlib.sha256(f"{place}|{digest}".encode()).hexdigest()[:32]
    return Paper(f"{prefix}-{named}", digest, kind.extension, kind.media_type, len(content), place)
