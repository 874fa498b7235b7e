"""A virtual dissolution series on an ICP emission spectrometer: blanks, standards, checks, samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError, unknown_name
from ...core.measurement import Measurement
from ...core.parameters import Values
from ...formats.icp_csv import COLUMNS
from ...matter.constants import MASS_B, MASS_H3BO3, MASS_SI
from . import parameters as par
from .dissolution import boron_dissolved, silicon_dissolved

if TYPE_CHECKING:
    from ...sample import Sample

DEFAULTS: Mapping[str, Any] = {
    "times_h": (1.0, 2.0, 4.0, 8.0, 24.0), "mass_mg": 20.0, "volume_mL": 100.0, "dilution": 10.0,
    "standards_mg_L": (0.1, 0.5, 2.0, 10.0), "replicates": 3, "dwell_s": 5.0, "drift_per_h": 0.03,
    "internal_standard": True, "fusion": False, "noise": 1.0,
}  # fmt: skip  # a usual batch: powder in a flask, a tenfold dilution, five per mill of scatter
LINES = {"B": "249.772", "Si": "251.611", "Y": "371.029"}  # nm, the usual emission lines
BLANKS = 4  # readings of the blank, spread over the batch
CHECK_EVERY = 2  # samples between two measurements of the check standard
YTTRIUM = 1.0  # mg/L of internal standard in every solution
MINUTES_EACH = 3.0  # min between two solutions: uptake, rinsing, replicates
_HOUR = 60.0  # min
MOST_TIMES = 40  # samples of one batch, a full rack
MOST_REPLICATES = 20  # as instrument software allows


def simulate(sample: Sample, seed: int, settings: Mapping[str, Any] | None = None) -> list[Measurement]:
    """Dissolve a sample and measure boron and silicon in solution over time.

    Parameters
    ----------
    sample
        The sample; ``state``, ``recipe``, ``name`` and ``values`` are used.
    seed
        Seed of plasma, counting and glassware.
    settings
        ``times_h`` of sampling, ``mass_mg`` of powder in ``volume_mL``, ``dilution`` before measuring,
        ``standards_mg_L`` (both elements), ``replicates``, ``dwell_s``, ``drift_per_h`` of the sensitivity,
        ``internal_standard`` (yttrium in every solution), ``fusion`` (the powder is fused with alkali first,
        so that all of it dissolves at once; ``times_h`` then only numbers the solutions), ``noise`` (factor on all errors but drift; 0
        switches them off).

    Returns
    -------
    list of Measurement
        One batch with the columns of `formats.icp_csv`.

    Raises
    ------
    InputError
        For an unknown setting or one out of range, or a sample without silicon.

    Limits
    ------
    No spectral interference (iron on boron), no matrix effect beyond a common drift, no precipitation of
    silica. The law of dissolution is calibrated on two readings whose times the article does not give.
    """
    chosen = _settings(settings or {})
    v = sample.values
    if not sample["silicon"] > 0:
        raise InputError(f"'{sample.name}' holds no silicon; there is no B/Si ratio to measure.")
    rng = np.random.default_rng(seed)
    solutions = _solutions(sample, chosen)
    readings = _readings(solutions, chosen, rng, v)
    elements = sample.recipe.precursor.silicon_mass_fraction
    fed = sample.recipe.additive_ratio * v[MASS_B] / v[MASS_H3BO3]
    record = {
        "sample": sample.name,
        "internal_standard": f"Y {LINES['Y']}" if chosen["internal_standard"] else "",
        "feed_b_si": fed / elements if elements > 0 else None,
    }
    return [Measurement("icp", readings, "synthetic", sample.name, record)]


def _solutions(sample: Sample, chosen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the solutions in the order of measurement, concentrations in mg/L as they enter the plasma."""
    v = sample.values
    per_litre = chosen["mass_mg"] / chosen["volume_mL"] * 1000 / chosen["dilution"] / sample["product_mass"]
    boron, silicon = (
        sample[name] * v[mass] / 1000 * per_litre for name, mass in (("boron", MASS_B), ("silicon", MASS_SI))
    )
    blank = {"label": "blank", "type": "blank", "B": 0.0, "Si": 0.0}
    standards = [
        {"label": f"standard {c:g}", "type": "standard", "B": c, "Si": c, "standard": c}
        for c in chosen["standards_mg_L"]
    ]
    middle = sorted(chosen["standards_mg_L"])[len(chosen["standards_mg_L"]) // 2]
    check = {"label": "check", "type": "check", "B": middle, "Si": middle, "standard": middle}
    run: list[dict[str, Any]] = [blank] * (BLANKS // 2) + standards + [check]
    for number, time in enumerate(chosen["times_h"], 1):
        share = 1.0 if chosen["fusion"] else float(silicon_dissolved(time, v))
        run.append(
            {
                "label": f"{sample.name} {time:g} h", "type": "sample", "time": time,
                "dilution": chosen["dilution"], "B": boron * float(boron_dissolved(share, v)),
                "Si": silicon * share,
            }
        )  # fmt: skip
        if number % CHECK_EVERY == 0:
            run.append(check)
    return [*run, check, *[blank] * (BLANKS - BLANKS // 2)]


def _readings(
    solutions: Sequence[Mapping[str, Any]],
    chosen: Mapping[str, Any],
    rng: np.random.Generator,
    values: Values,
) -> Any:
    import xarray as xr

    noise, dwell = chosen["noise"], chosen["dwell_s"]
    sensitivity = {"B": par.SENSITIVITY_B, "Si": par.SENSITIVITY_SI, "Y": par.SENSITIVITY_Y}
    names = ("B", "Si", "Y") if chosen["internal_standard"] else ("B", "Si")
    # one factor for all standards of an element, and the glassware of the batch
    stock = {e: 1 + noise * values[par.STANDARD_ERROR] * rng.standard_normal() for e in ("B", "Si")}
    dirt = values[par.BLANK_BORON]
    rows: list[tuple[Any, ...]] = []
    for sequence, solution in enumerate(solutions, 1):
        drift = 1 + chosen["drift_per_h"] * sequence * MINUTES_EACH / _HOUR
        for replicate in range(1, chosen["replicates"] + 1):
            common = drift * (1 + noise * values[par.FLICKER] * rng.standard_normal())
            for element in names:
                amount = YTTRIUM if element == "Y" else solution[element]
                if "standard" in solution and element != "Y":
                    amount *= stock[element]
                if element == "B":
                    amount += dirt
                own = common * (1 + noise * values[par.LINE_FLICKER] * rng.standard_normal())
                mean = dwell * (values[par.BACKGROUND] + own * values[sensitivity[element]] * amount)
                counts = float(rng.poisson(mean)) if noise > 0 else mean
                known = solution.get("standard", np.nan) if element != "Y" else np.nan
                rows.append(
                    (
                        float(sequence), solution["label"], solution["type"], solution.get("time", np.nan),
                        solution.get("dilution", 1.0), element, LINES[element], known, float(replicate),
                        counts, dwell,
                    )
                )  # fmt: skip
    units = {"time_h": "h", "standard_mg_L": "mg/L", "counts": "counts", "dwell_s": "s"}
    columns = {}
    for name, column in zip(COLUMNS, zip(*rows, strict=True), strict=True):
        words = isinstance(column[0], str)
        columns[name] = (
            "reading",
            np.array(column, dtype=object if words else float),
            {"units": units.get(name, "1")},
        )
    return xr.Dataset(columns)


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in DEFAULTS:
            raise unknown_name("setting of icp", name, DEFAULTS)
    chosen = {**DEFAULTS, **given}
    for name in ("times_h", "standards_mg_L"):
        chosen[name] = tuple(sorted(float(x) for x in np.atleast_1d(chosen[name])))
        if not chosen[name] or not all(0 < x < np.inf for x in chosen[name]):
            raise InputError(f"{name} = {given.get(name)!r}: give one or more numbers above 0.")
    for name in ("mass_mg", "volume_mL", "dilution", "dwell_s"):
        chosen[name] = float(chosen[name])
        if not 0 < chosen[name] < np.inf:
            raise InputError(f"{name} = {chosen[name]:g}: must be above 0.")
    if len(set(chosen["standards_mg_L"])) < 2 or len(chosen["times_h"]) > MOST_TIMES:
        raise InputError(f"give at least two different standards and at most {MOST_TIMES} times.")
    chosen["noise"], chosen["drift_per_h"] = float(chosen["noise"]), float(chosen["drift_per_h"])
    if not 0 <= chosen["noise"] < np.inf or not abs(chosen["drift_per_h"]) <= 1:
        raise InputError("noise must be 0 or more, drift_per_h between -1 and 1.")
    for name in ("internal_standard", "fusion"):
        if not isinstance(chosen[name], bool):
            raise InputError(f"{name} = {chosen[name]!r}: give true or false.")
    count = chosen["replicates"]
    if isinstance(count, bool) or not isinstance(count, int) or not 2 <= count <= MOST_REPLICATES:
        raise InputError(f"replicates = {count!r}: give a whole number from 2 to {MOST_REPLICATES}.")
    return chosen
