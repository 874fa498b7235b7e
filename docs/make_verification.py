"""Measure the voxel engine against exact solutions and write a page: ``python docs/make_verification.py``.

Runs the functions of `tests/verification`, on finer grids where the tests are small, prints what it finds,
writes it to ``docs/images/verification/numbers.json``, draws the figures beside it and makes
``docs/theory/verification.md`` from those numbers alone. ``--page`` makes figures and page from the numbers
already there. Takes about five minutes.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the functions measured are those of the tests

from tests.verification import axisymmetric, exact, rings, surfaces  # noqa: E402
from tests.verification import test_budgets as budgets  # noqa: E402
from tests.verification import test_necks as necks  # noqa: E402
from tests.verification import test_order as orders  # noqa: E402
from tests.verification import test_rotation as rotation  # noqa: E402
from tests.verification import test_solid_motion as motion  # noqa: E402
from tests.verification.bodies import fitted_angle, wall_drop  # noqa: E402
from tests.verification.test_melt_wetting import FLAT, SWEEPS  # noqa: E402
from verification_page import page, rows_of  # noqa: E402

from nanokiln.core.files import atomic_path, write_text  # noqa: E402
from nanokiln.report.style import BLACK, BLUE, GREEN, GREY, ORANGE, RC, SKY, VERMILLION  # noqa: E402

FOLDER = ROOT / "docs" / "images" / "verification"
NUMBERS = FOLDER / "numbers.json"
PAGE = ROOT / "docs" / "theory" / "verification.md"
DPI = 150
WIDTH_IN, HEIGHT_IN = 7.0, 2.9
SHARE = 0.1  # melt of a ring over R^3
RADII = (11, 16, 22, 32, 44)  # of rings
ANGLES = (20, 40, 60, 90)
GAPS = (0.0, 0.1, 0.2)
PROFILE_TIMES = (0.0025, 0.005, 0.01, 0.02, 0.04)
CURVE_TIMES = tuple(float(t) for t in np.geomspace(5e-4, 0.04, 24))
WALLS = ((2, 96), (1, 128))  # slope of a tilted wall and size of its box
DEPTHS = (0.05, 0.1, 0.22, 0.44, 0.67, 1.0, 2.0)
# D t after which redistancing is due, D t of a step, and the radii affordable
INTERVALS = (
    (0.05, 0.05, (11,)),
    (0.1, 0.1, (11, 22, 44)),
    (motion.module.DUE_SPREAD, 0.05, (11, 22)),
    (motion.module.DUE_SPREAD, 0.09, (11, 22)),
    (motion.module.DUE_SPREAD, surfaces.STEP, (11, 22, 44)),
    (motion.module.DUE_SPREAD, 0.15, (11, 22, 44)),
    (0.48, 0.16, (11, 22, 44)),
)
ROUNDING = 1e-9  # of sums of D t
Found = dict[str, Any]


def measure_wetting() -> Found:
    """Young's angles at two widths of the interface, on tilted and on shifted walls."""
    flat = {}
    for theta, (radius, height) in FLAT.items():
        melt, *where = wall_drop(theta, radius, start_deg=theta + 8, height=height, width=160)
        melt.advance(SWEEPS)
        flat[theta] = fitted_angle(melt, *where)
    return {
        "flat": flat,
        "fine": {theta: rotation.fine_angle(theta) for theta in rotation.FINE},
        "tilted": {
            theta: [rotation.tilted_angle(theta, *wall) for wall in ((2, 96), (1, 128))]
            for theta in rotation.TILTS
        },
        "shifted": {theta: rotation.shifted_angles(theta).tolist() for theta in rotation.UPRIGHT},
    }


def measure_rings() -> list[Found]:
    """Rings at several angles, gaps, directions and radii."""
    cases = [(theta, gap, rings.ALONG) for theta in ANGLES for gap in GAPS]
    cases += [(20, 0.0, rings.TILTED), (90, 0.1, rings.TILTED)]
    found = []
    for theta, gap, axis in cases:
        true = exact.ring(SHARE, theta, gap)
        for radius in RADII:
            one = rings.measured(radius, theta, SHARE, gap=gap, axis=axis)
            found.append(
                {
                    "angle": theta,
                    "gap": gap,
                    "tilted": axis == rings.TILTED,
                    "radius": radius,
                    "waist": one.waist,
                    "force": one.force,
                    "pressure": one.pressure,
                    "force_difference": one.force_difference,
                    "valid": one.valid,
                    "exact_force": true.force,
                    "exact_waist": true.waist,
                }
            )
    return found


