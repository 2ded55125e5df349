"""One line for every long step: what, then how many seconds it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print `what …` at once and the seconds it took when it is over, so that a wait is never silent."""
    print(f"  {what} … ", end="", flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print("✗", flush=True)
        raise
    print(f"{time.monotonic() - begun:.1f} s", flush=True)
