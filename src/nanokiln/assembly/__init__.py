"""Shape: spheres pulled together by melt, their contacts and necks.

`architecture` runs the particle scale: a loose powder (`loose_packing`), its rearrangement by melt bridges
(`rearrange`), and the contact network with the necks that stand after the wash.
"""

from .architecture import architecture, describe
from .bridging import Bridging
from .loose import loose_packing
from .packing import Packing
from .rearrangement import rearrange

__all__ = ["Bridging", "Packing", "architecture", "describe", "loose_packing", "rearrange"]
