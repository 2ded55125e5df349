"""The rules: who is told of what (`rules`), and how a notice gets through (`notice`, `delivery`)."""
