"""How often the 90 % interval of the B/Si ratio holds the truth.

Powder, filling, dilution, standards, replicates, drift and internal standard vary from batch to batch, not
only the noise; each batch is written to a file and read back. Thresholds were set on seeds from 10000 on, the
numbers of the documentation are those of seeds from 0 on.

    python benchmarks/coverage_icp.py [BATCHES] [FIRST_SEED]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from nanokiln.core.parameters import Values
from nanokiln.formats import icp_csv
from nanokiln.techniques.icp import technique
from nanokiln.techniques.icp.dissolution import ratio


class Fake(SimpleNamespace):
    """A powder with what the spectrometer looks at."""

    def __getitem__(self, name):
        return self.state[name]


def powder(rng: np.random.Generator) -> Fake:
    """Draw a powder and its pace of dissolution."""
    values = Values(
        {
            "icp.dissolved_first": rng.uniform(0.1, 0.45),
            "icp.dissolved_last": rng.uniform(0.5, 0.95),
            "icp.boron_depth": rng.uniform(0.02, 0.3),
        }
    )
    state = {
        "boron": rng.uniform(0.5, 11),
        "silicon": rng.uniform(6, 13),
        "product_mass": rng.uniform(1, 1.2),
    }
    recipe = SimpleNamespace(
        additive_ratio=rng.uniform(0.1, 1), precursor=SimpleNamespace(silicon_mass_fraction=0.34)
    )
    return Fake(state=state, values=values, recipe=recipe, name="powder")


def one(seed: int, folder: Path) -> list[tuple[float, float, float, float]]:
    """Return value, ends of the interval and truth of every solution of one batch."""
    rng = np.random.default_rng([78, seed])
    sample = powder(rng)
    standards = np.sort(np.exp(rng.uniform(np.log(0.05), np.log(20), int(rng.integers(3, 7)))))
    times = tuple(np.round(np.exp(rng.uniform(np.log(0.2), np.log(48), int(rng.integers(1, 5)))), 3))
    settings = {
        "times_h": times,
        "mass_mg": float(rng.uniform(5, 40)),
        "dilution": float(rng.choice([5.0, 10.0, 50.0, 200.0])),
        "standards_mg_L": tuple(standards),
        "replicates": int(rng.integers(3, 7)),
        "dwell_s": float(rng.choice([1.0, 5.0, 10.0])),
        "drift_per_h": float(rng.uniform(-0.1, 0.1)),
        "internal_standard": bool(rng.random() < 0.7),
    }
    path = folder / f"batch{seed}.csv"
    icp_csv.write(path, technique.simulate(sample, seed, settings)[0])
    found = [f for f in technique.analyse(icp_csv.read(path)) if f.name == "b_si_mass_ratio"]
    v = sample.values
    whole = sample["boron"] * v["mass.B"] / (sample["silicon"] * v["mass.Si"])
    return [(f.value, f.low, f.high, float(ratio(f.choices["time_h"], whole, v))) for f in found]


def study(batches: int, first: int = 0) -> dict[str, float]:
    """Return coverage, share resolved, median relative half width and bias of one solution per batch."""
    with tempfile.TemporaryDirectory() as name:
        # one solution of each: those of a batch share their errors
        rows = np.array([one(seed, Path(name))[0] for seed in range(first, first + batches)])
    resolved = rows[np.isfinite(rows[:, 0])]
    value, low, high, true = resolved.T
    return {
        "coverage": float(np.mean((low <= true) & (true <= high))),
        "resolved": len(resolved) / batches,
        "half_width": float(np.median((high - low) / 2 / true)),
        "bias": float(np.median(value / true - 1)),
    }


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    start = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    print("  ".join(f"{k} {v:.4f}" for k, v in study(count, start).items()))
