"""Sensitivity of a line: cross-section, depth and transmission."""

from __future__ import annotations

from ...core.errors import unknown_name
from ...core.parameters import Values
from . import parameters as p


def kinetic_energy(binding_energy: float, values: Values, photon_energy: float | None = None) -> float:
    """Return the kinetic energy (eV) of an electron of given binding energy (eV), Fermi-level referenced."""
    return (photon_energy or values[p.PHOTON_ENERGY]) - binding_energy


def depth_ratio(line: str, position: float, values: Values) -> float:
    """Return the inelastic mean free path of a line over that of C 1s.

    Parameters
    ----------
    line
        Name such as ``"B 1s"``; the tabulated value is used where there is one.
    position
        Binding energy, eV, for the power law used elsewhere.
    values
        Parameter values.

    Notes
    -----
    Limits: one matrix (SiO1.5C3); 10-15 % absolute, much less in the ratio. Source: TPP-2M.
    """
    if line in p.IMFP:
        return values[p.IMFP[line]] / values[p.IMFP["C 1s"]]
    carbon = kinetic_energy(values[p.LINE_POSITION["C 1s"]], values)
    ratio = kinetic_energy(position, values) / carbon
    return float(ratio ** values[p.IMFP_EXPONENT])


def transmission_law(position: float, values: Values) -> float:
    """Return the transmission of the virtual analyser relative to C 1s at a binding energy (eV)."""
    carbon = kinetic_energy(values[p.LINE_POSITION["C 1s"]], values)
    ratio = kinetic_energy(position, values) / carbon
    return float(ratio ** values[p.TRANSMISSION_EXPONENT])


def sensitivity(line: str, values: Values, exponent: float = 1.0) -> float:
    """Return the relative sensitivity factor of a line, C 1s = 1: cross-section x depth ratio ^ exponent.

    Parameters
    ----------
    line
        Name such as ``"Si 2p"``.
    values
        Parameter values.
    exponent
        Power of the depth; 1 for a homogeneous surface, 0 for none.

    Raises
    ------
    InputError
        If there is no record for the line.
    """
    if line not in p.CROSS_SECTION:
        raise unknown_name("XPS line", line, p.CROSS_SECTION)
    ratio = depth_ratio(line, values[p.LINE_POSITION[line]], values)
    return values[p.CROSS_SECTION[line]] * float(ratio**exponent)
