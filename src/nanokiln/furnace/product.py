"""Cool, seal and wash: from the hot state to what comes out of the furnace, one mass balance for all.

Follows the order of computation of the mechanism (cool, seal, wash). All arrays run over the nodes of
local feed; amounts in mmol, areas in m2, volumes in cm3 per gram of precursor.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..core.errors import PhysicsError
from ..matter import borosilicate, carbon
from . import kinetics as k
from . import parameters as p
from .setup import Setup

Nodes = NDArray[np.float64]
_INTEGRATION = 1e-6  # mmol/g; negative amounts this small are the integrator's tolerance
_NEGATIVE = -1e-9  # mmol/g; a reservoir below this is an error, above it round-off


@dataclass(frozen=True)
class Product:
    """Reservoirs and shape of the product, one value per node of local feed.

    Boron (mmol/g): `lining` (bound on the wall and insoluble), `edge_wall`, `edge_freed`, `plane`, `residue`
    (in the silica-rich residue), `trapped` (glass in sealed pores), `glass` (melt that stays as one insoluble
    glass), `vapour`, `washed`. Silicon: `dissolved`, of it `silica_outside`, `silica_inside`,
    `silica_sealed`,
    `silica_washed`. Shape: `lining_nm`, `volume_out`, `pore_left` (pore volume inside the lining), `inside`
    (share of the wetted wall in pores), `recession_nm`, `residue_nm`, `sealed` (share of pores), `outside`
    (share of melt outside), `free_oxide` (B2O3 of the melt).
    """

    fed: Nodes
    lining: Nodes
    edge_wall: Nodes
    edge_freed: Nodes
    plane: Nodes
    oxygen_groups: Nodes
    residue: Nodes
    trapped: Nodes
    glass: Nodes
    vapour: Nodes
    washed: Nodes
    dissolved: Nodes
    silica_outside: Nodes
    silica_inside: Nodes
    silica_sealed: Nodes
    silica_washed: Nodes
    co: Nodes
    lining_nm: Nodes
    volume_out: Nodes
    pore_left: Nodes
    inside: Nodes
    outside: Nodes
    recession_nm: Nodes
    residue_nm: Nodes
    sealed: Nodes
    free_oxide: Nodes
    leached: Nodes

    def mean(self, setup: Setup) -> dict[str, float]:
        """Return the averages over the local feed."""
        return {f.name: float(getattr(self, f.name) @ setup.weights) for f in fields(self)}


def split_state(state: Nodes) -> tuple[Nodes, Nodes]:
    """Return a state vector as its shared part, shape (6,), and its local part, shape (7, nodes)."""
    return state[: k.GLOBALS], state[k.GLOBALS :].reshape(-1, k.PER_NODE).T


def finish(setup: Setup, shared: Nodes, local: Nodes) -> Product:
    """Cool, seal and wash one hot state.

    Parameters
    ----------
    setup
        Setup of the firing.
    shared, local
        Parts of the state vector: shape (6,) and (7, nodes).

    Returns
    -------
    Product
        What is left after the washes; without a wash, what a wash would take stays in ``washed`` by name
        but `outputs` counts it as present.

    Raises
    ------
    PhysicsError
        If a reservoir comes out negative.

    Limits: one wash takes everything soluble; a quenched melt is treated as if it had unmixed.
    """
    v, g, c = setup.values, setup.geometry, setup.constants
    fed = setup.fed
    local = np.where(np.abs(local) < _INTEGRATION, np.maximum(local, 0.0), local)
    edge_wall, edge_freed = local[k.EDGE_WALL], local[k.EDGE_FREED]
    # evaporation is judged at the mean feed: a lean node gives no more than is not on its edges
    vapour = np.minimum(fed * shared[k.VAPOUR], fed - edge_wall)
    melted = np.minimum(fed * shared[k.OXIDE] * min(shared[k.WETTED], 1.0), fed - vapour)
    melted = np.maximum(melted, edge_wall)
    peak = c.peak
    bound = np.array([k.bound_boron(b, peak, c)[0] for b in fed - vapour])
    on_wall = np.maximum(np.minimum(melted, bound), edge_wall)
    fixed = np.minimum(1.0, k.exchange_depth(shared[k.EXCHANGED]) / v[p.SPACING_SIO4])
    lining = (on_wall - edge_wall) * fixed
    lining_nm = 1000 * on_wall / (c.glass_boron * g.wall_area)
    free = 0.5 * (melted - on_wall)
    silica = np.minimum(local[k.SILICA], _capacity(free, setup))
    split = np.array(
        [k.melt_split(f, s, t, peak, c) for f, s, t in zip(free, silica, lining_nm, strict=True)]
    )
    volume = free * c.b2o3_volume / _density(peak, c) + c.silica_volume * silica
    outside = np.divide(split[:, 2], volume, out=np.zeros_like(volume), where=volume > 0)
    # melt between spheres is one pool: whether it unmixes or turns to glass is decided by its mean
    arrested = (free > 0) & pool_is_arrested(
        float(silica @ setup.weights), float(free @ setup.weights), setup
    )
    kept = v[p.SILICA_KEPT] * silica
    # an arrested melt stays where it is as a whole; otherwise its silica-rich part does
    stays = np.where(arrested, split[:, 2], c.silica_volume * kept * outside)
    residue_nm = 1000 * stays / g.outer_area
    width = g.pore_width_nm
    sealed = 1 - np.exp(-residue_nm / width) if g.pore_area > 0 else np.zeros_like(free)
    plane = local[k.PLANE]
    residue = v[p.RESIDUE_BORON] * kept * (outside + (1 - outside) * (1 - sealed)) * ~arrested
    # boron that is doped or in the residue came from the melt: it cannot exceed what the melt held
    from_melt = plane + edge_freed + residue
    scale = np.where(
        from_melt > 2 * free, np.divide(2 * free, from_melt, out=np.ones_like(free), where=from_melt > 0), 1.0
    )
    plane, edge_freed, residue = plane * scale, edge_freed * scale, residue * scale
    left = np.maximum(2 * free - plane - edge_freed - residue, 0.0)
    trapped = np.minimum(sealed * 2 * free * (1 - outside), left)
    glass = np.where(arrested, left - trapped, 0.0)
    soluble = fed - vapour - lining - edge_wall - edge_freed - plane - residue - trapped - glass
    per_edge = 1 - 0.5 * c.edge_split
    product = Product(
        fed=fed, lining=lining, edge_wall=edge_wall, edge_freed=edge_freed, plane=plane,
        oxygen_groups=local[k.OXY_WALL] + local[k.OXY_FREED],
        residue=residue, trapped=trapped, glass=glass, vapour=vapour, washed=soluble, dissolved=silica,
        silica_outside=np.where(arrested, silica * outside, kept * outside),
        silica_inside=np.where(arrested, silica * (1 - outside), kept * (1 - outside) * (1 - sealed)),
        silica_sealed=np.where(arrested, 0.0, silica * (1 - outside) * sealed),
        silica_washed=np.where(arrested, 0.0, (silica - kept) * (outside + (1 - outside) * (1 - sealed))),
        co=per_edge * (edge_wall + edge_freed) + c.lost_plane * plane,
        lining_nm=lining_nm * fixed, volume_out=split[:, 2],
        pore_left=g.pore_volume * np.maximum(0.0, 1 - 2 * lining_nm / max(width, _TINY)) ** 2,
        inside=split[:, 1], outside=outside,
        recession_nm=_recession(silica * (1 - split[:, 1]), setup),
        residue_nm=residue_nm, sealed=sealed, free_oxide=free,
        leached=silica / c.soluble if c.soluble > 0 else np.zeros_like(free),
    )  # fmt: skip
    _check(product)
    return product


_TINY = 1e-12  # nm, keeps a division defined where there is no pore


def pool_is_arrested(silica: float, free: float, setup: Setup) -> bool:
    """Whether a melt of these amounts (mmol of SiO2 and B2O3) turns to glass before it can unmix."""
    x = silica / (silica + free) if free > 0 else 0.0
    return x > 0.5 and borosilicate.is_arrested(x, setup.values)


def _capacity(free: Nodes, setup: Setup) -> Nodes:
    """Silica that the melt left at the end can hold; where the melt evaporated it goes back to the wall."""
    c = setup.constants
    if not c.has_network:
        return np.where(free > k.TRACE, c.soluble, 0.0)
    x = borosilicate.saturation(c.peak, c.network, setup.values)
    return np.minimum(free * x / (1 - x), c.soluble)


def _density(temperature: float, c: k.Constants) -> float:
    return float(k.interpolate(temperature, k.DENSITY_FIRST, k.DENSITY_STEP, c.density))


def _recession(outer_silica: Nodes, setup: Setup) -> Nodes:
    """Depth in nm to which the outer surface is leached when `outer_silica` left through it."""
    g = setup.geometry
    oxide = 1 - g.carbon_share
    if oxide <= 0 or setup.constants.soluble <= 0:
        return np.zeros_like(outer_silica)
    depth = 1000 * setup.constants.silica_volume * outer_silica / (oxide * g.outer_area)
    return np.minimum(depth, g.radius_nm)


def _check(product: Product) -> None:
    for item in fields(product):
        worst = float(np.min(getattr(product, item.name)))
        if not worst >= _NEGATIVE:
            raise PhysicsError(
                f"the furnace left a negative amount of '{item.name}' ({worst:.3g} mmol/g). "
                "An override is outside the range in which the mass balance can close."
            )


def freed_carbon_nm(product: Product, setup: Setup) -> Nodes:
    """Return the carbon freed on the outside as an even film in nm (before any is carried away)."""
    mass = (1 - product.inside) * product.leached * setup.recipe.precursor.carbon_mass_fraction
    return 1000 * mass / (setup.values[carbon.DENSITY] * setup.geometry.outer_area)
