"""What stops the stack, said in one line that names the next step."""


class StackError(Exception):
    """The stack cannot go on; the text is for the person at the terminal, Chinese first, then English."""
