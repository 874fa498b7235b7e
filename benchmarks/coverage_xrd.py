"""How often the intervals of the diffraction analysis hold the truth: ``python benchmarks/coverage_xrd.py``.

Samples of several recipes get random positions, widths and shares of their halos, crystallite sizes, and
random settings
of the instrument. Each is recorded, written to a file, read back and analysed. Seeds below 1000 were
looked at when
thresholds were set; report seeds from 1000 on.
"""

from __future__ import annotations

import argparse
import sys
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
from nanokiln.techniques.xrd import parameters as p

RECIPES = (
    "SiOC",
    "B-SiOC-1",
    "B-SiOC-2",
    "B-SiOC-4",
    "B-SiOC-1-before",
    "B-SiOC-3-before",
    "B-SiOC-4-before",
)
DRAWN = (
    p.OXIDE_Q, p.OXIDE_WIDTH, p.OXIDE_SHARE, p.STACK_ANGLE, p.STACK_WIDTH, p.STACK_SHARE, p.LAYER_ANGLE,
    p.LAYER_WIDTH, p.LAYER_SHARE, p.LAYER_SKEW, p.AIR_DECAY,
)  # fmt: skip
NEAR_HALO, NEAR_BAND, NEAR_LINE = 4.0, 4.0, 0.25  # degrees within which a finding is about that truth
ALONE = 0.4  # degrees: lines of boric acid farther apart than this have one angle
STRONG, FAINT = 8.0, 0.0  # % of the strongest line: looked for, and able to disturb a neighbour


def settings(rng: np.random.Generator, standard: bool) -> dict[str, Any]:
    """Return random settings of the instrument."""
    return {
        "counts": float(np.exp(rng.uniform(np.log(500), np.log(30000)))),
        "step_deg": float(rng.choice([0.01, 0.02, 0.03])),
        "range_deg": [float(rng.choice([5.0, 8.0, 10.0])), float(rng.choice([70.0, 80.0, 90.0]))],
        "air_ratio": float(np.exp(rng.uniform(np.log(0.3), np.log(5.0)))),
        "holder_ratio": float(np.exp(rng.uniform(np.log(0.05), np.log(1.0)))),
        "instrument_fwhm_deg": float(rng.uniform(0.05, 0.15)),
        "acid_size_nm": float(np.exp(rng.uniform(np.log(25), np.log(150)))),
        "silicon_share": 0.15 if standard else 0.0,
        "format": str(rng.choice(["xrdml", "xy"])),
    }


def one(samples: dict[str, Sample], seed: int, folder: Path) -> list[tuple[str, float, float, float, float]]:
    """Return (quantity, truth, value, low, high) for all findings of one sample; NaN where not resolved."""
    rng = np.random.default_rng([seed, 77])
    name = str(rng.choice(RECIPES))
    drawn = {record.id: float(rng.uniform(record.low, record.high)) for record in DRAWN}
    sample = replace(samples[name], values=Values(drawn))
    standard = bool(rng.random() < 0.3)
    chosen = settings(rng, standard)
    technique = get("xrd")
    truth: Any = technique.truth(sample, chosen)  # type: ignore[attr-defined]
    written = technique.write(technique.simulate(sample, seed, chosen), folder, f"s{seed}")
    measurements = [m for f in written for m in formats.read(f, "xrd")]
    choices = {
        "instrument_fwhm_deg": chosen["instrument_fwhm_deg"],
        "standard": "silicon" if standard else None,
    }
    found = {f.name: f for f in technique.analyse(measurements, choices)}
    for f in written:
        f.unlink()
    rows = _halos(found, truth["halo_2theta"])
    if "boric_acid" in truth["lines"]:
        kind = "line, silicon standard" if standard else "line"
        angles, shares = truth["lines"]["boric_acid"]
        rows += _lines(found, angles, shares, truth["lines"].get("silicon", ([],))[0], kind)
        size = found.get("crystallite_size")
        strongest = max(
            (f for n, f in found.items() if n.endswith("_area")), key=lambda f: f.value, default=None
        )
        if size is not None and strongest is not None:
            position = found[strongest.name.replace("_area", "_2theta")].value
            if abs(position - 28.02) < NEAR_LINE:
                rows.append(("crystallite size", chosen["acid_size_nm"], size.value, size.low, size.high))
    there = set(truth["lines"])
    for n, f in found.items():
        if n.startswith("phase_"):
            kind = "phase there" if n.removeprefix("phase_") in there else "phase absent"
            verdict = f.notes[0].split(":")[0]
            if kind == "phase absent" and verdict == "matched":
                print(f"# seed {seed} {name}: {n} matched, {f.notes}", file=sys.stderr)
            rows.append((f"{kind}: {verdict}", 1.0, 1.0, 1.0, 1.0))
    return rows


