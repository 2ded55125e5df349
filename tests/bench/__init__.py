"""Figures; asserts none."""
