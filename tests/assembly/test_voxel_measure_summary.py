"""The whole summary on made runs: names, units, bounds, and what the grid cannot tell."""

import math
import time

import numpy as np
import pytest
import xarray as xr

from nanokiln.assembly.voxels import shapes
from nanokiln.assembly.voxels.measure import bulk, richardson, statistics, summary
from nanokiln.core.errors import InputError
from nanokiln.core.evidence import Finding

FILL = {"solid_fraction", "void_fraction", "specific_surface", "equivalent_diameter", "void_chord"}


def run(cells=32, *, apart=0.9, voxel_nm=5.0):
    """Eight spheres on a simple cubic lattice of half the box, overlapping where `apart` is below one."""
    half = cells / 2
    centres = np.stack(np.meshgrid(*[np.arange(2) * half] * 3, indexing="ij"), -1).reshape(-1, 3) + 0.37
    radii = np.full(8, half / 2 / apart)
    phi = shapes.spheres((cells,) * 3, centres, radii).astype(np.float32)
    empty = np.full_like(phi, -6.0)
    return xr.Dataset(
        {
            "phi": (("stage", "x", "y", "z"), np.stack([empty, phi])),
            "voxel_nm": ("stage", [2 * voxel_nm, voxel_nm]),
            "position_vox": (("stage", "sphere", "xyz"), np.stack([centres, centres])),
            "radius_vox": (("stage", "sphere"), np.stack([radii, radii])),
        },
        coords={"stage": ["before", "washed"]},
        attrs={"eta": 6.0, "cells": cells},
    )


@pytest.fixture(scope="module")
def found():
    return summary.summary(run(48))


def test_everything_is_a_finding_with_unit_interval_and_note(found):
    assert {"neck_radius", "bonded_fraction", "rq", "diameter", "void_tortuosity", "euler_number"} <= set(
        found
    )
    for name, finding in found.items():
        assert isinstance(finding, Finding)
        assert finding.name == name
        assert finding.unit
        assert finding.notes[0]
        if finding.resolved and not math.isnan(finding.low):
            assert finding.low <= finding.value <= finding.high, name
        if not finding.resolved:
            assert "not resolved" in finding.notes[0], name


def test_numbers_of_the_overlapping_lattice(found):
    voxel, half = 5.0, 12.0
    radius = half / 0.9
    neck = math.sqrt(radius**2 - half**2)
    cap = math.pi / 3 * (radius - half) ** 2 * (2 * radius + half)
    volume = 8 * (4 / 3 * math.pi * radius**3 - 6 * cap)
    area = 8 * (4 * math.pi * radius**2 - 6 * 2 * math.pi * radius * (radius - half))
    assert found["solid_fraction"].value == pytest.approx(volume / 48**3, rel=3e-3)
    assert found["neck_radius"].low <= neck * voxel <= found["neck_radius"].high
    assert found["bonded_fraction"].value == 1
    assert found["diameter"].value == pytest.approx(2 * radius * voxel, rel=1e-3)
    exact = 1000 * area / volume / voxel
    assert found["specific_surface"].low <= exact <= found["specific_surface"].high
    assert found["equivalent_diameter"].value == pytest.approx(
        voxel * (6 * volume / 8 / math.pi) ** (1 / 3), rel=2e-3
    )
    assert found["largest_cluster"].value == 1
    assert found["spanning_axes"].value == 3
    assert found["euler_number"].value == 8 - 24
    assert found["closed_void_fraction"].value == 0
    assert found["void_conductivity"].value < found["void_fraction"].value
    assert found["solid_tortuosity"].value > 1


def test_smooth_spheres_have_no_roughness_but_a_bound(found):
    rq = found["rq"]
    assert not rq.resolved
    assert 0 <= rq.low < rq.high < 0.05
    assert rq.choices["rq_floor_nm"] > 0
    assert "perfect spheres" in rq.notes[0]


