"""Fatigue of necks: how many cycles a neck stands, and what is left of the network.

The misfit of swelling neighbours is spread over the sphere and concentrated in the neck, so the stress goes
as (a/x)^p with p from 1 to 2, and the stress intensity K = 1.12 s sqrt(pi f x) as x^(1/2 - p): thin necks
fail first. A crack grows by C (K/K_Ic)^n per cycle. The life of a neck of fixed relative flaw is thus
N = N_ref (x/x_ref)^((p - 1/2) n + 1), and one observation, the onset of fading of B-SiOC-1, sets N_ref.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.parameters import Parameter, Values
from . import ageing_parameters as p

if TYPE_CHECKING:
    import xarray as xr

    from ..assembly.resistors import NetworkTransport

Array = NDArray[np.float64]
CRACK_FORM = Parameter(
    "halfcell.crack_form", 1.12, "1", 1.12, 1.12, "edge crack in tension, any handbook of fracture", "M"
)
_NM, _GPA, _MPA = 1e-9, 1e9, 1e6  # SI prefixes
_LONGEST = 1e12  # cycles: nobody counts further


def flaw_power(values: Values) -> float:
    """Return how life falls with the size of the flaw: N goes as flaw^-(n/2 - 1)."""
    return values[p.FATIGUE_EXPONENT] / 2 - 1


def median_life(neck_ratio: ArrayLike, values: Values) -> Array:
    """Return the life in cycles of a neck with the median flaw.

    Parameters
    ----------
    neck_ratio
        x/a, any shape.

    Notes
    -----
    Source: data sheet section 10 with the corrected sign of the size effect; calibrated so that a share
    `ONSET_SHARE` of necks of x/a `ONSET_NECK` is broken at `FADE_ONSET` cycles (C126). Limits: all cycles
    strain alike; healing and plasticity left out.
    """
    from scipy.stats import norm

    n = values[p.FATIGUE_EXPONENT]
    power = (values[p.STRESS_POWER] - 1 / 2) * n + 1  # the flaw grows with x: one more
    early = math.exp(flaw_power(values) * values[p.FLAW_SPREAD] * norm.ppf(values[p.ONSET_SHARE]))
    reference = values[p.FADE_ONSET] / early
    with np.errstate(over="ignore"):
        life = reference * (np.asarray(neck_ratio, dtype=np.float64) / values[p.ONSET_NECK]) ** power
    return np.minimum(life, _LONGEST)


def broken_share(neck_ratio: ArrayLike, cycles: float, values: Values) -> Array:
    """Return the share of necks of this x/a that is broken after `cycles`."""
    from scipy.stats import norm

    width = flaw_power(values) * values[p.FLAW_SPREAD]
    life = np.maximum(median_life(neck_ratio, values), 1 / _LONGEST)
    return np.asarray(norm.cdf(np.log(max(cycles, 1 / _LONGEST) / life) / width))


def onset(neck_ratio: ArrayLike, values: Values) -> Array:
    """Return the cycle at which the share `ONSET_SHARE` of necks is broken."""
    from scipy.stats import norm

    early = math.exp(flaw_power(values) * values[p.FLAW_SPREAD] * norm.ppf(values[p.ONSET_SHARE]))
    return np.minimum(median_life(neck_ratio, values) * early, _LONGEST)


def needed_stress_GPa(neck_ratio: float, radius_nm: float, values: Values) -> float:
    """Return the stress in a neck that makes it fail after its median life (GPa).

    Notes
    -----
    Integrates da/dN = C (K/K_Ic)^n from the flaw to fracture, n > 2. To be held against
    `expected_stress_GPa`: the calibration hides the difference.
    """
    n = values[p.FATIGUE_EXPONENT]
    flaw = values[p.FLAW_SHARE] * neck_ratio * radius_nm * _NM
    life = float(median_life(neck_ratio, values))
    ratio = (flaw / ((n / 2 - 1) * values[p.CRACK_STEP] * life)) ** (1 / n)
    intensity = ratio * values[p.TOUGHNESS] * _MPA
    return intensity / (values[CRACK_FORM] * math.sqrt(math.pi * flaw)) / _GPA


def expected_stress_GPa(neck_ratio: float, values: Values) -> float:
    """Return E (e/3) chi (a/x)^p (GPa), the stress the data sheet's numbers give."""
    strain = values[p.SWELLING] / 3 * values[p.MISFIT]
    return values[p.MODULUS] * strain * float(neck_ratio) ** -values[p.STRESS_POWER]


def neck_lives(architecture: xr.Dataset, values: Values, rng: np.random.Generator) -> Array:
    """Return the life in cycles of every contact, shape (contact,), flaws drawn once."""
    ratio = architecture["neck_ratio"].values
    scatter = rng.standard_normal(len(ratio)) * values[p.FLAW_SPREAD]
    return median_life(ratio, values) * np.exp(-flaw_power(values) * scatter)


def standing(architecture: xr.Dataset, lives: Array, cycles: float) -> NDArray[np.bool_]:
    """Return which contacts are still bonded after `cycles`, shape (contact,)."""
    return np.asarray(architecture["bonded"].values.astype(bool) & (lives > cycles))


def worn_network(architecture: xr.Dataset, lives: Array, cycles: float) -> NetworkTransport:
    """Return the network of necks after `cycles`, computed anew."""
    from ..assembly.resistors import network_transport

    return network_transport(architecture, conducting=standing(architecture, lives, cycles))


def worn_architecture(architecture: xr.Dataset, lives: Array, cycles: float) -> xr.Dataset:
    """Return the architecture after `cycles`, for the virtual microscopes: broken necks are not bonded."""
    left = standing(architecture, lives, cycles)
    touching = architecture["touching"].values.astype(bool)
    share = float(np.sum(left & touching) / max(np.sum(touching), 1))
    changed = architecture.assign(bonded=("contact", left, architecture["bonded"].attrs))
    return changed.assign_attrs(bonded_fraction=share, cycles=float(cycles))
