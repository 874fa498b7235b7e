"""A fit in the words of CasaXPS: lines for the comments of a VAMAS block, where CasaXPS finds them.

Layout as CasaXPS writes it (seen in its files): one line for the region with its background, one per
component with area (counts x eV), width and position; energies are kinetic. Our line is the sum of Gaussian
and Lorentzian, which CasaXPS calls SGL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from ...core.parameters import Values
from . import parameters as p
from .analyse import checked, fit, fitted_region
from .fit import RegionFit
from .regions import pick_group

if TYPE_CHECKING:
    from ...core.measurement import Measurement

_MOST_AREA = 100.0  # upper bound of an area, in units of the fitted one
_PER_CENT = 100.0


def with_fit(
    measurements: Sequence[Measurement], choices: Mapping[str, Any] | None = None
) -> list[Measurement]:
    """Return the measurements, the fitted region with its fit in the words of CasaXPS.

    Parameters
    ----------
    measurements
        Regions and surveys of one place.
    choices
        As for `analyse.analyse`; they say which region is fitted and how.

    Returns
    -------
    list of Measurement
        The same data; ``settings["casa_fit"]`` of the fitted region holds the lines, which the VAMAS writer
        puts into the comments of its block.

    Raises
    ------
    InputError
        If there is no region to fit, or its lines are asymmetric, which CasaXPS has no equal shape for.
    """
    filled = checked(choices)
    found = fit(measurements, filled)
    if found is None:
        raise InputError("there is no region to fit. Give B 1s, C 1s or the choice 'components'.")
    group, _ = pick_group(measurements, filled["group"])
    target = fitted_region(group, filled)
    assert target is not None
    photon = float(target[0].settings.get("photon_energy_eV") or Values()[p.PHOTON_ENERGY])
    lines = describe(found[0], found[1], photon)
    return [
        replace(m, settings={**m.settings, "casa_fit": lines}) if m is target[0] else m for m in measurements
    ]


def describe(fitted: RegionFit, line: str, photon: float) -> list[str]:
    """Return the lines ``CASA region`` and ``CASA comp`` of a fit.

    Parameters
    ----------
    fitted
        The fit; its typical draw is described.
    line
        Its line, such as ``"B 1s"``.
    photon
        Photon energy, eV.

    Raises
    ------
    InputError
        If the lines are asymmetric.
    """
    area, position, width, mixing, asymmetry, *_ = fitted.layout.split(fitted.typical())
    if asymmetry > 0:
        raise InputError("CasaXPS has no shape equal to these asymmetric lines. Fit with asymmetry=0.")
    values = Values()
    factor = values[p.CROSS_SECTION[line]] if line in p.CROSS_SECTION else 1.0
    element = line.split()[0]
    mass = values[p.ATOMIC_MASS[element]] if element in p.ATOMIC_MASS else 0.0
    background = "U 2 Tougaard" if fitted.layout.loss else "Shirley"
    first, last = photon - fitted.energy[-1], photon - fitted.energy[0]
    out = [
        f"CASA region (*{line}*) (*{background}*) {first:.8g} {last:.8g} {factor:g} 2 0 0 0 0 0 0 "
        f"(*{line}*) {mass:g} 0 {factor:g}"
    ]
    windows = zip(fitted.choices.components, position, strict=True)
    low, high = fitted.choices.width_range
    for index, (component, centre) in enumerate(windows):
        doublet = ((component.splitting, component.partner),) if component.partner else ()
        for shift, share in ((0.0, 1.0 - component.partner), *doublet):
            amount, at = float(area[index]) * share, photon - centre - shift
            out.append(
                f"CASA comp (*{line} {component.name}*) (*SGL({_PER_CENT * mixing:.3g})*) "
                f"Area {amount:.8g} 0 {_MOST_AREA * max(amount, 1.0):.8g} -1 1 "
                f"MFWHM {float(width[index]):.8g} {low:g} {high:g} -1 1 "
                f"Position {at:.8g} {at - component.window:.8g} {at + component.window:.8g} -1 1 "
                f"RSF {factor:g} MASS {mass:g} INDEX -1 (*{line}*) CONST (**) UNCORRECTEDRSF {factor:g}"
            )
    return out
