"""How often the 90 % intervals of the thermogravimetric analysis hold the truth.

Powders, kinetics, ramps, fillings and blanks vary from run to run, not only the noise; each run is written to
a file and read back. Thresholds of the analysis were set on seeds from 10000 on, the numbers of the
documentation are those of seeds from 0 on.

    python benchmarks/coverage_tga.py [RUNS] [FIRST_SEED]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import xarray as xr

from nanokiln.core.parameters import Values
from nanokiln.formats import tga_csv, tga_netzsch
from nanokiln.techniques.tga import technique
from nanokiln.techniques.tga.burning import course, powder_of
from nanokiln.techniques.tga.steps import BASE_LENGTHS, BASE_SHARES
from nanokiln.techniques.tga.truth import truth

WET = 250.0  # degC below which a step is one of drying
NAMES = ("dtg_max", "onset", "t5", "residue")


class Fake(SimpleNamespace):
    """A powder with what the thermobalance looks at."""

    def __getitem__(self, name):
        return self.state[name]


def powder(rng: np.random.Generator) -> Fake:
    """Draw a powder of oxide, free carbon with boron, surface, and kinetics."""
    carbon = rng.uniform(0.12, 0.40)
    # an oxide of silicon that lacks up to a tenth of its oxygen, as next to carbon
    oxygen = 0.53 * (1 - carbon) * rng.uniform(0.9, 1.0)
    fraction = np.array([0.0, carbon, oxygen, 1 - carbon - oxygen])
    zones = xr.Dataset(
        {
            "mass_mg_g": ("zone", [1000.0]),
            "hydrogen_mg_g": ("zone", [0.0]),
            "mass_fraction": (("zone", "element"), [fraction]),
            "boron_mass_fraction": (("zone", "species"), [[0.0, 0.0]]),
        },
        coords={"element": ["B", "C", "O", "Si"], "species": ["BO3", "B-OH"]},
    )
    values = Values(
        {
            "tga.combustion_energy": rng.uniform(130e3, 190e3),
            "carbon.oxidation_base": rng.uniform(480.0, 650.0),
        }
    )
    pores = xr.Dataset({"total_area_m2_g": ((), rng.uniform(10, 220))})
    state = {"boron_per_carbon": rng.uniform(0.0, 0.13)}
    return Fake(zones=zones, pores=pores, state=state, values=values, name="powder")


def one(seed: int, folder: Path) -> dict[str, tuple[float, float, float, float]]:
    """Return value, ends of the interval and truth by name for one simulated run."""
    rng = np.random.default_rng([77, seed])
    sample = powder(rng)
    settings = {
        "rates_K_min": float(np.exp(rng.uniform(np.log(3), np.log(25)))),
        "mass_mg": float(np.exp(rng.uniform(np.log(3), np.log(20)))),
        "interval_s": float(rng.choice([1.0, 2.0, 5.0])),
        "moisture_monolayers": float(rng.uniform(0, 0.5)),
        "blank": bool(rng.random() < 0.7),
    }
    runs = technique.simulate(sample, seed, settings)
    form = tga_netzsch if seed % 2 else tga_csv
    path = folder / f"run{seed}.dat"
    form.write(path, runs[0])
    found = {f.name: f for f in reversed(_of_carbon(technique.analyse(form.read(path))))}
    exact = course(
        powder_of(sample, settings["moisture_monolayers"]), 30.0, 1000.0, settings["rates_K_min"], "air",
        sample.values,
    )  # fmt: skip
    # the interval speaks for any analyst: the true onset is that of one who chooses the base line at random
    true = truth(exact, WET, float(rng.choice(BASE_SHARES)), float(rng.choice(BASE_LENGTHS)))
    return {n: (f.value, f.low, f.high, true[n]) if (f := found.get(n)) else (np.nan,) * 4 for n in NAMES}


def _of_carbon(findings: list) -> list:
    """Leave out what belongs to the step of drying."""
    dry = {f.choices["label"] for f in findings if f.name == "dtg_max" and f.value < WET}
    return [f for f in findings if f.choices["label"] not in dry]


def study(runs: int, first: int = 0) -> dict[str, dict[str, float]]:
    """Return coverage, share resolved, median half width and median error by finding."""
    with tempfile.TemporaryDirectory() as name:
        table = [one(seed, Path(name)) for seed in range(first, first + runs)]
    summary = {}
    for finding in NAMES:
        rows = np.array([t[finding] for t in table])
        rows = rows[np.isfinite(rows[:, 0])]
        value, low, high, true = rows.T
        summary[finding] = {
            "coverage": float(np.mean((low <= true) & (true <= high))),
            "resolved": len(rows) / runs,
            "half_width": float(np.median(high - low) / 2),
            "bias": float(np.median(value - true)),
        }
    return summary


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    start = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for finding, numbers in study(count, start).items():
        print(f"{finding:8s}", "  ".join(f"{k} {v:.3f}" for k, v in numbers.items()))
