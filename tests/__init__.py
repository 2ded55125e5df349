"""One real broker and database for all levels; each level has one purpose."""
