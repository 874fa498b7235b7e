"""Run one sample on several grids and write how far its shape depends on the voxel.

Run by hand after changes of the engine: ``python docs/make_convergence.py`` (some minutes). It writes
``docs/theory/convergence.md``; nothing on that page is typed.
"""

from __future__ import annotations

import math
from pathlib import Path

from nanokiln.assembly.voxels.measure.richardson import extrapolate
from nanokiln.assembly.voxels.measure.summary import summary
from nanokiln.body import voxel_body
from nanokiln.furnace import fire
from nanokiln.furnace.shape import shape
from nanokiln.recipe import load_recipe

RECIPE = "B-SiOC-3"
GRIDS = (64, 96, 128, 192)
PARTS = ("bulk", "necks", "roughness", "pores", "void_transport")
QUANTITIES = (
    "solid_fraction", "specific_surface", "equivalent_diameter", "neck_radius_resolved", "diameter", "rq",
    "peak_to_valley", "pore_diameter_50", "void_tortuosity",
)  # fmt: skip
PAGE = Path(__file__).parent / "theory" / "convergence.md"

HEAD = """# Voxel size

One recipe, {recipe}, with the same 25 spheres and the same seed on grids of {grids} cells along an edge,
cooled by unmixing and washed. Intervals are those of each single run (reading the field, spread over
spheres). The last column extrapolates the three finest grids to no voxel at all, where they converge
(Richardson, with the order they show); where they do not, it says so.

| quantity | {columns} | extrapolated |
|---|{rules}|---|
"""
TAIL = """
Necks are those the grid resolves, so their mean falls as finer grids see smaller ones; **their mean has not
converged at 3 nm.** Bumps of the skin are drawn as narrow as each grid holds: their lateral size is the
grid's, and Rq changes with it. The random pattern itself differs between grids.

`python docs/make_convergence.py` repeats this page.
"""


def main() -> None:
    """Run all grids and write the page."""
    firing = fire(load_recipe(RECIPE))
    form = shape(firing.setup, firing.product)
    voxels, rows = [], []
    for cells in GRIDS:
        body = voxel_body(firing, form, cells=cells, seed=0)
        voxels.append(float(body["voxel_nm"].values[-1]))
        rows.append(summary(body, parts=PARTS))
        print(cells, f"{voxels[-1]:.2f} nm", flush=True)
    text = HEAD.format(
        recipe=RECIPE, grids=", ".join(map(str, GRIDS)),
        columns=" | ".join(f"{v:.1f} nm" for v in voxels), rules="|".join("---" for _ in GRIDS),
    )  # fmt: skip
    for name in QUANTITIES:
        unit = rows[0][name].unit
        cells = " | ".join(_one(row[name].value, row[name].low, row[name].high) for row in rows)
        label = name.replace("_", " ") + ("" if unit == "1" else f" ({unit})")
        text += f"| {label} | {cells} | {_limit(voxels, [row[name].value for row in rows])} |\n"
    PAGE.write_text(text + TAIL, encoding="utf-8")
    print(PAGE)


def _one(value: float, low: float, high: float) -> str:
    if not math.isfinite(value):
        return "not resolved"
    return f"{value:.4g} [{low:.4g}, {high:.4g}]" if math.isfinite(low) else f"{value:.4g}"


def _limit(voxels: list[float], values: list[float]) -> str:
    found = extrapolate(voxels[-3:], values[-3:])
    if not found.converged:
        return found.statement
    return f"{found.value:.4g} [{found.low:.4g}, {found.high:.4g}], order {found.order:.2g}"


if __name__ == "__main__":
    main()
