"""The rules of intake: plain Python, no I/O; the present instant and all ids come in as arguments."""
