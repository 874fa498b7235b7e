"""Voltammograms of known peaks with noise: for tests and studies, not a model of an electrode."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...core.measurement import Measurement

POINTS = 600  # rows of a sweep
WINDOW = (0.01, 3.0)  # V


def voltammogram(
    anodic: Sequence[tuple[float, float, float]],
    cathodic: Sequence[tuple[float, float, float]],
    scan_rate_V_s: float,
    seed: int,
    *,
    noise: float = 0.005,
    capacitance: float = 0.0,
    window: tuple[float, float] = WINDOW,
    cycles: int = 2,
) -> Measurement:
    """Return a synthetic voltammogram.

    Parameters
    ----------
    anodic, cathodic
        Peaks as (potential in V, height in A, standard deviation in V).
    scan_rate_V_s
        Scan rate.
    seed
        Seed of the noise.
    noise
        Standard deviation of the current over the largest peak.
    capacitance
        F; adds a current of capacitance times scan rate.
    window
        Turning potentials (V).
    cycles
        Number of cycles.
    """
    import xarray as xr

    rng = np.random.default_rng(seed)
    up = np.linspace(*window, POINTS)
    curves = []
    for sign, peaks, potential in ((1, anodic, up), (-1, cathodic, up[::-1])):
        current = np.full(POINTS, capacitance * scan_rate_V_s)
        for centre, height, width in peaks:
            current += height * np.exp(-0.5 * ((potential - centre) / width) ** 2)
        curves.append((potential, sign * current))
    potential = np.tile(np.concatenate([v for v, _ in curves]), cycles)
    current = np.tile(np.concatenate([i for _, i in curves]), cycles)
    largest = max(height for _, height, _ in (*anodic, *cathodic))
    current = current + noise * largest * rng.normal(size=current.size)
    step = (window[1] - window[0]) / (POINTS - 1) / scan_rate_V_s
    columns = {
        "time": (np.arange(current.size) * step, "s"),
        "potential": (potential, "V"),
        "current": (current, "A"),
        "cycle": (np.repeat(np.arange(cycles) + 1, 2 * POINTS), "1"),
    }
    data = xr.Dataset({name: ("point", values, {"units": unit}) for name, (values, unit) in columns.items()})
    settings = {"scan_rate_V_s": scan_rate_V_s, "reference_electrode": "Li/Li+"}
    return Measurement("cv", data, "synthetic", f"{1000 * scan_rate_V_s:g} mV/s", settings)
