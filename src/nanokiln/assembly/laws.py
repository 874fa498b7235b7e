"""Laws between two spheres: capillary bridge, van der Waals attraction, elastic contact, friction.

Everything the kernels compute is in reduced units: lengths in mean sphere radii, forces in the bridge force
of a touching pair of mean spheres, masses in sphere masses.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ..core.parameters import Parameter, Values

HAMAKER = Parameter(
    id="assembly.hamaker",
    value=6e-21,
    unit="J",
    low=3e-21,
    high=1e-20,
    source="oxide across boron-oxide melt, data sheet section 5",
    tag="M",
    valid="pairs separated by melt",
)
CONTACT_DISTANCE = Parameter(
    id="assembly.contact_distance",
    value=0.4,
    unit="nm",
    low=0.16,
    high=0.4,
    source="cut-off of the van der Waals law at contact, data sheet section 5",
    tag="M",
    note="Pairs closer than this count as touching where no lining is thicker.",
)
YOUNG_MODULUS = Parameter(
    id="assembly.young_modulus",
    value=97.0,
    unit="GPa",
    low=72.0,
    high=115.0,
    source="SiOC: Stabler et al., J. Eur. Ceram. Soc. 39 (2019) 2287 and references; silica as low bound",
    tag="M",
    valid="dense glass at room temperature; sets only how far touching spheres overlap (0.2 nm)",
)
POISSON_RATIO = Parameter(
    id="assembly.poisson_ratio",
    value=0.17,
    unit="1",
    low=0.11,
    high=0.2,
    source="silica glass, data sheet section 10",
    tag="M",
)
FRICTION = Parameter(
    id="assembly.friction",
    value=0.02,
    unit="1",
    low=0.0,
    high=0.3,
    source="assumed: a contact whose asperities dissolve in the melt that wets it slides almost freely",
    tag="C",
    note="No datum fixes it. At 0.1 a small amount of melt leaves 0.53 instead of 0.60 packed.",
)
SUCTION_SHARE = Parameter(
    id="assembly.suction_share",
    value=1.0,
    unit="1",
    low=0.0,
    high=1.0,
    source="share of the suction that loads the skeleton, over the melt saturation (Bishop's chi/S)",
    tag="C",
    note="assumed; at 0 the spheres move by pair bridges alone and stop as a gel near 0.45",
)
THROAT = Parameter(
    id="assembly.throat",
    value=0.33,
    unit="1",
    low=0.25,
    high=0.41,
    source="drainage of random sphere packings at a suction of about 6 gamma/R (Haines; Mason and Mellor)",
    tag="M",
    note="Radius of a pore throat over sphere radius; 0.155 and 0.414 for touching triples and squares.",
)
BRIDGES_PER_SPHERE = Parameter(
    id="assembly.bridges_per_sphere",
    value=6.0,
    unit="1",
    low=4.0,
    high=8.0,
    source="isostatic packing; z_c of the data sheet section 5",
    tag="D",
    note="Sets the bridge volume while spheres still move; the final melt is shared over the real contacts.",
)

NM_PER_M = 1e9
PA_PER_GPA = 1e9
DEGREE = math.radians(1)
VDW_GEOMETRY = 12.0  # sphere-sphere Hamaker law: F = A R/(12 z^2) for equal spheres
VDW_RANGE = 10.0  # contact distances after which the attraction has fallen below 1 % and is dropped
MAX_BRIDGE = 1.0  # longest bridge in mean radii: beyond a radius the pendular law has no meaning
TANGENTIAL_SHARE = 0.8  # tangential over normal contact stiffness (Mindlin: 0.67-1 for nu 0.5-0)
CONTACT_DAMPING = 0.15  # share of critical damping at a contact; numerical, has no part in the end state


class Law(NamedTuple):
    """Pair law in reduced units, as the kernels read it.

    Attributes
    ----------
    stiffness
        Hertz factor: repulsion = stiffness * sqrt(R_eff) * overlap^(3/2).
    pull
        Bridge force of a touching pair of mean spheres (1 when wet, 0 when dry).
    attraction, contact_distance
        van der Waals force = attraction * R_eff / (contact_distance + gap)^2.
    reach
        Gap beyond which two spheres ignore each other.
    friction, tangential, damping
        Sliding threshold; tangential stiffness and contact dash-pot.
    """

    stiffness: float
    pull: float
    attraction: float
    contact_distance: float
    reach: float
    friction: float
    tangential: float
    damping: float


def bridge_force_nN(radius_nm: float, surface_tension_N_m: float, contact_angle_deg: float) -> float:
    """Return the pull of a bridge between two touching equal spheres, 2 pi R gamma cos(theta), in nN.

    Limits: small toroidal bridge. Source: data sheet section 5.
    """
    return 2 * math.pi * radius_nm * surface_tension_N_m * math.cos(contact_angle_deg * DEGREE)


def contact_spring(stiffness: float) -> float:
    """Return the incremental stiffness of a Hertz contact that carries one unit of force."""
    overlap = stiffness ** (-2 / 3)
    return 3 / (2 * overlap)


def make_law(radius_nm: float, force_nN: float, reach: float, friction: float, values: Values) -> Law:
    """Return the wet law in reduced units.

    Parameters
    ----------
    radius_nm, force_nN
        Units of length (mean radius) and force (bridge force at contact).
    reach
        Longest gap at which a pair interacts, mean radii.
    friction
        Coulomb sliding threshold.
    values
        Parameter values.
    """
    modulus = values[YOUNG_MODULUS] * PA_PER_GPA / (2 * (1 - values[POISSON_RATIO] ** 2))
    radius_m, force_N = radius_nm / NM_PER_M, force_nN / NM_PER_M
    # Hertz with R* = R_eff/2, where R_eff is the harmonic mean radius (R for equal spheres)
    stiffness = 4 / 3 * modulus * math.sqrt(0.5) * radius_m**2 / force_N
    spring = contact_spring(stiffness)
    return Law(
        stiffness=stiffness,
        pull=1.0,
        attraction=values[HAMAKER] / (VDW_GEOMETRY * radius_m * force_N),
        contact_distance=values[CONTACT_DISTANCE] / radius_nm,
        reach=max(reach, VDW_RANGE * values[CONTACT_DISTANCE] / radius_nm),
        friction=friction,
        tangential=TANGENTIAL_SHARE * spring,
        damping=2 * CONTACT_DAMPING * math.sqrt(spring),
    )
