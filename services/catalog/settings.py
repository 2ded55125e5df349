"""Settings of the catalog besides those of every service."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from services.runtime.settings import Settings as RuntimeSettings


class Settings(RuntimeSettings):
    """``YICHUANG_<FIELD>`` in the environment."""

    service: str = "catalog"
    #: Folder with a font that has Chinese glyphs, for printable guides; the system's fonts where unset.
    font_path: Path | None = None
    #: Seconds between two looks for selections whose time has come (中介超市).
    selection_seconds: float = Field(1.0, gt=0)
    #: Seconds between two looks for policies newly in force and proposals that nobody answered (免申即享).
    policy_seconds: float = Field(2.0, gt=0)
