"""Whether the local stack can run on this machine; standard library only, since nothing is installed yet."""

import platform
import sys

from deploy.local.problems import StackError

OLDEST_PYTHON = (3, 11)


def check() -> None:
    """Refuse another system or processor, a C library without the programs' ABI, or too old a Python."""
    system, processor, (libc, _) = platform.system(), platform.machine(), platform.libc_ver()
    if (system, processor, libc) != ("Linux", "x86_64", "glibc"):
        raise StackError(
            f"本机直接运行需要 Linux x86-64（glibc），这里是 {system} {processor} {libc}".rstrip()
            + "；请在 Linux x86-64 的机器或虚拟机（如 Debian、Ubuntu、openEuler）里运行。"
            " It needs Linux x86-64 with glibc; run it on such a machine or in a virtual machine."
        )
    if sys.version_info < OLDEST_PYTHON:
        raise StackError(
            f"需要 Python 3.11 或更新，这里是 {platform.python_version()}；可用 make PYTHON=python3.11 指定。"
            " Python 3.11 or newer is needed; name it with make PYTHON=python3.11."
        )


if __name__ == "__main__":
    try:
        check()
    except StackError as error:
        sys.exit(f"✗ {error}")