def test_touching_spheres_leave_bounds():
    got = summary.summary(run(32, apart=1.0), parts=("necks", "connectivity"))
    bond = got["bonded_fraction"]
    assert (bond.resolved, bond.low, bond.high) in ((False, 0.0, 1.0), (True, 0.0, 0.0))
    assert got["largest_cluster"].low == pytest.approx(1 / 8)
    assert got["neck_radius"].low == 0


def test_the_mean_diameter_is_that_of_all_spheres_not_of_those_with_a_free_surface():
    nominal = np.array([190.0, 200.0, 210.0, 220.0])
    fitted = np.array([math.nan, math.nan, 207.0, 218.0])  # the large ones, 2.5 less than nominal
    value, low, high = summary._mean_diameter(nominal, fitted)
    assert value == pytest.approx(205.0 - 2.5)
    sizes = statistics.spread(nominal)
    assert high - value == pytest.approx(value - low)
    assert high - value > sizes.high - sizes.mean  # the doubt about the fitted ones comes on top
    assert summary._mean_diameter(nominal, nominal)[0] == pytest.approx(205.0)
    assert math.isnan(summary._mean_diameter(nominal, np.full(4, math.nan))[0])


def test_a_stage_can_be_named_and_empty_ones_do_not_fail():
    voxels = run(32)
    empty = summary.summary(voxels, "before")
    assert empty["solid_fraction"].value == 0
    assert not empty["specific_surface"].resolved
    assert not empty["diameter"].resolved
    assert empty["void_conductivity"].value == pytest.approx(1, abs=1e-6)
    assert empty["bonded_fraction"].value == 0
    for stage in ("later", 2):
        with pytest.raises(InputError, match="stage"):
            summary.summary(voxels, stage)
    with pytest.raises(InputError, match="part"):
        summary.summary(voxels, parts=("colour",))


def test_parts_may_be_chosen_and_are_the_same_alone(found):
    alone = summary.summary(run(48), parts=("bulk",))
    assert set(alone) == FILL
    assert all(alone[name] == found[name] for name in FILL)


def test_nothing_heavy_or_random_and_the_field_is_left_alone():
    voxels = run(32)
    before = voxels.copy(deep=True)
    first = summary.summary(voxels, parts=("pores", "necks", "solid_transport"))
    second = summary.summary(voxels, parts=("pores", "necks", "solid_transport"))
    assert {n: repr(f) for n, f in first.items()} == {n: repr(f) for n, f in second.items()}
    xr.testing.assert_identical(voxels, before)


def test_the_surface_of_three_grids_extrapolates_to_the_exact_one():
    radii = np.array([8.0, 12.0, 16.0])
    bodies = [shapes.spheres((40,) * 3, np.array([[20.3, 19.8, 20.1]]), np.array([r])) for r in radii]
    seen = [bulk.surface(phi)[0] / r**2 for phi, r in zip(bodies, radii, strict=True)]
    limit = richardson.extrapolate(1 / radii, seen)
    assert limit.converged
    assert limit.order == pytest.approx(2, abs=0.2)
    assert limit.low <= 4 * math.pi <= limit.high
    assert abs(limit.value - 4 * math.pi) < 0.1 * abs(seen[-1] - 4 * math.pi)


def test_spread_is_students():
    got = statistics.spread([1.0, 2.0, 3.0, math.nan])
    assert (got.mean, got.sd, got.number) == (2.0, 1.0, 3)
    assert got.high - got.mean == pytest.approx(2.919986 / math.sqrt(3), rel=1e-5)
    assert math.isnan(statistics.spread([]).mean)
    assert math.isnan(statistics.spread([4.0]).sd)


def test_a_draft_is_measured_in_seconds():
    voxels = run(64)
    summary.summary(voxels)
    start = time.process_time()
    summary.summary(voxels)
    assert time.process_time() - start < 6.0  # of both cores; about 1.5 s when they are free
