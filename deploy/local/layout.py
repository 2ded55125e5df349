"""Where the local stack keeps what it downloads and what it stores."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Layout:
    """`cache` holds downloads and may be shared or thrown away; `data` belongs to one checkout."""

    cache: Path
    data: Path

    @classmethod
    def of_environment(cls) -> "Layout":
        """`STACK_CACHE` and `STACK_DATA`, else `~/.cache/yichuang` and `.stack/` of the checkout."""
        cache = os.environ.get("STACK_CACHE")
        data = os.environ.get("STACK_DATA")
        return cls(
            cache=Path(cache).expanduser().resolve() if cache else Path.home() / ".cache" / "yichuang",
            data=Path(data).expanduser().resolve() if data else PROJECT / ".stack",
        )

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.data / "logs"

    @property
    def programs(self) -> Path:
        """Command and environment of every program of the last start; holds secrets."""
        return self.data / "programs.json"

    @property
    def mongod(self) -> Path:
        """Database files."""
        return self.data / "mongod"

    @property
    def kafka(self) -> Path:
        """Log segments and the broker's generated properties."""
        return self.data / "kafka"
