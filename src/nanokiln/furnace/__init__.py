"""Heat: chemistry of boric acid on spheres along the temperature programme."""

from .firing import REGIMES, Firing, fire

__all__ = ["REGIMES", "Firing", "fire"]
