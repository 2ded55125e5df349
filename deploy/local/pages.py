"""The web pages, built with Node from a wheel when their sources changed; results are cached by content."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from deploy.local import node
from deploy.local.cache import cached
from deploy.local.layout import PROJECT
from deploy.local.problems import StackError
from deploy.local.progress import step

SOURCES = PROJECT / "services" / "portal" / "pages"
SERVED = PROJECT / "services" / "portal" / "static"
STAMP = ".content"
NOT_SOURCES = ("node_modules", "dist", "element-plus.d.ts")
"""Installed, or written by the build itself."""


def install(cache: Path) -> None:
    """Have the pages of the present sources in the folder that the portal serves."""
    if not (SOURCES / "package.json").exists():
        raise StackError(f"找不到网页源码 {SOURCES}。 The sources of the pages are missing.")
    content = content_hash(SOURCES)
    stamp = SERVED / STAMP
    if stamp.exists() and stamp.read_text() == content:
        return
    name = f"pages-{content[:16]}"
    if not (cache / name).is_dir():
        node.install(cache)  # before, because one folder of the cache is filled at a time
    built = cached(cache, name, lambda folder: _build(cache, folder))
    fresh = Path(tempfile.mkdtemp(prefix=".static-", dir=SERVED.parent))
    shutil.copytree(built, fresh, dirs_exist_ok=True)
    (fresh / STAMP).write_text(content)
    fresh.chmod(0o755)
    for _ in range(10):
        shutil.rmtree(SERVED, ignore_errors=True)
        try:
            os.rename(fresh, SERVED)
            return
        except OSError:
            continue  # another start put the same pages there in the meantime
    raise StackError(f"无法替换网页目录，请稍后再试。 Could not replace {SERVED}, try again.")


def content_hash(sources: Path) -> str:
    """SHA-256 over names and contents of everything that the build reads."""
    digest = hashlib.sha256()
    for file in sorted(path for path in sources.rglob("*") if path.is_file()):
        name = file.relative_to(sources)
        if not set(name.parts) & set(NOT_SOURCES):
            digest.update(f"{name}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _build(cache: Path, folder: Path) -> None:
    """Build in a copy, so that a `node_modules` in the checkout is left alone."""
    home = node.install(cache)
    copy = folder / "pages"
    shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    with step("安装网页依赖 npm ci"):
        node.npm(home, cache, copy, "ci", "--no-audit", "--no-fund")
    with step("构建网页 npm run build"):
        node.npm(home, cache, copy, "run", "build")
    shutil.rmtree(copy)
    for entry in (folder / "static").iterdir():  # where vite puts them: beside the sources
        shutil.move(entry, folder / entry.name)
    (folder / "static").rmdir()