def measure_necks() -> Found:
    """Necks of two grids, and the reference at two finenesses."""
    shapes = axisymmetric.grow(PROFILE_TIMES, start=0.04)
    intervals, due = neck_intervals(), motion.module.DUE_SPREAD
    return {
        "times": list(necks.TIMES),
        "reference": necks.reference(start=0.03).tolist(),
        "reference_finer": necks.reference(start=0.03, fineness=1.5).tolist(),
        "reference_later": necks.reference(start=0.06).tolist(),
        "curve_times": list(CURVE_TIMES),
        "reference_curve": necks.reference(start=0.04, times=CURVE_TIMES).tolist(),
        "engine": next(i["necks"] for i in intervals if i["due"] == due and i["step"] == surfaces.STEP),
        "due": due,
        "step": surfaces.STEP,
        "intervals": intervals,
        "profiles": [[shape.time, shape.r.tolist(), shape.z.tolist()] for shape in shapes],
    }


def neck_intervals() -> list[Found]:
    """Necks and curvature laws where the distance is renewed after other intervals of D t."""
    kept, found = motion.module.DUE_SPREAD, []
    try:
        for due, step, radii in INTERVALS:
            motion.module.DUE_SPREAD = due - ROUNDING
            grown = {str(r): surfaces.necks(r, necks.TIMES, step).tolist() for r in radii}
            laws = {str(r): surfaces.curvature_law(r, step) - 1 for r in (4, 8, 12)}
            between = step * math.ceil((due - ROUNDING) / step)
            found.append({"due": due, "step": step, "between": between, "necks": grown, "laws": laws})
    finally:
        motion.module.DUE_SPREAD = kept
    return found


def laws_of_levels() -> dict[int, float]:
    """Errors of the curvature law where curvatures are not carried to the surface."""
    kept = motion.module.rates
    try:
        motion.module.rates = motion.level_rates
        return {radius: surfaces.curvature_law(radius) - 1 for radius in (4, 8, 12)}
    finally:
        motion.module.rates = kept


def etched_depth(depth: float, radius: int = 22) -> float:
    """Depth found where one was asked of a sphere by its volume."""
    solid, centre = surfaces.ball(radius)
    start = solid.volume
    lost = surfaces.ball_volume(radius) - surfaces.ball_volume(radius - depth)
    steps = math.ceil(depth / 0.25)
    for n in range(1, steps + 1):
        goal = start - lost * n / steps
        motion.advance(solid, goal, film=1.0)
        if solid.due:
            motion.renew(solid, goal)
    return float(radius - np.mean(surfaces.radii(solid.phi, centre)))


def regrowth() -> float:
    """Largest error of a plane that dissolves by ten voxels and grows back, voxels."""
    solid = motion.plane(0.37)
    before = np.concatenate(motion.faces(solid.phi))
    motion.travel(solid, 10.0)
    motion.travel(solid, -10.0)
    return float(np.max(np.abs(np.concatenate(motion.faces(solid.phi)) - before)))


def measure_solid() -> Found:
    """Planes, the curvature law, depths and bodies turned and moved."""
    turned = [rotation.distances_from_the_upright(*place) for place in rotation.PLACES]
    _, carried = rotation.carried()
    return {
        "plane": float(orders.plane_errors().max()),
        "regrowth": regrowth(),
        "law": {radius: surfaces.curvature_law(radius) - 1 for radius in (4, 6, 8, 12, 16, 24)},
        "law_levels": laws_of_levels(),
        "depth": {depth: etched_depth(depth) / depth - 1 for depth in DEPTHS},
        "depth_errors": {radius: motion.errors_of_depth(radius) for radius in (8, 11, 16, 22, 32, 44)},
        "turned_mean": max(abs(float(np.mean(d))) for d in turned),
        "turned_rms": max(float(np.sqrt(np.mean(d**2))) for d in turned),
        "turned_largest": max(float(np.max(np.abs(d))) for d in turned),
        "carried_largest": float(np.max(np.abs(carried))),
    }


def measure_budgets() -> Found:
    """Volumes and energy over long runs."""
    every, rise, output = budgets.sweeps(budgets.SWEEPS)
    at_steps, at_outputs = budgets.dissolve_and_regrow(steps=400)
    return {
        "sweeps": budgets.SWEEPS,
        "every": every,
        "rise": rise,
        "output": output,
        "steps": 400,
        "at_steps": at_steps.tolist(),
        "at_outputs": at_outputs.tolist(),
    }


PARTS: dict[str, Callable[[], Any]] = {
    "wetting": measure_wetting,
    "rings": measure_rings,
    "solid": measure_solid,
    "budgets": measure_budgets,
    "necks": measure_necks,
}


