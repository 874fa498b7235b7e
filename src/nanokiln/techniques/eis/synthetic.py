"""Spectra of known circuits with noise: for tests, studies, and a half cell that has its resistances."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InputError
from ...core.measurement import Measurement
from .circuit import Circuit

LOWEST_HZ, HIGHEST_HZ = 1e-2, 1e5  # the usual sweep of a coin cell
PER_DECADE = 10  # frequencies
NOISE = 0.005  # relative standard deviation of real and imaginary part


def frequencies(
    low_Hz: float = LOWEST_HZ, high_Hz: float = HIGHEST_HZ, per_decade: int = PER_DECADE
) -> NDArray[np.float64]:
    """Return the frequencies of a sweep (Hz), falling as an instrument measures them."""
    if not 0 < low_Hz < high_Hz or per_decade < 1:
        raise InputError(
            f"sweep {low_Hz:g} to {high_Hz:g} Hz, {per_decade} a decade: give 0 < low < high and at least 1."
        )
    return np.geomspace(high_Hz, low_Hz, round(np.log10(high_Hz / low_Hz) * per_decade) + 1)


def spectrum(
    circuit: str,
    values: Mapping[str, float],
    seed: int,
    *,
    frequency: NDArray[np.float64] | None = None,
    noise: float = NOISE,
    label: str = "",
) -> Measurement:
    """Return a synthetic spectrum.

    Parameters
    ----------
    circuit
        Circuit in words, see `circuit`.
    values
        Its parameters by name: ``R0``, ``R1`` (ohm), ``tau1`` (s) or ``Q1`` (ohm^-1 s^n), ``n1``, ``A2``
        (ohm/s^0.5) and so on.
    seed
        Seed of the noise.
    frequency
        Hz; a sweep from 100 kHz to 10 mHz where it is not given.
    noise
        Standard deviation of real and imaginary part relative to the modulus.
    label
        Name of the sample.

    Raises
    ------
    InputError
        For a circuit that is not understood, a missing parameter or one that is not above 0.
    """
    import xarray as xr

    parsed = Circuit.parse(circuit)
    full = dict(values)
    for i in range(1, len(parsed.arcs) + 1):
        if f"Q{i}" in full and f"R{i}" in full:
            full.setdefault(f"tau{i}", (full[f"R{i}"] * full[f"Q{i}"]) ** (1 / full.get(f"n{i}", 1.0)))
    bad = [name for name in parsed.names if not full.get(name, 0.0) > 0]
    if bad:
        raise InputError(
            f"circuit {circuit} needs {', '.join(parsed.names)} above 0; not given: {', '.join(bad)}."
        )
    hertz = frequencies() if frequency is None else np.asarray(frequency, dtype=float)
    exact = parsed.impedance(full, hertz)
    rng = np.random.default_rng(seed)
    seen = exact + noise * np.abs(exact) * (rng.normal(size=hertz.size) + 1j * rng.normal(size=hertz.size))
    data = xr.Dataset(
        {
            "frequency": ("point", hertz, {"units": "Hz"}),
            "z_real": ("point", seen.real, {"units": "ohm"}),
            "z_imag": ("point", seen.imag, {"units": "ohm"}),
        }
    )
    return Measurement("eis", data, "synthetic", label or circuit)
