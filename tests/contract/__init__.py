"""Examples and drift of what crosses a service boundary."""