def save(figure: Any, name: str) -> None:
    """Write a figure as PNG."""
    with atomic_path(FOLDER / name) as temporary:
        figure.savefig(temporary, format="png", dpi=DPI, metadata={"Software": None})


def canvas(columns: int) -> tuple[Any, Any]:
    """Return an empty figure with panels in a row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
    return figure, figure.subplots(1, columns)


def draw_necks(numbers: Found) -> None:
    """Profiles of the reference, and the growth of the neck beside the engine's."""
    data = numbers["necks"]
    figure, (left, right) = canvas(2)
    shades = [SKY, BLUE, GREEN, ORANGE, VERMILLION]
    for (time, r, z), colour in zip(data["profiles"], shades, strict=True):
        r, z = np.array(r), np.array(z)
        left.plot(
            np.concatenate([-z[::-1], z]), np.concatenate([r[::-1], r]), color=colour, label=f"{time:g}"
        )
    left.set(xlim=(-1.0, 1.0), ylim=(0, 1.1), xlabel="along the axis, z/R", ylabel="from the axis, r/R")
    left.legend(title="D t/R²", loc="lower right", title_fontsize=7)
    right.loglog(data["curve_times"], data["reference_curve"], color=BLACK, label="reference")
    for (radius, found), colour, mark in zip(
        data["engine"].items(), (ORANGE, BLUE, VERMILLION), "so^", strict=True
    ):
        right.plot(data["times"], found, mark, color=colour, label=f"engine, R = {radius} voxels")
        right.axhline(math.sqrt(1.8 / int(radius)), color=colour, lw=0.7, ls=":")
    right.text(0.041, 0.152, "dotted: √(1.8 R) voxels", fontsize=7, color=GREY, ha="right")
    plain_ticks(right, [0.15, 0.2, 0.3, 0.4, 0.5, 0.6])
    right.set(xlabel="D t/R²", ylabel="neck, x/R")
    right.legend(loc="upper left")
    save(figure, "necks.png")


def plain_ticks(axes: Any, ticks: list[float]) -> None:
    """Put plain numbers on a logarithmic axis."""
    from matplotlib.ticker import NullFormatter, ScalarFormatter

    axes.set_yticks(ticks)
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_formatter(NullFormatter())


def draw_intervals(numbers: Found) -> None:
    """Error of the neck over time for several intervals of redistancing."""
    data = numbers["necks"]
    reference = np.array(data["reference"])
    figure, panels = canvas(3)
    for axes, radius in zip(panels, ("11", "22", "44"), strict=True):
        axes.axhspan(-3, 3, color="0.92", lw=0)
        for found, colour in zip(
            data["intervals"], (GREY, SKY, GREEN, BLACK, BLUE, ORANGE, VERMILLION), strict=True
        ):
            if radius in found["necks"]:
                error = 100 * (np.array(found["necks"][radius]) / reference - 1)
                label = f"{found['between']:g} ({found['step']:g})"
                axes.plot(reference, error, "o-", color=colour, label=label)
        unresolved = math.sqrt(1.8 / int(radius))
        axes.axvline(unresolved, color=GREY, lw=0.7, ls=":")
        axes.set(xlabel="neck of the reference, x/R", ylim=(-16, 7), xlim=(0.19, 0.6))
        axes.set_title(f"R = {radius} voxels", loc="left")
    panels[0].set_ylabel("error of the neck, %")
    handles = panels[0].get_legend_handles_labels()
    panels[1].legend(
        *handles,
        loc="lower right",
        title="D t between redistancings\n(and of a step), voxel²",
        title_fontsize=7,
    )
    save(figure, "intervals.png")


def draw_wetting(numbers: Found) -> None:
    """Errors of Young's angle."""
    data = numbers["wetting"]
    figure, axes = canvas(1)
    axes.axhspan(-2, 2, color="0.93", lw=0)
    axes.axhspan(-1, 1, color="0.86", lw=0)
    series = (
        ("flat", BLUE, "o", "flat wall, η = 6 (2°)"),
        ("fine", VERMILLION, "s", "flat wall, η = 8 (1°)"),
        ("tilted", GREEN, "^", "wall tilted by 27 and 45°, η = 6 (3.5°)"),
        ("shifted", ORANGE, "_", "wall ¼ and ½ voxel higher, η = 6"),
    )
    for (key, colour, mark, label), place in zip(series, (-1.5, -0.5, 0.5, 1.5), strict=True):
        angles = np.concatenate([np.full(np.size(v), float(k)) for k, v in data[key].items()])
        errors = np.concatenate([np.atleast_1d(v) for v in data[key].values()]) - angles
        axes.plot(angles + place, errors, mark, color=colour, label=label)
    axes.axhline(0, color=BLACK, lw=0.6)
    axes.set(
        xlabel="Young's angle set, °",
        ylabel="found less set, °",
        ylim=(-3.6, 3.6),
        xticks=[20, 40, 60, 90, 120],
    )
    axes.legend(ncols=2, loc="lower left")
    save(figure, "wetting.png")


