"""A font with Chinese glyphs for printable guides (办事指南 PDF): a bare machine has none."""

import hashlib
import tarfile
from pathlib import Path

from deploy.local import node
from deploy.local.cache import cached
from deploy.local.problems import StackError
from deploy.local.progress import step

PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
NAME = "noto-sans-sc-0.4.3"
SHA256 = "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59"
STYLES = ("400Regular", "700Bold")


def install(cache: Path) -> Path:
    """The folder with Noto Sans SC in two weights, downloaded when not yet there."""
    if not (cache / NAME).is_dir():
        node.install(cache)  # before, because one folder of the cache is filled at a time
    return cached(cache, NAME, lambda folder: _fill(cache, folder))


def _fill(cache: Path, folder: Path) -> None:
    with step("下载中文字体 Noto Sans SC"):
        node.npm(node.install(cache), cache, folder, "pack", "--silent", PACKAGE)
        archive = next(folder.glob("*.tgz"))
        if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise StackError(f"{PACKAGE} 与已知的校验值不符。 {PACKAGE} differs from the known file.")
        with tarfile.open(archive) as package:
            for style in STYLES:
                content = package.extractfile(f"package/{style}/NotoSansSC_{style}.ttf")
                if content:
                    (folder / f"NotoSansSC_{style}.ttf").write_bytes(content.read())
        archive.unlink()
