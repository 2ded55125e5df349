"""The local stack fetches safely, ends its own processes and no others, and says plainly what is wrong."""

import asyncio
import hashlib
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import cache, machine, marks, pages, ports, stack
from deploy.local.credentials import Credentials
from deploy.local.layout import Layout
from deploy.local.problems import StackError
from deploy.local.programs import Program
from deploy.local.registries import Wheel, unpack_wheel
from deploy.local.supervision import Supervisor
from tests.support.eventually import eventually
from tests.support.stack import die_with_parent

FOREVER = [sys.executable, "-c", "import signal; signal.pause()"]


def test_a_folder_that_could_not_be_filled_is_not_in_the_cache(tmp_path: Path) -> None:
    def half(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("the line is cut")

    with pytest.raises(OSError, match="line is cut"):
        cache.cached(tmp_path, "thing", half)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]

    made = cache.cached(tmp_path, "thing", lambda folder: (folder / "whole").touch())
    assert (made / "whole").exists()
    assert not (made / "half").exists()


def test_what_a_killed_process_left_half_done_is_cleared_and_done_again(tmp_path: Path) -> None:
    killed = (
        "import os, pathlib, sys\nfrom deploy.local.cache import cached\ncache = pathlib.Path(sys.argv[1])\n"
        "cached(cache, 'thing', lambda folder: ((folder / 'half').touch(), os.kill(os.getpid(), 9)))"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.glob(".partial-*/half"))

    made = cache.cached(tmp_path, "thing", lambda folder: (folder / "whole").touch())
    assert [path.name for path in made.iterdir()] == ["whole"]
    assert not list(tmp_path.glob(".partial-*"))


def test_a_full_disk_is_told_before_anything_is_downloaded(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="磁盘空间不足"):
        cache.ensure_space(tmp_path / "not" / "yet", 10**18)


@pytest.fixture
def local_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel in a folder that pip is told to take for its registry."""
    folder = tmp_path / "registry"
    folder.mkdir()
    wheel = folder / "sample_tool-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        program = zipfile.ZipInfo("sample_tool/bin/tool")
        program.external_attr = 0o100755 << 16
        archive.writestr(program, "#!/bin/sh\n")
        archive.writestr(
            "sample_tool-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: sample-tool\nVersion: 1.0\n"
        )
        archive.writestr("sample_tool-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("sample_tool-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return wheel


def test_a_wheel_is_unpacked_with_its_modes_and_only_with_the_known_hash(
    local_wheel: Path, tmp_path: Path
) -> None:
    known = hashlib.sha256(local_wheel.read_bytes()).hexdigest()
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    unpack_wheel(Wheel("sample-tool==1.0", known, "any"), good)
    assert os.access(good / "sample_tool" / "bin" / "tool", os.X_OK)

    with pytest.raises(StackError, match="sample-tool"):
        unpack_wheel(Wheel("sample-tool==1.0", "0" * 64, "any"), bad)
    assert not list(bad.iterdir())


def test_a_taken_portal_port_is_one_line_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORTAL_PORT", str(port))
        with pytest.raises(StackError) as told:
            stack.assemble(Layout(tmp_path / "cache", tmp_path / "data"))
    assert f"PORTAL_PORT={port + 1} make run" in str(told.value)
    assert "\n" not in str(told.value)


def test_given_addresses_are_used_and_nothing_is_downloaded_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://given:27017")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "given:9092")
    monkeypatch.setenv("PORTAL_PORT", str(ports.free_ports(1)[0]))
    assembled = stack.assemble(Layout(tmp_path / "cache", tmp_path / "data"))
    assert not assembled.stores
    assert not (tmp_path / "cache").exists()
    for service in ("catalog", "intake", "approval", "notify", "evaluation", "portal"):
        environment = assembled.services[service].environment
        assert environment["MONGODB_URI"] == "mongodb://given:27017"
        assert environment["KAFKA_BOOTSTRAP_SERVERS"] == "given:9092"


def test_another_processor_is_told_on_what_machine_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    with pytest.raises(StackError, match="Linux x86-64 with glibc"):
        machine.check()


def test_ports_stay_the_same_until_somebody_else_takes_one(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = ports.remembered(file, ["a", "b"])
    assert ports.remembered(file, ["a", "b"]) == first
    with socket.create_server(("127.0.0.1", first["a"])):
        second = ports.remembered(file, ["a", "b"])
    assert second["a"] != first["a"]
    assert second["b"] == first["b"]


def test_secrets_are_made_once_for_their_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    file = tmp_path / "secrets.json"
    made = Credentials.kept_in(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert Credentials.kept_in(file) == made
    monkeypatch.setenv("DEMO_PASSWORD", "given-for-today")
    assert Credentials.kept_in(file).demo_password == "given-for-today"
    assert "given-for-today" not in file.read_text()


def test_pages_are_built_again_only_for_other_sources(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.ts").write_text("one")
    before = pages.content_hash(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "installed.js").write_text("whatever")
    assert pages.content_hash(tmp_path) == before
    (tmp_path / "src" / "main.ts").write_text("two")
    assert pages.content_hash(tmp_path) != before


def idle(**environment: str) -> "subprocess.Popen[bytes]":
    """A process that does nothing for ever."""
    return subprocess.Popen(FOREVER, env={**os.environ, **environment}, preexec_fn=die_with_parent)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    """Of a folder of its own; ended with the test."""
    supervised = Supervisor(Layout(tmp_path, tmp_path))
    try:
        yield supervised
    finally:
        supervised.shutdown()


async def test_what_dies_is_started_again_and_stop_ends_all_of_ours_and_no_other(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    def pid() -> int:
        return int(supervisor.processes()[0]["pid"])

    stranger = idle()
    try:
        await asyncio.to_thread(supervisor.launch, {"all": {"idle": Program(FOREVER)}})
        supervisor.start_group("all")
        first = await eventually(pid)
        os.kill(first, signal.SIGKILL)
        second = await eventually(lambda: pid() not in (0, first) and pid())
        await eventually(lambda: second in marks.marked(tmp_path))

        await asyncio.to_thread(supervisor.shutdown)
        assert marks.marked(tmp_path) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_stop_finds_what_a_killed_supervisor_left(supervisor: Supervisor, tmp_path: Path) -> None:
    orphan = idle(**{marks.VARIABLE: marks.value(tmp_path)})
    reaped = asyncio.create_task(asyncio.to_thread(orphan.wait))
    await asyncio.to_thread(supervisor.shutdown)
    assert await reaped == -signal.SIGTERM


async def test_services_end_before_the_stores_that_they_write_to(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    ended = tmp_path / "ended"
    slow = f"""
import pathlib, signal, sys, threading
def end(*_):
    threading.Event().wait(0.5)
    with open({str(ended)!r}, "a") as out:
        out.write(sys.argv[1] + "\\n")
    sys.exit()
signal.signal(signal.SIGTERM, end)
pathlib.Path({str(tmp_path)!r}, sys.argv[1]).touch()
signal.pause()
"""
    groups = {
        "stores": {"store": Program([sys.executable, "-c", slow, "store"])},
        "services": {"service": Program([sys.executable, "-c", slow, "service"])},
    }
    await asyncio.to_thread(supervisor.launch, groups)
    for group in groups:
        supervisor.start_group(group)
    await eventually(lambda: (tmp_path / "store").exists() and (tmp_path / "service").exists())
    await asyncio.to_thread(supervisor.shutdown)
    assert ended.read_text().split() == ["service", "store"]
