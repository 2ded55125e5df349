"""Ports on the loopback interface: free ones are chosen once and remembered, so that addresses stay."""

import json
import socket
from pathlib import Path


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do: TIME_WAIT is no hindrance
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """That many different free ports."""
    probes = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def remembered(file: Path, names: list[str], avoid: int = 0) -> dict[str, int]:
    """A port for each name: the one of the last run while it is free, else a new one; kept in `file`.

    `avoid` is a port that the user has given to something else.
    """
    try:
        known: dict[str, int] = json.loads(file.read_text())
    except (OSError, ValueError):
        known = {}
    kept = {
        name: known[name] for name in names if name in known and known[name] != avoid and is_free(known[name])
    }
    missing = [name for name in names if name not in kept]
    candidates = [port for port in free_ports(len(missing) + 1) if port != avoid]
    new = dict(zip(missing, candidates, strict=False))
    ports = {name: (kept | new)[name] for name in names}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(ports, indent=2) + "\n")
    return ports
