"""Use cases of the catalog: load, one domain call, save."""
