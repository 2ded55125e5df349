"""`python -m deploy.local run|stop|reset|broker|status|pages`: the stack from the command line."""

import argparse
import shutil
import sys

from deploy.local import marks, pages
from deploy.local.layout import Layout
from deploy.local.problems import StackError
from deploy.local.progress import step
from deploy.local.run import run
from deploy.local.supervision import Supervisor

OURS = ("mongod", "kafka", "logs")
OUR_FILES = ("ports.json", "secrets.json", "programs.json", "supervisord.conf")


def main() -> None:
    """Run one command; what stops it is one line and exit code 1."""
    arguments = _parser().parse_args()
    layout = Layout.of_environment()
    try:
        arguments.act(layout, arguments)
    except StackError as error:
        sys.exit(f"✗ {error}")
    except KeyboardInterrupt:
        sys.exit("已取消 cancelled")
    except OSError as error:  # no space, no permission: the system's own words name the file
        sys.exit(f"✗ {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    command = commands.add_parser("run", help="start everything and stay until Ctrl-C")
    command.add_argument("--no-sample", action="store_true", help="do not load the sample catalog and case")
    command.set_defaults(act=lambda layout, given: run(layout, sample=not given.no_sample))
    command = commands.add_parser("broker", help="start MongoDB and Kafka alone and stay until Ctrl-C")
    command.set_defaults(act=lambda layout, given: run(layout, with_services=False))
    command = commands.add_parser("stop", help="end all that run started, and only that")
    command.set_defaults(act=lambda layout, given: _stop(layout))
    command = commands.add_parser("reset", help="clear the stack's data after asking")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.set_defaults(act=lambda layout, given: _reset(layout, given.yes))
    command = commands.add_parser("status", help="show the processes")
    command.set_defaults(act=lambda layout, given: _status(layout))
    command = commands.add_parser("pages", help="build the web pages when their sources changed")
    command.set_defaults(act=lambda layout, given: pages.install(layout.cache))
    return parser


def _stop(layout: Layout) -> None:
    supervisor = Supervisor(layout)
    if not (supervisor.is_running() or marks.marked(layout.data)):
        print("  没有在运行 nothing is running")
        return
    with step("停止全部进程 stopping"):
        supervisor.shutdown()


def _reset(layout: Layout, sure: bool) -> None:
    if Supervisor(layout).is_running() or marks.marked(layout.data):
        raise StackError("正在运行，先执行 make stop。 It is running; make stop first.")
    if not sure:
        print(f"  将删除 {layout.data} 中的全部本机数据（办件、事项、账号）。 All local data will go.")
        if not sys.stdin.isatty() or input("  确定？输入 yes:").strip() != "yes":
            raise StackError("未删除任何数据。 Nothing was deleted (make reset YES=1 does not ask).")
    for name in OURS:
        if (layout.data / name).exists():
            shutil.rmtree(layout.data / name)
    for name in OUR_FILES:
        (layout.data / name).unlink(missing_ok=True)
    print("  已清空 cleared")


def _status(layout: Layout) -> None:
    supervisor = Supervisor(layout)
    if not supervisor.is_running():
        raise StackError("没有在运行。 Nothing is running.")
    for process in supervisor.processes():
        seconds = process["now"] - process["start"] if process["statename"] == "RUNNING" else 0
        print(f"  {process['name']:<12}{process['statename']:<10}pid {process['pid']:<8}{seconds} s")


main()
