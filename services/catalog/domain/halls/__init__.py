"""Which item is handled in which hall, and which is not and why."""
