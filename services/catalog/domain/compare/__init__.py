"""The same item of several places side by side."""
