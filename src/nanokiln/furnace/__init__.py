"""Room furnace."""