def draw_rings(numbers: Found) -> None:
    """Errors of waist and force of rings over the radius."""
    figure, (left, right) = canvas(2)
    for angle, colour in zip(ANGLES, (BLUE, GREEN, ORANGE, VERMILLION), strict=True):
        for gap, line, mark in ((0.0, "-", "o"), (0.1, "--", "^")):
            rows = rows_of(numbers, angle=angle, gap=gap, tilted=False)
            radii = [row["radius"] for row in rows]
            label = f"{angle}°" if gap == 0 else None
            left.plot(
                radii, [100 * row["waist"] for row in rows], line, color=colour, marker=mark, label=label
            )
            errors = [abs(row["force_difference"]) for row in rows]
            right.loglog(radii, errors, line, color=colour, marker=mark)
    left.axhspan(-1, 1, color="0.9", lw=0)
    ends = np.array([RADII[0], RADII[-1]])
    right.loglog(ends, 0.75 / ends, color=BLACK, lw=0.7, label="first order")
    right.legend(loc="lower left")
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xticks(RADII, [str(r) for r in RADII])
        axes.minorticks_off()
        axes.set_xlabel("radius of the spheres, voxels")
    plain_ticks(right, [0.05, 0.1, 0.2, 0.5, 1, 2])
    left.set(ylabel="error of the waist, %")
    right.set(ylabel="error of the force, σR")
    left.legend(title="circles: touching, dashed: gap 0.1 R", title_fontsize=7, ncols=2)
    save(figure, "rings.png")


def draw_solid(numbers: Found) -> None:
    """Errors of the curvature law and of etch depths."""
    data = numbers["solid"]
    figure, (left, right) = canvas(2)
    radii = np.array([int(r) for r in data["depth_errors"]])
    errors = np.array(list(data["depth_errors"].values()))
    left.loglog(radii, 100 * errors, "o", color=BLUE, label="depth of an etch of R/44")
    left.loglog(radii, 100 * errors[0] * (radii[0] / radii) ** 2, color=BLACK, lw=0.7, label="second order")
    law = {int(r): abs(v) for r, v in data["law"].items()}
    left.loglog(list(law), 100 * np.array(list(law.values())), "s", color=VERMILLION, label="curvature law")
    left.set(xlabel="radius of the sphere, voxels", ylabel="error, %")
    left.set_xticks([4, 8, 16, 32], ["4", "8", "16", "32"])
    left.minorticks_off()
    plain_ticks(left, [0.1, 0.3, 1, 3])
    left.legend()
    depth = {float(d): 100 * v for d, v in data["depth"].items()}
    right.axhspan(-0.5, 0.5, color="0.92", lw=0)
    right.semilogx(list(depth), list(depth.values()), "o-", color=BLUE)
    right.set(xlabel="etch depth asked, voxels (R = 22)", ylabel="error of the depth, %", ylim=(-0.8, 0.8))
    right.set_xticks([0.05, 0.1, 0.2, 0.5, 1, 2], ["0.05", "0.1", "0.2", "0.5", "1", "2"])
    right.minorticks_off()
    save(figure, "solid.png")


def main(arguments: list[str]) -> None:
    """Measure (all parts, or those named), draw, and write the page."""
    from matplotlib import rc_context

    FOLDER.mkdir(parents=True, exist_ok=True)
    numbers = json.loads(NUMBERS.read_text()) if NUMBERS.exists() else {}
    wanted = [] if "--page" in arguments else arguments or list(PARTS)
    for name in wanted:
        numbers[name] = PARTS[name]()
        shown = (
            {k: v for k, v in numbers[name].items() if k != "profiles"} if name != "rings" else numbers[name]
        )
        print(name, json.dumps(shown, default=float), flush=True)
        # the round trip makes keys and numbers the same whether measured now or read
        write_text(NUMBERS, json.dumps({k: numbers[k] for k in PARTS if k in numbers}, default=float) + "\n")
    numbers = json.loads(NUMBERS.read_text())
    with rc_context(RC):
        for draw in (draw_necks, draw_intervals, draw_wetting, draw_rings, draw_solid):
            draw(numbers)
    write_text(PAGE, page(numbers))


if __name__ == "__main__":
    main(sys.argv[1:])
