"""Every process of a stack carries a mark in its environment: `stop` finds all of them and no other."""

import contextlib
import hashlib
import os
import signal
import time
from pathlib import Path

VARIABLE = "STACK_MARK"
PATIENCE = 10.0
"""Seconds between asking a left-over process to end and forcing it."""


def value(data: Path) -> str:
    """The mark of the stack that keeps its data there."""
    return hashlib.sha256(os.fsencode(data)).hexdigest()


def marked(data: Path) -> list[int]:
    """Process ids that carry the mark, whoever their parent is by now."""
    wanted = f"{VARIABLE}={value(data)}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def end_all(data: Path) -> None:
    """Ask what carries the mark to end, then force it."""
    _signal(marked(data), signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while (left := marked(data)) and time.monotonic() < deadline:
        time.sleep(0.1)
    _signal(left, signal.SIGKILL)


def _signal(processes: list[int], how: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, how)
