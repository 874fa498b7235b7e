"""How often the intervals of the infrared analysis hold the truth: ``python benchmarks/coverage_ftir.py``.

Samples get random places, widths and strengths of their bands and random settings of the spectrometer. Each
is recorded, written, read back and analysed; every band found is held against the nearest one a perfect
instrument would show. Seeds below 2000 were looked at when limits were set; report seeds from 2000 on.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nanokiln import formats
from nanokiln.core.parameters import Values
from nanokiln.recipe import load_recipe
from nanokiln.sample import Sample, make_sample
from nanokiln.techniques import get
from nanokiln.techniques.ftir import parameters as par
from nanokiln.techniques.ftir.modes import DIOXIDE_BRANCHES, TABLE, VAPOUR_LINES

RECIPES = ("SiOC", "B-SiOC-1", "B-SiOC-3", "B-SiOC-4", "B-SiOC-3-before", "carbon", "silica", "BTEE-SiOC")
DRAWN = {record for row in TABLE for record in row[2:]} | {
    par.LONGITUDINAL_SHARE, par.BRIDGES, par.BEND_SHARE, par.WATER_BEND, par.WATER_STRETCH, par.W_WATER_BEND,
    par.W_WATER_STRETCH, par.SCATTER_POWER,
}  # fmt: skip
MATCH = 25.0  # 1/cm: how far a band found may lie from a true one to be held against it

Row = tuple[str, float, float, float, float]


def settings(rng: np.random.Generator) -> dict[str, Any]:
    """Return random settings of the spectrometer."""
    return {
        "powder_mg": float(np.exp(rng.uniform(np.log(0.15), np.log(0.6)))),
        "noise": float(np.exp(rng.uniform(np.log(5e-5), np.log(2e-3)))),
        "scatter": float(rng.uniform(0.05, 0.6)),
        "water": float(rng.uniform(0.02, 0.3)),
        "vapour": float(rng.choice([0.0, 0.002, 0.005])),
        "carbon_dioxide": float(rng.choice([0.0, 0.01])),
        "resolution_per_cm": float(rng.choice([2.0, 4.0, 8.0])),
        "step_per_cm": float(rng.choice([1.0, 2.0, 4.0])),
        "ordinate": str(rng.choice(["absorbance", "transmittance"])),
    }


def one(samples: dict[str, Sample], seed: int, folder: Path) -> list[Row]:
    """Return (kind, truth, value, low, high) for all bands of one sample, true ones not found included."""
    rng = np.random.default_rng([seed, 78])
    drawn = {r.id: float(rng.uniform(r.low, r.high)) for r in sorted(DRAWN, key=lambda r: r.id)}
    sample = replace(samples[str(rng.choice(RECIPES))], values=Values(drawn))
    chosen = settings(rng)
    technique = get("ftir")
    exact: dict[str, float] = technique.truth(sample, chosen)  # type: ignore[attr-defined]
    (file,) = technique.write(technique.simulate(sample, seed, chosen), folder, f"s{seed}")
    found = technique.analyse(formats.read(file, "ftir"))
    file.unlink()
    rows: list[Row] = []
    left = dict(exact)
    for f in found:
        kind = "shoulder" if f.notes[0].startswith("shoulder") else "maximum"
        if not f.resolved:
            continue
        name = min(left, key=lambda n: abs(left[n] - f.value), default=None)
        if name is not None and abs(left[name] - f.value) < MATCH:
            as_true = name.startswith("band") == (kind == "maximum")
            rows.append((kind if as_true else f"{kind}, truly not", left.pop(name), f.value, f.low, f.high))
        elif _of_gas(f.value):
            rows.append(("gas", np.nan, f.value, f.low, f.high))
        else:
            rows.append(("false", np.nan, f.value, f.low, f.high))
    rows += [(f"missed {n.split('_')[0]}", at, np.nan, np.nan, np.nan) for n, at in left.items()]
    return rows


def _of_gas(at: float) -> bool:
    lines = [*VAPOUR_LINES, *(b[0] for b in DIOXIDE_BRANCHES)]
    return min(abs(at - line) for line in lines) < 10


def study(seeds: Iterable[int]) -> list[Row]:
    """Return the rows of all seeds; see `one`."""
    samples = {name: make_sample(load_recipe(name), spheres=50) for name in RECIPES}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        for seed in seeds:
            rows += one(samples, seed, Path(name))
    return rows


def summary(rows: list[Row]) -> dict[str, tuple[int, float, float]]:
    """Return for each kind: number, share of intervals that hold the truth, median half-width."""
    result = {}
    for kind in sorted({r[0] for r in rows}):
        mine = np.array([r[1:] for r in rows if r[0] == kind])
        inside = (mine[:, 2] <= mine[:, 0]) & (mine[:, 0] <= mine[:, 3])
        known = np.isfinite(mine[:, :2]).all()
        half = float(np.median(0.5 * (mine[:, 3] - mine[:, 2]))) if np.isfinite(mine[:, 2]).all() else np.nan
        result[kind] = (len(mine), float(inside.mean()) if known else np.nan, half)
    return result


def main() -> None:
    """Run the study and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--first", type=int, default=2000)
    parser.add_argument("--number", type=int, default=250)
    chosen = parser.parse_args()
    rows = study(range(chosen.first, chosen.first + chosen.number))
    print(f"{'bands':28s} {'number':>7s} {'hold truth':>11s} {'half-width':>11s}")
    for kind, (number, share, width) in summary(rows).items():
        print(f"{kind:28s} {number:7d} {share:11.1%} {width:11.2f}")


if __name__ == "__main__":
    main()
