"""A folder appears in the cache complete or not at all, whatever kills the process that fills it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.problems import StackError

NEEDED_TO_FILL = 1_500_000_000
"""Bytes that must be free before anything is downloaded: archives and what is unpacked from them."""


def ensure_space(path: Path, needed: int) -> None:
    """Refuse to begin what would fill the disk; `path` need not exist yet."""
    existing = next(p for p in (path, *path.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise StackError(
            f"磁盘空间不足：{existing} 剩余 {free // 10**6} MB，需要 {needed // 10**6} MB，请清理后重试。"
            f" Not enough disk space at {existing}: {free // 10**6} of {needed // 10**6} MB free."
        )


def cached(cache: Path, name: str, fill: Callable[[Path], None]) -> Path:
    """The folder `cache/name`, filled by `fill(temporary folder)` and renamed when it is not there yet."""
    target = cache / name
    if target.is_dir():
        return target
    ensure_space(cache, NEEDED_TO_FILL)
    with _only_one_at_a_time(cache):
        if target.is_dir():  # another process has just made it
            return target
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=cache))
        try:
            fill(partial)
            partial.chmod(0o755)
            os.rename(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return target


@contextmanager
def _only_one_at_a_time(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Nobody else is filling now, so whatever is half done was left by a process that was killed.
        for leftover in cache.glob(".partial-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield
