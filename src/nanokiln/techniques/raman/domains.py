"""Size of carbon domains from D over G: two laws, each with its range, and which of them may be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...core.parameters import Parameter, Values
from ...matter.carbon import DOMAIN_LAW
from . import parameters as par
from .ratios import Combined

_UNIFORM_90 = 0.9  # part of a range that holds 90 % of what is spread evenly over it


@dataclass(frozen=True)
class Domain:
    """Size in nm with its interval, NaN where not resolved, and notes."""

    value: float
    low: float
    high: float
    notes: tuple[str, ...]


def domain_size(
    height: Combined, area: Combined, g_width: Combined, laser_nm: float | None, values: Values
) -> Domain:
    """Return the domain size.

    Parameters
    ----------
    height, area
        D over G by heights and by areas.
    g_width
        Full width of G, 1/cm.
    laser_nm
        Wavelength of the light, None if not known.

    Notes
    -----
    Below 2 nm the ratio of heights rises as c L^2 (Ferrari and Robertson); above, the ratio of areas falls as
    1/L (Tuinstra and Koenig; with the light's wavelength, Cancado). One ratio fits two sizes: the width of G
    decides.
    """
    if laser_nm is None:
        return _open("the file does not say which light was used and both laws depend on it; give laser_nm")
    small = _small(height, values)
    large = _large(area, laser_nm, values)
    wide = values[par.SMALL_WIDTH]
    words = (
        f"by the law below 2 nm (heights, 514 nm light): {small[0]:.2f} [{small[1]:.2f}-{small[2]:.2f}] nm",
        f"by the law above 2 nm (areas, {laser_nm:g} nm light): {large[0]:.1f} "
        f"[{large[1]:.1f}-{large[2]:.1f}] nm",
        "the ratio rises with the size below 2 nm and falls above, so one ratio fits both; the width of G "
        f"({g_width.value:.0f} 1/cm, below 2 nm if above {wide:g}) decides; boron is in neither law",
    )
    if g_width.low > wide:
        if not par.LAW_LIGHT.low <= laser_nm <= par.LAW_LIGHT.high:
            return _open(f"the law below 2 nm is given for 514 nm light, not for {laser_nm:g} nm", *words[1:])
        if small[0] > values[par.SMALL_LIMIT]:
            return _open("G is too wide for large domains and the ratio too high for small ones", *words)
        return Domain(*small, (words[0], *words[1:]))
    if g_width.high < wide:
        if large[0] < values[par.SMALL_LIMIT]:
            return _open("G is too narrow for small domains and the ratio too high for large ones", *words)
        return Domain(*large, (words[1], words[0], words[2]))
    return _open("the width of G does not decide between the two laws", *words)


def _open(why: str, *words: str) -> Domain:
    return Domain(np.nan, np.nan, np.nan, (f"not resolved: {why}", *words))


def _small(height: Combined, values: Values) -> tuple[float, float, float]:
    law = values[DOMAIN_LAW]
    return _size(height, DOMAIN_LAW, lambda r, c: np.sqrt(max(r, 0.0) / (c * law)))


def _large(area: Combined, laser_nm: float, values: Values) -> tuple[float, float, float]:
    law = values[par.LARGE_LAW] * laser_nm**4
    return _size(area, par.LARGE_LAW, lambda r, c: c * law / max(r, 1e-9))


def _size(
    ratio: Combined, constant: Parameter, law: Callable[[float, float], float]
) -> tuple[float, float, float]:
    """Return value and interval: relative errors of ratio and law added in squares.

    The constant may lie anywhere in its range; the middle 90 % of it count.
    """
    low, high = (1 + _UNIFORM_90 * (end / constant.value - 1) for end in (constant.low, constant.high))
    value = float(law(ratio.value, 1.0))
    ends = [float(law(r, 1.0)) for r in (ratio.low, ratio.high)]
    laws = [float(law(ratio.value, c)) for c in (low, high)]
    down = np.hypot(value - min(ends), value - min(laws))
    up = np.hypot(max(ends) - value, max(laws) - value)
    return value, max(value - float(down), 0.0), value + float(up)
