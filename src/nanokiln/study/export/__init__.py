"""A finished study for others: exchange formats of single techniques, NeXus, and a research-object crate."""
