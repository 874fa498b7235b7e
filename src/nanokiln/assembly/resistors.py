"""Resistor network of necks on the particle scale: percolation first, then the conductivity of the packing.

Each sphere is one potential, each conducting contact one resistor. A neck of radius x between two spheres of
conductivity sigma is a constriction, R = 1/(2 sigma x) (Maxwell; Holm), so a straight chain of spheres of
radius a in a square array conducts x/a of what a full block would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InputError
from .voxels.measure.unions import unite

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
AXES = 3  # of space


class NetworkTransport(NamedTuple):
    """Conductivity along each axis over that of the spheres' solid, axes that conduct, connected share.

    `connected` is the share of the spheres in clusters that have no end along some axis.
    """

    value: Array
    through: NDArray[np.bool_]
    connected: float

    @property
    def mean(self) -> float:
        """Mean over the axes."""
        return float(np.mean(self.value))


def neck_conductance(neck_radius_nm: Array) -> Array:
    """Return the conductance of a neck over the conductivity of the solid, nm: ``2 x`` (Maxwell, Holm).

    Limits: against the voxel solver on a straight chain it is within 3 % for x/a of 0.3 to 0.5, and 6 % and
    17 % low at 0.6 and 0.7, where a wide neck shortens the way. Thinner necks were not resolved there.
    """
    return 2 * np.asarray(neck_radius_nm, dtype=np.float64)


def network_transport(
    architecture: xr.Dataset, *, conducting: NDArray[np.bool_] | None = None
) -> NetworkTransport:
    """Return the conductivity of a packing of necked spheres.

    Parameters
    ----------
    architecture
        As returned by `architecture.architecture`.
    conducting
        Which contacts carry current, shape (contact,); those bonded unless given.

    Returns
    -------
    NetworkTransport
        A potential falls by one per length of the box along an axis and is periodic otherwise. Zero along
        axes no cluster of conducting contacts runs through.

    Raises
    ------
    InputError
        If `conducting` does not have one entry for each contact.

    Limits
    ------
    Spheres are one potential each: currents that enter and leave a sphere share no way inside it. With wide
    necks the result rises above the bound of Hashin and Shtrikman for the solid's share
    (`voxels.measure.effective`), which then says more. The necks are of the spheres' material.
    """
    bonded = architecture["bonded"].values.astype(bool)
    carried = bonded if conducting is None else np.asarray(conducting, dtype=bool)
    if carried.shape != bonded.shape:
        raise InputError(f"{carried.size} contacts marked as conducting: give one mark for {bonded.size}.")
    carried = carried & (architecture["neck_radius_nm"].values > 0)
    i, j = (architecture[name].values[carried].astype(np.int64) for name in ("contact_i", "contact_j"))
    image = architecture["contact_image"].values[carried].astype(np.int64)
    place, box = architecture["position_nm"].values, float(architecture.attrs["box_nm"])
    parts = unite(len(place), i, j, image)
    through = np.asarray(np.any(parts.wraps, axis=0), dtype=np.bool_)
    live = np.asarray(np.any(parts.wraps, axis=1), dtype=np.bool_)[parts.label]
    value = np.zeros(AXES)
    if through.any():
        used = live[i]
        apart = (place[i] - place[j] - image * box)[used]
        conductance = neck_conductance(architecture["neck_radius_nm"].values[carried][used])
        value = _solve(i[used], j[used], apart, conductance, parts.label)
        value = np.where(through, value / box**AXES, 0.0)
    return NetworkTransport(value, through, float(np.mean(live)))


def _solve(
    i: NDArray[np.int64], j: NDArray[np.int64], apart: Array, conductance: Array, label: NDArray[np.int64]
) -> Array:
    """Return the dissipation of a unit field along each axis, nm3; one sphere of each part is earthed."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.linalg import splu

    nodes, at = np.unique(np.concatenate([i, j]), return_inverse=True)
    a, b = at[: len(i)], at[len(i) :]
    count = len(nodes)
    rows, columns = np.concatenate([a, b, a, b]), np.concatenate([a, b, b, a])
    entries = np.concatenate([conductance, conductance, -conductance, -conductance])
    matrix = coo_matrix((entries, (rows, columns)), shape=(count, count)).tocsc()
    earthed = np.unique(label[nodes], return_index=True)[1]
    free = np.setdiff1d(np.arange(count), earthed)
    drive = conductance[:, None] * apart  # current of each bond in a uniform field
    source = np.zeros((count, AXES))
    np.add.at(source, a, -drive)
    np.add.at(source, b, drive)
    potential = np.zeros((count, AXES))
    if len(free):
        potential[free] = splu(matrix[free][:, free]).solve(source[free])
    drop = apart + potential[a] - potential[b]
    return np.asarray(np.sum(conductance[:, None] * drop * apart, axis=0))
