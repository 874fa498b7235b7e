"""Parameter records that only models with an electrolyte need: separator, electrolyte, counter electrode."""

from __future__ import annotations

from ..core.parameters import Parameter

_COIN = "assumed: the article's main text gives no value; customary for coin half cells"
_NYMAN = "1 mol/l LiPF6 in EC/EMC: Nyman, Behm & Lindbergh, Electrochim. Acta 53 (2008) 6356"

SEPARATOR_THICKNESS = Parameter("halfcell.separator_thickness", 25.0, "um", 16.0, 260.0, _COIN, "C")
SEPARATOR_POROSITY = Parameter("halfcell.separator_porosity", 0.4, "1", 0.35, 0.6, _COIN, "C")
BRUGGEMAN = Parameter(
    "halfcell.bruggeman", 1.5, "1", 1.5, 2.5, "assumed: packed spheres; effective over bulk = porosity^b", "C"
)
CONCENTRATION = Parameter("halfcell.salt", 1.0, "mol/l", 0.8, 1.2, _COIN, "C")
TRANSFERENCE = Parameter("halfcell.transference", 0.2594, "1", 0.2, 0.4, _NYMAN, "M")
LITHIUM_EXCHANGE = Parameter(
    "halfcell.lithium_exchange", 1e4, "A/m^2", 1e4, 1e4,
    "so large that the counter electrode does not count, as in the half cell itself", "exact",
)  # fmt: skip
LITHIUM_THICKNESS = Parameter("halfcell.lithium_thickness", 600.0, "um", 250.0, 1000.0, _COIN, "C")
