"""What kind of file it is, by its content alone; the name and the type that were sent decide nothing."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import puremagic

from services.runtime.problems import TooLarge, UnsupportedMedia

#: Bytes that a packed file (docx, xlsx, ofd) may have when unpacked.
LARGEST_UNPACKED = 100 * 1024 * 1024
_MOST_MEMBERS = 5000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken."""

    extension: str
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = Kind("pdf", "application/pdf")
JPEG = Kind("jpg", "image/jpeg")
PNG = Kind("png", "image/png")
DOCX = Kind("docx", f"{_OFFICE}.wordprocessingml.document")
XLSX = Kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet")
#: 版式文档 GB/T 33190.
OFD = Kind("ofd", "application/ofd")
KINDS = (PDF, OFD, JPEG, PNG, DOCX, XLSX)

#: What names a packed kind: a member of the archive.
_PACKED = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "OFD.xml": OFD}
_PLAIN = {"application/pdf": PDF, "image/jpeg": JPEG, "image/png": PNG}


def kind_of(content: bytes, taken: Sequence[Kind] = KINDS) -> Kind:
    """The kind; 415 for one that is not taken, 413 for an archive that unpacks too large."""
    kind = _packed(content) if content.startswith(b"PK\x03\x04") else _plain(content)
    if kind is None or kind not in taken:
        names = [one.extension.upper() for one in taken]
        zh, en = ("（不含宏）", " without macros") if DOCX in taken else ("", "")
        raise UnsupportedMedia(
            f"文件类型不支持，请上传 {'、'.join(names[:-1])} 或 {names[-1]}{zh}。",
            f"This type is not taken: {', '.join(names[:-1])} or {names[-1]}{en}.",
            field="file",
        )
    return kind


def _plain(content: bytes) -> Kind | None:
    try:
        found = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return None
    return _PLAIN.get(found[0].mime_type) if found else None


def _packed(content: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
                raise TooLarge("文件解压后太大，请拆分后上传。", "The file is too large when unpacked.")
            # Reads no more than each member says it has: one that says too little does not fit its checksum.
            if archive.testzip() is not None:
                return None
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError):
        return None
    names = {member.filename for member in members}
    if any(_is_unsafe(name) for name in names):
        return None
    return next((kind for name, kind in _PACKED.items() if name in names), None)


def _is_unsafe(name: str) -> bool:
    """Macros, or a member that would be unpacked outside its folder."""
    return name.lower().endswith("vbaproject.bin") or name.startswith("/") or ".." in name.split("/")
