"""Papers kept with a proof (agreements, samples): which kinds are taken, told by their content alone."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from services.runtime.problems import TooLarge, UnsupportedMedia

#: Bytes that one paper may have, and that a packed one (OFD) may have when unpacked.
LARGEST, LARGEST_UNPACKED, MOST_MEMBERS = 8 * 1024 * 1024, 64 * 1024 * 1024, 2000


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known of a stored paper. The name that it had is not kept: it may hold a person's name."""

    file_id: str
    sha256: str
    extension: str
    media_type: str
    size: int
    place: str


def kind_of(content: bytes) -> tuple[str, str]:
    """Extension and media type: PDF, JPEG, PNG or OFD (GB/T 33190). 415 for another kind, 413 too large."""
    if len(content) > LARGEST:
        limit = LARGEST // (1024 * 1024)
        raise TooLarge(f"文件太大，最多 {limit} MB；请压缩后上传。", f"Too large, at most {limit} MB.")
    if content.startswith(b"%PDF-"):
        return "pdf", "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg", "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png", "image/png"
    if content.startswith(b"PK\x03\x04") and _is_ofd(content):
        return "ofd", "application/ofd"
    raise UnsupportedMedia(
        "文件类型不支持，请上传 PDF、OFD、JPG 或 PNG。",
        "This type is not taken: PDF, OFD, JPG or PNG.",
        field="file",
    )


def _is_ofd(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise TooLarge("文件解压后太大。", "The file is too large when unpacked.")
    return any(member.filename == "OFD.xml" for member in members)
