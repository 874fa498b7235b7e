"""What the furnace hands to the voxel engine: plain numbers along the programme, per mean sphere."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError
from .nucleation import RateLaw

Array = NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """Amounts of melt and solid, wetting and mobility along a firing, and what cooling leaves.

    Parameters
    ----------
    time_s, temperature_K
        Times and temperatures, shape (n,).
    melt_nm3
        Melt between the spheres, per mean sphere, shape (n,).
    recession_nm
        Depth by which the outline of the spheres has receded, shape (n,); a scaffold that stands does not
        count.
    mobility_nm
        Recession of a flat oxide surface in boron oxide without any silica since the start, the integral of
        k_d dt, shape (n,). Sets the pace of Gibbs-Thomson.
    capillary_nm
        Capillary length of silica in the melt, shape (n,).
    silica_share
        Mole fraction of silica in the melt, shape (n,).
    film_cover
        Share of the surface that melt not resolved by the grid coats, shape (n,): 1 on wetted oxide, 0 on
        bare carbon.
    marks
        Names and times of the stages to keep, in order of time.
    hold_end_s
        When the last stay at the highest temperature ends; cooling begins there.
    unmixing_s
        When the melt begins to unmix on cooling; NaN where it never does.
    cos_theta
        Cosine of Young's angle.
    silica_nm3
        Silica dissolved in the melt outside at the end of the hold, with the carbon it carries, per mean
        sphere.
    residue_nm3
        Insoluble matter the melt leaves outside, per mean sphere: silica-rich glass and entrained carbon.
    film_share
        Share of the residue on free surface.
    rate
        Rate law of the wall, for what regrows on cooling.
    network
        Stability of the network relative to cristobalite, J/mol.
    arrested
        Whether the melt stays as one insoluble glass.
    fired, washed, oxide_etched
        What was done to the powder.
    coat_nm
        Coat of boric acid before the furnace.
    shell_nm
        Thickness of the wall of hollow spheres, 0 for full ones.
    carbon_stands
        Whether the carbon of the spheres stands without its oxide.
    residue_carbon_stands
        Whether the carbon of the residue does.
    flow_nm
        Neck radius that viscous flow of the spheres themselves gives (Frenkel), for touching mean spheres.

    Raises
    ------
    InputError
        If the columns differ in length or hold numbers that are not finite.
    """

    time_s: Array
    temperature_K: Array
    melt_nm3: Array
    recession_nm: Array
    mobility_nm: Array
    capillary_nm: Array
    silica_share: Array
    film_cover: Array
    marks: tuple[tuple[str, float], ...]
    hold_end_s: float
    unmixing_s: float
    cos_theta: float
    silica_nm3: float
    residue_nm3: float
    film_share: float
    rate: RateLaw
    network: float
    arrested: bool = False
    fired: bool = True
    washed: bool = True
    oxide_etched: bool = False
    coat_nm: float = 0.0
    shell_nm: float = 0.0
    carbon_stands: bool = False
    residue_carbon_stands: bool = False
    flow_nm: float = 0.0
    _COLUMNS: tuple[str, ...] = field(
        default=(
            "temperature_K", "melt_nm3", "recession_nm", "mobility_nm", "capillary_nm", "silica_share",
            "film_cover",
        ),
        init=False, repr=False,
    )  # fmt: skip

    def __post_init__(self) -> None:
        for name in self._COLUMNS:
            column = getattr(self, name)
            if column.shape != self.time_s.shape or not np.isfinite(column).all():
                raise InputError(
                    f"history.{name} has shape {column.shape} or holds numbers that are not finite; give one "
                    f"finite number for each of the {self.time_s.size} times."
                )

    def at(self, name: str, time: float) -> float:
        """Return a column at a time in s, by linear interpolation."""
        return float(np.interp(time, self.time_s, getattr(self, name)))

    @property
    def has_melt(self) -> bool:
        """Whether melt ever stood between the spheres."""
        return self.fired and float(self.melt_nm3.max(initial=0.0)) > 0

    @property
    def bridging_s(self) -> tuple[float, float]:
        """When melt first stands between the spheres, and when nearly all that comes before leaching does."""
        some = np.flatnonzero(self.melt_nm3 > 0)
        if not len(some):
            return self.time_s[-1], self.time_s[-1]
        begun = self.time_s[some[0]]
        dissolving = np.flatnonzero(self.recession_nm > 0.01 * max(self.recession_nm.max(), 1e-12))
        end = self.time_s[dissolving[0]] if len(dissolving) else self.hold_end_s
        hot = self.time_s <= min(max(end, begun), self.hold_end_s)
        full = np.flatnonzero(hot & (self.melt_nm3 >= _NEARLY * self.melt_nm3[hot].max()))
        return float(begun), float(self.time_s[full[0]]) if len(full) else float(begun)


_NEARLY = 0.9  # share of the melt before leaching at which the spheres count as drawn together
