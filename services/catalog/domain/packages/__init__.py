"""一件事: several items joined for one event in people's lives (mission C11, seed 001 三(三)1)."""
