"""Room halfcell."""
