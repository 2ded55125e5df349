"""The processes of the stack under supervisord (a kept library), which starts again what dies."""

import contextlib
import http.client
import json
import os
import shlex
import subprocess
import sys
import xmlrpc.client
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from supervisor.xmlrpc import SupervisorTransport

from deploy.local import marks
from deploy.local.layout import PROJECT, Layout
from deploy.local.problems import StackError
from deploy.local.waiting import wait_until

LONGEST_SOCKET_PATH = 100
"""Linux takes 107 bytes, and supervisord adds its pid while it makes the socket."""
ENDED_WITHIN = 90.0
FAILED = ("BACKOFF", "FATAL")

DAEMON = """\
[unix_http_server]
file={socket}
chmod=0700

[supervisord]
nodaemon=true
silent=true
logfile={logs}/supervisord.log
logfile_maxbytes=5MB
pidfile={data}/supervisord.pid
childlogdir={logs}
directory={project}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

GROUP = """
[group:{name}]
programs={programs}
priority={priority}
"""

PROGRAM = """
[program:{name}]
command={command}
autostart=false
autorestart=true
startsecs=1
startretries=1000
stopwaitsecs=25
stopasgroup=false
killasgroup=true
redirect_stderr=true
stdout_logfile={logs}/{name}.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=1
"""


class Runnable(Protocol):
    """What can be put under the supervisor."""

    @property
    def command(self) -> list[str]:
        """The command line."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What it adds to the environment."""


class Supervisor:
    """Starts, asks and ends the supervisord of one data folder."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._configuration = layout.data / "supervisord.conf"
        self._socket = _socket(layout.data)

    @property
    def _rpc(self) -> Any:
        # A new connection for each call: the transport keeps a broken one. It goes to the socket, whatever
        # the address says.
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def _ask(self, question: str, *arguments: object) -> Any:
        try:
            return getattr(self._rpc, question)(*arguments)
        except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
            raise StackError(
                f"进程已被停止。 The processes were stopped from elsewhere ({error})."
            ) from error

    def launch(self, groups: Mapping[str, Mapping[str, Runnable]]) -> None:
        """Start supervisord over groups of programs, none of them started; the first group ends last.

        It outlives a `run` that is killed, until `stop`.
        """
        self._layout.logs.mkdir(parents=True, exist_ok=True)
        self._write_programs(groups)
        self._configuration.write_text(self._configured(groups))
        subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._configuration)],
            env={
                **os.environ,
                "STACK_DATA": str(self._layout.data),  # for `launch`, wherever the folder came from
                marks.VARIABLE: marks.value(self._layout.data),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches `run` alone, which ends the others in order
        )
        wait_until(self.is_running, within=20, what="supervisord")

    def _write_programs(self, groups: Mapping[str, Mapping[str, Runnable]]) -> None:
        programs = {
            name: {"command": program.command, "environment": dict(program.environment)}
            for group in groups.values()
            for name, program in group.items()
        }
        private = os.open(self._layout.programs, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(private, "w") as out:
            json.dump(programs, out, indent=2, ensure_ascii=False)

    def _configured(self, groups: Mapping[str, Mapping[str, Runnable]]) -> str:
        def literal(value: object) -> str:
            return str(value).replace("%", "%%")

        logs = literal(self._layout.logs)
        places = {"data": literal(self._layout.data), "project": literal(PROJECT), "logs": logs}
        parts = [DAEMON.format(socket=literal(self._socket), **places)]
        for position, (group, programs) in enumerate(groups.items()):
            parts.append(GROUP.format(name=group, programs=",".join(programs), priority=10 * (position + 1)))
            for name in programs:
                command = literal(shlex.join([sys.executable, "-m", "deploy.local.launch", name]))
                parts.append(PROGRAM.format(name=name, command=command, logs=logs))
        return "".join(parts)

    def is_running(self) -> bool:
        """Whether supervisord answers on its socket, were it only that it is shutting down."""
        try:
            return bool(self._rpc.getState())
        except xmlrpc.client.Fault:
            return True
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False

    def start_group(self, group: str) -> None:
        """Start every program of the group without waiting for any."""
        self._ask("startProcessGroup", group, False)

    def processes(self) -> list[dict[str, Any]]:
        """What supervisord knows of each process: name, group, statename, pid, start."""
        return cast(list[dict[str, Any]], self._ask("getAllProcessInfo"))

    def failed(self) -> list[str]:
        """Names of the processes that have ended at least once since `launch`."""
        processes = self.processes()
        return [str(p["name"]) for p in processes if p["statename"] in FAILED or p["stop"] > 0]

    def log(self, name: str) -> Path:
        """Where the output of a process goes."""
        return self._layout.logs / f"{name}.log"

    def shutdown(self) -> None:
        """End everything in order, and by force what is left; returns when nothing of it runs."""
        if self.is_running():
            with contextlib.suppress(StackError):  # somebody else has begun it
                self._ask("shutdown")
            wait_until(lambda: not self.is_running(), within=ENDED_WITHIN, what="supervisord")
        marks.end_all(self._layout.data)


def _socket(data: Path) -> Path:
    near = data / "supervisor.sock"
    if len(str(near).encode()) <= LONGEST_SOCKET_PATH:
        return near
    return Path("/tmp") / f"yichuang-{os.getuid()}-{marks.value(data)[:16]}.sock"
