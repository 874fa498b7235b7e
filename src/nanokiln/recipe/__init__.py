"""Room recipe."""
