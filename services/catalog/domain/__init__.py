"""Rules of the catalog: items and their versions, the lint, tables, the directory. Pure."""
