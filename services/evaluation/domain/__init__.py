"""The rules: what is known of a case (`facts`), rating it (`rating`), what is counted (`figures`)."""
