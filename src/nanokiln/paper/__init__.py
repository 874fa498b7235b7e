"""The reference study: its recipes, its claims, and the run that holds the software against them."""
