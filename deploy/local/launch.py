"""Becomes one program of the stack, so that secrets stay in a private file and off every command line.

Run by the supervisor; by hand it starts one service: `python -m deploy.local.launch intake`.
"""

import json
import os
import sys

from deploy.local.layout import Layout


def main() -> None:
    """Replace this process by the program named on the command line, as the last start wrote it down."""
    program = json.loads(Layout.of_environment().programs.read_text())[sys.argv[1]]
    os.execve(program["command"][0], program["command"], {**os.environ, **program["environment"]})


if __name__ == "__main__":
    main()
