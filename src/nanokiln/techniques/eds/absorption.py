"""What the sample itself takes of the X-rays on their way to the detector."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .atomic import attenuation, main_energy
from .scene import Scene

Array = NDArray[np.float64]
_MEAN_STEPS = 201  # points along the beam through a sphere; 101 change the mean by less than 1e-4


def escape_path(opacity: Array, step: float, elevation: float) -> Array:
    """Return the integral of an opacity from every point out to the detector.

    Parameters
    ----------
    opacity
        Opacity per length on (x, y, z).
    step
        Edge of a voxel in that length.
    elevation
        Take-off angle over the plane, radian; the way goes along y and up z.

    Returns
    -------
    ndarray
        Same shape, without unit; right to a quarter of a voxel at a surface. Nothing absorbs
        outside the grid.
    """
    steep = elevation > math.pi / 4
    field = np.swapaxes(opacity, 1, 2) if steep else opacity
    slope = 1 / math.tan(elevation) if steep else math.tan(elevation)
    length = step * math.hypot(1.0, slope)
    result = np.zeros(field.shape, dtype=np.float64)
    for j in range(field.shape[1] - 2, -1, -1):
        ahead = _shifted(result[:, j + 1] + field[:, j + 1] * (length / 2), slope)
        result[:, j] = ahead + field[:, j] * (length / 2)
    return np.swapaxes(result, 1, 2) if steep else result


def _shifted(plane: Array, by: float) -> Array:
    """Return ``plane[:, z + by]``, zero beyond the end; `by` is 0 to 1."""
    moved = (1 - by) * plane
    moved[:, :-1] += by * plane[:, 1:]
    return moved


def seen_thickness(scene: Scene, elevation: float) -> tuple[dict[str, Array], float]:
    """Return the mass per area that each element seems to have to the detector, and the mean way out.

    Parameters
    ----------
    scene
        What stands under the beam.
    elevation
        Take-off angle, radian.

    Returns
    -------
    dict, float
        Element to g/cm2 on (x, y), what is absorbed taken off; mass on the way out averaged over all matter,
        g/cm2.

    Limits: each family at its main line; no fluorescence by what is absorbed.
    """
    seen = {}
    for element, density in scene.density.items():
        energy = main_energy(element)
        opacity = sum(d.astype(np.float64) * attenuation(e, energy) for e, d in scene.density.items())
        way = escape_path(np.asarray(opacity), scene.step_cm, elevation)
        seen[element] = (density * np.exp(-way)).sum(axis=2) * scene.step_cm
    total = np.asarray(sum(d.astype(np.float64) for d in scene.density.values()))
    mass = float(total.sum())
    way = escape_path(total, scene.step_cm, elevation)
    return seen, float((way * total).sum()) / mass if mass > 0 else 0.0


def composition_attenuation(mass: Mapping[str, float], energy: float) -> float:
    """Return the mass attenuation of a mixture at an energy (eV), cm2/g; `mass` gives its fractions."""
    return sum(share * attenuation(e, energy) for e, share in mass.items())


def correction(
    mass: Mapping[str, float], element: str, mass_thickness: float, elevation: float, shape: str
) -> float:
    """Return the share of the X-rays of an element that leave a sample, for the analysis.

    Parameters
    ----------
    mass
        Mass fractions.
    element
        Whose main line.
    mass_thickness
        Mass per area along the beam, g/cm2.
    elevation
        Take-off angle, radian.
    shape
        ``film`` (flat, level) or ``sphere`` (beam through its middle).
    """
    depth = composition_attenuation(mass, main_energy(element)) * mass_thickness
    if shape == "film":
        depth /= math.sin(elevation)
        return -math.expm1(-depth) / depth if depth > 0 else 1.0
    # a point at height h (from -1 to 1 radius) on the axis leaves after sqrt(1 - h^2 cos^2 a) - h sin a radii
    h = np.linspace(-1.0, 1.0, _MEAN_STEPS)
    way = np.sqrt(1 - (h * math.cos(elevation)) ** 2) - h * math.sin(elevation)
    return float(np.trapezoid(np.exp(-depth * way / 2), h) / 2)
