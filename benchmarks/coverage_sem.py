"""Whether the truth lies in the intervals of the micrograph analysis.

``python benchmarks/coverage_sem.py FIRST LAST [--csv FILE]`` takes a virtual picture for every seed, each of
a powder of its own: diameter 50 to 500 nm, spread, necks 0.1 to 0.8 of the diameter on 20 to 100 % of the
contacts (every tenth powder has none), roughness, pixels, dose, detector. Thresholds were chosen on seeds
1000 to 1079, 2000 to 2079 and 3000 to 3199; seeds 4000 to 4399 are reported in `docs/techniques/sem.md`.

Truth: mean diameter of the spheres of the powder; mean neck ratio of its necks; share of its contacts that
are bonded; roughness of the outlines, which is `OUTLINE` of that of the surface because along the beam the
highest point counts (found on smooth spheres with a known skin, see `outline_share`).
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from nanokiln import techniques
from nanokiln.assembly import loose_packing
from nanokiln.core.parameters import Values
from nanokiln.techniques.sem.simulate import picture
from nanokiln.techniques.sem.virtual import assembly
from nanokiln.techniques.sem.virtual.settings import LARGEST_FIELD, settings
from nanokiln.techniques.sem.virtual.skins import Skin

NAMES = ("diameter_mean", "neck_ratio_mean", "bonded_fraction", "roughness_rq")
PIXELS, SPHERES = 640, 400
TOUCH = 1.02  # distance over the sum of radii up to which two spheres of the packing touch
OUTLINE = 0.64
LOOSE = 10  # every so many powders have no neck at all


def powder(rng: np.random.Generator, seed: int) -> tuple[assembly.Powder, dict[str, float]]:
    """Return a powder and the truth about it."""
    diameter = float(np.exp(rng.uniform(math.log(50.0), math.log(500.0))))
    loose = loose_packing(SPHERES, diameter, diameter * rng.uniform(0.03, 0.10), seed, values=Values())
    radii, box = loose.radius_nm, loose.box_nm
    places = loose.position_nm % box
    pairs = cKDTree(places, boxsize=box).query_pairs(TOUCH * 2 * radii.max(), output_type="ndarray")
    step = places[pairs[:, 0]] - places[pairs[:, 1]]
    apart = np.linalg.norm(step - box * np.round(step / box), axis=1)
    pairs = pairs[apart < TOUCH * radii[pairs].sum(axis=1)]
    share, mean = rng.uniform(0.2, 1.0), rng.uniform(0.1, 0.8)
    bonded = pairs[rng.random(len(pairs)) < (0.0 if seed % LOOSE == 0 else share)]
    ratio = np.clip(mean * (1 + 0.1 * rng.standard_normal(len(bonded))), 0.05, 0.9)
    bend = (1 / radii[bonded]).sum(axis=1) / 2
    neck = np.minimum(ratio / bend, 0.9 * radii[bonded].min(axis=1))
    ratio = neck * bend
    truth = {
        "diameter_mean": float(2 * radii.mean()),
        "neck_ratio_mean": float(ratio.mean()) if len(ratio) else math.nan,
        "bonded_fraction": len(bonded) / len(pairs),
    }
    return assembly.Powder(places, radii, bonded.astype(np.int64), neck, box), truth


def shot(seed: int) -> tuple[object, dict[str, float]]:
    """Return the picture of a seed and the truth about it."""
    rng = np.random.default_rng([seed, 5])
    one, truth = powder(rng, seed)
    diameter = truth["diameter_mean"]
    across = rng.uniform(25.0, 70.0)  # pixels per diameter
    field = min(diameter * PIXELS / across, LARGEST_FIELD)
    across = diameter * PIXELS / field
    rough = diameter * rng.uniform(0.0, 0.03)
    truth["roughness_rq"] = OUTLINE * rough
    chosen = settings(
        {
            "field": field,
            "pixels": PIXELS,
            "dose": float(np.exp(rng.uniform(math.log(30.0), math.log(1000.0)))),
            "detector": "et" if rng.random() < 0.5 else "inlens",
            "bar": False,
        },
        Values(),
    )
    skin = Skin(rough, diameter * rng.uniform(0.08, 0.25), "drawn")
    scene = assembly.scene(one, (field, field), skin, rng)
    truth |= {"pixel_nm": field / PIXELS, "across": across, "dose": chosen.beam.dose}
    return picture(scene, chosen, rng, values=Values()), truth


def row(seed: int) -> dict[str, float]:
    """Return truth and findings of one picture."""
    begun = time.perf_counter()
    taken, truth = shot(seed)
    ready = time.perf_counter()
    found = {f.name: f for f in techniques.get("sem").analyse([taken])}
    values: dict[str, float] = {"seed": seed, **{f"true_{k}": v for k, v in truth.items()}}
    for name in NAMES:
        values |= {name: found[name].value, f"{name}_low": found[name].low, f"{name}_high": found[name].high}
    values |= {"taken_s": ready - begun, "analysed_s": time.perf_counter() - ready}
    return values


def report(rows: list[dict[str, float]]) -> None:
    """Print bias and coverage of every finding."""
    print(f"{len(rows)} pictures; analysis {np.median([r['analysed_s'] for r in rows]):.1f} s")
    for name in NAMES:
        got = [r for r in rows if math.isfinite(r[name])]
        if not got:
            print(f"{name}: resolved in 0 of {len(rows)}")
            continue
        true = np.array([r[f"true_{name}"] for r in got])
        value, low, high = (np.array([r[f"{name}{end}"] for r in got]) for end in ("", "_low", "_high"))
        inside = (low <= true) & (true <= high)
        off = (value - true) / (true if name.startswith("diam") else 1.0)
        print(
            f"{name}: resolved in {len(got)} of {len(rows)}; truth inside {inside.mean():.0%} (too high "
            f"{(true < low).sum()}, too low {(true > high).sum()}); off by {np.median(off):+.3f} (median), "
            f"{off.mean():+.3f} (mean), spread {off.std():.3f}; half interval {np.median(high - low) / 2:.3g}"
        )


def main() -> None:
    """Run the seeds asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--csv", type=Path)
    options = parser.parse_args()
    rows = []
    for seed in range(options.first, options.last + 1):
        rows.append(row(seed))
        if options.csv:
            with options.csv.open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)
    report(rows)


if __name__ == "__main__":
    main()
