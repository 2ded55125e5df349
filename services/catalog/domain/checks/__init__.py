"""The lint of a draft, and the word lists it goes by."""
