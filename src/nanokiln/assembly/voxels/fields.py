"""The profile of the solid and the wall term that every voxel kernel shares.

Lengths are in voxels. The solid is carried by its signed distance phi (positive inside); its phase field s is
computed from phi, never stepped. Melt sees the solid only through the wall term w, which is built so that a
flat dry wall stays dry and a flat wetted wall stays wetted exactly on the grid.
"""

import numpy as np

ETA = 6  # voxels, whole width of a diffuse interface: 4 is too coarse for Young's law, 5 usable, 8 for checks

# voxels a stored distance reaches beyond half an interface before it is clamped: second-order differences
# read two, one is room for motion between redistancings
MARGIN = 3


def reach(eta: float = ETA) -> float:
    """Largest stored magnitude of the signed distance.

    Parameters
    ----------
    eta : float, voxels
        Interface width.

    Returns
    -------
    float, voxels
    """
    return eta / 2 + MARGIN


def stiffness(eta: float = ETA) -> float:
    """Gradient coefficient k that makes the sine profile exact on the grid.

    The continuum value is eta^2/pi^2; the discrete Laplacian of a sine needs 1/(2 - 2 cos(pi/eta)) instead.

    Parameters
    ----------
    eta : float, voxels
        Interface width.

    Returns
    -------
    float, voxels^2
    """
    return 1 / (2 - 2 * float(np.cos(np.pi / eta)))


def profile(phi: np.ndarray, eta: float = ETA) -> np.ndarray:
    """Phase field of the solid from its signed distance.

    Parameters
    ----------
    phi : array, any shape, voxels
        Signed distance, positive in the solid.
    eta : float, voxels
        Interface width.

    Returns
    -------
    array, like phi, dimensionless
        1/2 + 1/2 sin(pi phi/eta), exactly 0 and 1 beyond half the width.
    """
    phi = np.asarray(phi)
    clamped = np.clip(phi / phi.dtype.type(eta), -0.5, 0.5)
    return 0.5 + 0.5 * np.sin(phi.dtype.type(np.pi) * clamped)


def profile_slope(phi: np.ndarray, eta: float = ETA) -> np.ndarray:
    """Differentiate `profile` with respect to the distance.

    Parameters
    ----------
    phi : array, any shape, voxels
        Signed distance, positive in the solid.
    eta : float, voxels
        Interface width.

    Returns
    -------
    array, like phi, 1/voxel
        (pi/2 eta) cos(pi phi/eta), 0 beyond half the width.
    """
    phi = np.asarray(phi)
    real = phi.dtype.type
    inside = np.abs(phi) < real(eta / 2)
    slope = real(np.pi / (2 * eta)) * np.cos(real(np.pi / eta) * phi)
    return np.where(inside, slope, real(0))


def laplacian(field: np.ndarray) -> np.ndarray:
    """Seven-point Laplacian in a periodic box.

    Parameters
    ----------
    field : array, shape (nx, ny, nz)

    Returns
    -------
    array, like field, per voxel^2
    """
    total = -2 * field.ndim * field
    for axis in range(field.ndim):
        total = total + np.roll(field, 1, axis) + np.roll(field, -1, axis)
    return total


def wall_term(s: np.ndarray, cos_theta: float | np.ndarray, eta: float = ETA) -> np.ndarray:
    """Wall term w = 1 - (1 + cos theta)(s + k lap s) that the melt feels.

    Parameters
    ----------
    s : array, shape (nx, ny, nz), dimensionless
        Phase field of the solid.
    cos_theta : float or array like s, dimensionless
        Cosine of Young's angle; may vary in space, slowly over eta.
    eta : float, voxels
        Interface width.

    Returns
    -------
    array, like s, dimensionless

    Limits
    ------
    The curvature of s belongs to it: with w from s alone, rings come out with a waist 12 to 18 % small.
    """
    s = np.asarray(s)
    real = s.dtype.type
    factor = np.asarray(1 + np.asarray(cos_theta), dtype=s.dtype)
    return real(1) - factor * (s + real(stiffness(eta)) * laplacian(s))
