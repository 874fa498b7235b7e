"""Units, parameter records with sources, evidence, provenance, files, errors."""
