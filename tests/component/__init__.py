"""One service, or one part of the stack, on the real database and broker."""
