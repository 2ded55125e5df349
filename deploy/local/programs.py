"""One process of the stack: its command line and what it adds to the environment."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Program:
    """What a supervisor (or a test) needs to know to start a process."""

    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Nothing to make beforehand."""
