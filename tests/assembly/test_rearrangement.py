"""Rearrangement: exact pair, gate, dense end states, determinism."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from nanokiln.assembly import Packing, loose_packing, rearrange
from nanokiln.assembly import motion as motion_module
from nanokiln.assembly.laws import BRIDGES_PER_SPHERE, make_law
from nanokiln.assembly.motion import Relaxation
from nanokiln.assembly.network import separations
from nanokiln.assembly.reference import pair_energy
from nanokiln.core.errors import InputError
from nanokiln.core.parameters import Values

from .conftest import RADIUS, melt_of


def pair(gap_nm, box=20.0):
    place = np.array([[3.0, 3, 3], [5 + gap_nm / RADIUS, 3, 3]]) * RADIUS
    return Packing(place, np.full(2, RADIUS), box * RADIUS)


def test_two_bridged_spheres_approach_to_the_exact_overlap(values):
    law = make_law(RADIUS, 47.0, 0.6, 0.0, values)._replace(attraction=0.0)
    run = Relaxation(pair(20.0), np.full(2, 0.1), law, free_box=False)
    run.run(12000)
    assert run.gaps()[0] == pytest.approx(-(law.stiffness ** (-2 / 3)), rel=1e-6)


def test_two_spheres_beyond_rupture_stay_apart(values):
    law = make_law(RADIUS, 47.0, 0.6, 0.0, values)._replace(attraction=0.0)
    run = Relaxation(pair(59.0), np.full(2, 0.1), law, free_box=False)  # ruptures at 58.5 nm
    run.run(500)
    assert run.gaps()[0] == pytest.approx(0.59, rel=1e-12)


def test_gate_closed_leaves_the_packing_alone(loose, values):
    after = rearrange(loose, melt_of(1), values=values)
    assert after.position_nm.tobytes() == loose.position_nm.tobytes()
    assert (after.box_nm, after.packing_fraction) == (loose.box_nm, loose.packing_fraction)


def test_recession_without_melt_only_shrinks_the_radii(loose, values):
    after = rearrange(loose, melt_of(1, shrink_nm=2.0), values=values)
    assert np.array_equal(after.position_nm, loose.position_nm)
    assert np.allclose(after.radius_nm, loose.radius_nm - 2)
    assert separations(after, 5.0)[3].min() == pytest.approx(4.0, abs=0.02)


@pytest.mark.parametrize("friction", [0.0, 0.02])
def test_monodisperse_spheres_end_dense_and_at_balance(loose, friction):
    values = Values({"assembly.friction": friction})
    seen: list[float] = []
    after = rearrange(loose, melt_of(4), values=values, progress=seen.append)
    assert 0.60 < after.packing_fraction < 0.66
    assert after.residual < 0.01
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert separations(after, 0.0)[3].min() > -0.03 * RADIUS  # elastic overlaps stay small


def test_rough_spheres_end_looser(loose):
    rough = rearrange(loose, melt_of(3), values=Values({"assembly.friction": 0.1}))
    smooth = rearrange(loose, melt_of(3), values=Values({"assembly.friction": 0.0}))
    assert 0.56 < rough.packing_fraction < smooth.packing_fraction < 0.66
    assert rough.residual < 0.01


def test_pair_bridges_alone_stop_as_a_gel(loose):
    gel = rearrange(loose, melt_of(2), values=Values({"assembly.suction_share": 0.0}))
    assert loose.packing_fraction < gel.packing_fraction < 0.52


def test_energy_falls_without_friction(loose, values):
    law = make_law(RADIUS, 47.0, 0.5, 0.0, values)
    run = Relaxation(loose, np.full(loose.count, 0.06), law, free_box=False)

    def energy():
        return sum(pair_energy(float(g), 1.0, 0.12, law) for g in run.gaps() if g < law.reach)

    course = [energy()]
    for _ in range(3):
        run.run(300)
        course.append(energy())
    assert course == sorted(course, reverse=True)
    assert course[-1] < 1.02 * course[0] < 0  # attractive, and deeper than at the start
    early = run.residual()
    run.run(1500)
    assert run.residual() < early


def test_same_seed_same_bytes_with_one_and_two_threads(monkeypatch):
    if numba.config.NUMBA_NUM_THREADS < 2:
        pytest.skip("one core only: there are no two threads to compare")
    monkeypatch.setattr(motion_module.Pace, "threads", lambda self: numba.get_num_threads())
    results = []
    for threads in (1, 2):
        numba.set_num_threads(threads)
        start = loose_packing(200, 200.0, 15.0, seed=9, values=Values())
        results.append(rearrange(start, melt_of(4), values=Values()))
    numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)
    assert results[0].position_nm.tobytes() == results[1].position_nm.tobytes()
    assert results[0].box_nm == results[1].box_nm
    assert results[0].steps == results[1].steps


def test_another_seed_gives_another_packing_of_like_density(loose, values):
    other = loose_packing(300, 200.0, 0.0, seed=4, values=values)
    one, two = (rearrange(p, melt_of(4), values=values) for p in (loose, other))
    assert one.position_nm.tobytes() != two.position_nm.tobytes()
    assert one.packing_fraction == pytest.approx(two.packing_fraction, abs=0.015)


def test_moving_the_powder_changes_no_density(loose, values):
    """Chaotic in every digit, so only the observable is compared."""
    moved = Packing(
        np.mod(loose.position_nm + np.array([311.0, -77.0, 1234.5]), loose.box_nm)[::-1].copy(),
        loose.radius_nm[::-1].copy(),
        loose.box_nm,
    )
    one, two = (rearrange(p, melt_of(4), values=values) for p in (loose, moved))
    assert one.packing_fraction == pytest.approx(two.packing_fraction, abs=0.015)


def test_recession_deeper_than_a_sphere_is_refused(loose, values):
    with pytest.raises(InputError, match="smallest radius"):
        rearrange(loose, melt_of(2, shrink_nm=150.0), values=values)


def test_bridge_volume_uses_six_contacts(values):
    melt = melt_of(2)
    assert melt.mean_volume_nm3(values) == pytest.approx(2 * melt.melt_volume_nm3_per_sphere / 6)
    assert values[BRIDGES_PER_SPHERE] == 6


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"residue_fraction": 1.2}, "at most 1"),
        ({"lining_nm": -1.0}, "at least 0"),
        ({"melt_volume_nm3_per_sphere": float("nan")}, "finite"),
        ({"contact_angle_deg": 120.0}, "below 90"),
        ({"surface_tension_N_m": 0.0}, "above 0"),
    ],
)
def test_bad_bridging_says_what_is_allowed(changes, word):
    with pytest.raises(InputError, match=word):
        melt_of(2, **changes)