def _halos(found: dict[str, Any], maxima: list[float]) -> list[tuple[str, float, float, float, float]]:
    halos = [f for n, f in found.items() if n.startswith("halo") and n.endswith("_2theta")]
    rows = []
    for kind, place, near in (("halo", 22.0, NEAR_HALO), ("10 band", 43.0, NEAR_BAND)):
        true = [m for m in maxima if abs(m - place) < near]
        middle = {f.name: 0.5 * (f.low + f.high) for f in halos}
        own = [f for f in halos if abs(middle[f.name] - place) < near]
        if true and own:
            best = min(own, key=lambda f: abs(middle[f.name] - true[0]))
            rows.append((kind, true[0], best.value, best.low, best.high))
        elif true:
            rows.append((kind, true[0], np.nan, np.nan, np.nan))
    return rows


def _lines(
    found: dict[str, Any], angles: Any, shares: Any, foreign: Any, kind: str
) -> list[tuple[str, float, float, float, float]]:
    rows = []
    strong = shares > STRONG / 100 * shares.max()
    peaks = [f for n, f in found.items() if n.startswith("peak_") and n.endswith("_2theta")]
    for angle in angles[strong]:
        others = np.r_[angles[(shares > FAINT / 100 * shares.max()) & (angles != angle)], foreign]
        near = [f for f in peaks if abs(f.value - angle) < NEAR_LINE]
        if near and np.abs(others - angle).min() > ALONE:
            best = min(near, key=lambda f: abs(f.value - angle))
            rows.append((kind, float(angle), best.value, best.low, best.high))
    return rows


def study(seeds: Iterable[int]) -> list[tuple[str, float, float, float, float]]:
    """Return the rows of all seeds; see `one`."""
    samples = {name: make_sample(load_recipe(name), spheres=50) for name in RECIPES}
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for seed in seeds:
            rows += one(samples, seed, Path(name))
    return rows


def summary(rows: list[tuple[str, float, float, float, float]]) -> dict[str, tuple[int, int, float, float]]:
    """Return for each quantity: number, resolved ones, share of intervals that hold, median half-width."""
    result = {}
    for kind in sorted({r[0] for r in rows}):
        mine = np.array([r[1:] for r in rows if r[0] == kind])
        resolved = mine[np.isfinite(mine[:, 1])]
        inside = (resolved[:, 2] <= resolved[:, 0]) & (resolved[:, 0] <= resolved[:, 3])
        width = float(np.median(resolved[:, 3] - resolved[:, 2]) / 2) if len(resolved) else np.nan
        result[kind] = (len(mine), len(resolved), float(inside.mean()) if len(resolved) else np.nan, width)
    return result


def main() -> None:
    """Run the study and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--number", type=int, default=250)
    chosen = parser.parse_args()
    rows = study(range(chosen.first, chosen.first + chosen.number))
    print(f"{'quantity':28s} {'number':>7s} {'resolved':>9s} {'holds truth':>12s} {'half-width':>11s}")
    for kind, (number, resolved, share, width) in summary(rows).items():
        if kind.startswith("phase"):
            print(f"{kind:28s} {number:7d}")
        else:
            print(f"{kind:28s} {number:7d} {resolved:9d} {share:12.1%} {width:11.3f}")


if __name__ == "__main__":
    main()
