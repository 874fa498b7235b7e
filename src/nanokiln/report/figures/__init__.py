"""Figures of the report, one subject per module; each returns matplotlib figures or None without data."""
