"""What stands when the melt is cold: two models behind one interface.

`unmix`: below the binodal the melt splits where it lies; its silica-rich part, with the carbon it carries,
stays in the pockets and on the skin. `nucleate`: rejected silica regrows on the solid, on nuclei and on the
surface between them. Both keep within the insoluble matter the furnace leaves.

Each takes the engine and a random generator, changes the solid, and returns the melt that is left and
sentences on what is not resolved.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...core.errors import SolverError
from ...core.parameters import Parameter
from .frozen import freeze
from .gaps import settle_locally
from .geometry import crossings
from .melt import Melt
from .nucleation import draw_nuclei, expected_count, returned_silica
from .packed import MELT_STEPS, pack, unpack
from .pockets import Pockets
from .skin import LEAST_WAVE, domains, height_bounds
from .solid import add_caps, advance, renew

if TYPE_CHECKING:
    from .engine import Engine

DOMAIN = Parameter(
    id="assembly.unmixing_domain",
    value=4.0,
    unit="nm",
    low=1.0,
    high=10.0,
    source="coarsening from the binodal to the glass transition at x_S 0.25, data sheet section 6",
    tag="D",
    note="Lateral length of what unmixing leaves on the skin.",
)

Field = NDArray[np.float32]
SETTLE = 300  # sweeps in which the residue of a pocket draws together
STEP = 0.4  # voxel, largest lift of the skin between two redistancings
ISLAND = 2.0  # voxels, radius of an island: the smallest whose volume is good to 8 %
MOST_ISLANDS = 0.5  # share of the returned silica islands may take
KELVIN = 2.0  # mean step of the cooling curve
M2_CM3_PER_NM = 1e3  # 1/nm in m2/cm3
NONE = 1e-9  # share of the melt that counts as nothing


def unmix(engine: Engine, rng: np.random.Generator) -> tuple[Field, list[str]]:
    """Split the melt where it lies, and leave its insoluble part as rings and as domains on the skin.

    Limits
    ------
    The residue of each contact stays there, as a compact body with the wetting of the melt: the smallest
    neck that holds it. If it stood as a sponge with the outline of the melt, necks would be larger. Domains
    on the skin are drawn no narrower than the grid holds; their height and coverage are not changed for that.
    """
    assert engine.melt is not None  # the engine asks only where there is melt
    h, solid, voxel, count = engine.history, engine.solid, engine.voxel_nm, len(engine.centres)
    hot, residue = engine.melt.field, h.residue_nm3 * count / voxel**3
    engine.melt = None  # its other fields are not needed any more
    solid.rest()
    if h.arrested:
        freeze(solid, hot)
        return np.zeros_like(hot), ["The melt stays as one insoluble glass."]
    if residue <= NONE * float(hot.sum(dtype=np.float64)):
        return hot, ["Nothing insoluble is left between the spheres."]
    rings = (1 - h.film_share) * residue
    share = min(1.0, residue / (h.at("melt_nm3", engine.time) * count / voxel**3))
    kept = min(1.0, rings / float(hot.sum(dtype=np.float64)))
    packed = pack(hot, MELT_STEPS)  # as it will be kept; pockets need the room
    left = Melt(solid.phi, settle_locally(hot, solid.s, engine.centres, engine.radii(), kept), h.cos_theta)
    del hot
    notes = _settle(left)
    residual = left.field
    del left
    freeze(solid, residual)
    del residual
    notes += [
        f"Of the melt {share:.0%} by volume is insoluble; {1 - h.film_share:.0%} of that stands as compact "
        "bodies at the contacts it was melt of, the rest on the skin.",
        _skin(engine, residue - rings, share, rng),
    ]
    hot = np.empty_like(solid.s)
    unpack(packed, MELT_STEPS, hot)
    return np.minimum(hot, 1 - solid.s, out=hot), notes


def _settle(melt: Melt) -> list[str]:
    """Let the residue of each pocket draw together; return what went wrong."""
    if melt.target > 0:
        try:
            Pockets(melt).advance(SETTLE)
        except SolverError as error:
            melt.advance(SETTLE)
            return [f"The pockets could not be followed apart ({error}): one pressure was taken."]
    return []


def _skin(engine: Engine, volume: float, share: float, rng: np.random.Generator) -> str:
    """Lift the skin by domains that hold `volume` and cover `share` of it; say what is coarse-grained."""
    solid, voxel = engine.solid, engine.voxel_nm
    surface = np.abs(solid.phi) < 1
    area = float(np.count_nonzero(surface)) / 2
    if volume <= 0 or area == 0:
        return "No residue on the skin."
    mean = volume / area
    wave_nm = engine.values[DOMAIN]
    wave = max(wave_nm / voxel, LEAST_WAVE)
    pattern = domains(surface, share, wave, rng)
    steps = max(1, math.ceil(mean / share / STEP))
    held = solid.volume
    for n in range(steps):
        target = held + volume * (n + 1) / steps
        advance(solid, target, film=pattern)
        renew(solid, target)
    rms, height = height_bounds(mean * voxel, share)
    drawn = "" if wave_nm >= LEAST_WAVE * voxel else f" (drawn {wave * voxel:.0f} nm wide, coarse-grained)"
    return (
        f"Skin: domains {height:.1f} nm high on {share:.0%} of the surface, mean {mean * voxel:.2f} nm, "
        f"rms at most {rms:.1f} nm, {wave_nm:.0f} nm wide{drawn}."
    )


def nucleate(engine: Engine, rng: np.random.Generator) -> tuple[Field, list[str]]:
    """Let rejected silica regrow, on nuclei and on the surface between; the wash takes what has not.

    Limits
    ------
    Silica returns until the melt unmixes, by the rate law of its dissolution. Nuclei of a nanometre are not
    held by the grid: islands of two voxels stand for many of them, and take half of the silica at most.
    """
    assert engine.melt is not None  # the engine asks only where there is melt
    solid, h, hot = engine.solid, engine.history, engine.melt.field
    engine.melt = None
    if h.arrested:
        freeze(solid, hot)
        return np.zeros_like(hot), ["The melt stays as one insoluble glass."]
    regrown, expected = _regrowth(engine)
    engine.returned = regrown
    volume = regrown * h.silica_nm3 * len(engine.centres) / engine.voxel_nm**3
    if volume < 1:
        return hot, ["No silica returns to the solid on cooling."]
    held = solid.volume
    points = crossings(solid.phi)
    nuclei = draw_nuclei(rng, expected, points, radius=ISLAND, silica=volume, share=MOST_ISLANDS)
    if nuclei.islands:
        add_caps(solid, nuclei.points, nuclei.radius)
        renew(solid)
    rest = max(held + volume - solid.volume, 0.0)
    steps = max(1, math.ceil(rest / engine.surface() / STEP))
    begin = solid.volume
    for n in range(steps):
        target = begin + (held + volume - begin) * (n + 1) / steps
        advance(solid, target, film=h.at("film_cover", engine.time), melt=np.minimum(hot, 1 - solid.s))
        renew(solid, target)
    notes = [
        f"On cooling {regrown:.0%} of the silica dissolved outside returns before the melt unmixes; the wash "
        "takes the rest.",
        f"Nuclei: {nuclei.statement}; islands are coarse-grained, their size and distance are the grid's.",
    ]
    return np.clip(hot, 0, 1 - solid.s), notes


def _regrowth(engine: Engine) -> tuple[float, float]:
    """Return the share of dissolved silica that returns before the melt unmixes, and the nuclei expected."""
    h, values = engine.history, engine.values
    cold = h.time_s > h.hold_end_s
    knots = np.concatenate([[h.hold_end_s], h.time_s[cold]])
    span = h.at("temperature_K", h.hold_end_s) - float(h.temperature_K.min())
    pieces = max(1, math.ceil(span / KELVIN / max(len(knots) - 1, 1)))
    time = np.interp(np.arange(pieces * (len(knots) - 1) + 1) / pieces, np.arange(len(knots)), knots)
    kelvin = np.interp(time, h.time_s, h.temperature_K)
    melt, fraction = h.at("melt_nm3", h.hold_end_s), h.at("silica_share", h.hold_end_s)
    if len(time) < 2 or melt <= 0 or not 0 < fraction < 1:
        return 0.0, 0.0
    radius = np.mean(engine.radii()) * engine.voxel_nm
    area = 4 * math.pi * float(radius) ** 2
    back = returned_silica(
        time, kelvin, fraction=fraction, area_per_volume=M2_CM3_PER_NM * area / melt, rate=h.rate,
        network=h.network, values=values,
    )  # fmt: skip
    one = int(np.argmin(back.homogeneous)) if not back.homogeneous.all() else len(time)
    if one < 2:
        return 0.0, 0.0
    expected = expected_count(
        time[:one], kelvin[:one], back.fraction[:one], area * len(engine.centres), network=h.network,
        values=values, recession=h.rate.at(kelvin[:one], values),
    )  # fmt: skip
    return float(back.share[one - 1]), expected
