"""Things break, and nothing is lost or doubled."""
