"""惠企政策: policies, whom they fit, and what became of each proposal."""
