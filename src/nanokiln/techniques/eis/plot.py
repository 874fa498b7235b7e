"""Figure of impedance spectra: Nyquist and Bode with fit, Kramers-Kronig residuals, relaxation times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError
from ...core.evidence import Finding
from ...core.measurement import Measurement
from .analyse import CHOICES, Result, evaluate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito
MM = 1 / 25.4  # inch
SIZE = (178 * MM, 120 * MM)  # two columns wide
FONT = 8  # points at that width
SMALL = 7  # points, legends
HEADROOM = 0.35  # of the residual panel, for its legend
FINE = 300  # points of a fitted curve


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw spectra with their best circuit (left), residuals (top right) and relaxation times (bottom right).

    Parameters
    ----------
    measurements
        Spectra, at most seven in one figure.
    findings
        Result of `analyse` on the same measurements; the choices they were made with are used again.

    Raises
    ------
    InputError
        If there is nothing to draw or more than seven spectra.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not 0 < len(measurements) <= len(COLOURS):
        raise InputError(f"{len(measurements)} spectra: give 1 to {len(COLOURS)} for one figure.")
    results = [evaluate(m, _chosen(findings)) for m in measurements]
    with mpl.rc_context(
        {"font.size": FONT, "lines.linewidth": 1.0, "axes.linewidth": 0.7, "legend.fontsize": SMALL}
    ):
        figure = Figure(figsize=SIZE, layout="constrained")
        (nyquist, residuals), (bode, times) = figure.subplots(2, 2)
        phase = bode.twinx()
        for measurement, result, colour in zip(measurements, results, COLOURS, strict=False):
            name = measurement.label or "spectrum"
            _nyquist(nyquist, result, colour, name if len(measurements) > 1 else "")
            _bode(bode, phase, result, colour)
            _residuals(residuals, result, colour, len(measurements) == 1)
            _times(times, result, colour)
        _finish(nyquist, bode, phase, residuals, times)
        if len(measurements) == 1:
            _numbers(nyquist, findings, str(results[0].best.circuit))
        if any(m.origin == "synthetic" for m in measurements):
            figure.suptitle("SYNTHETIC (simulated, not measured)", fontsize=FONT, color="#B00000")
    return figure


def _chosen(findings: Sequence[Finding]) -> dict[str, Any] | None:
    """Return the choices the findings were made with, except the circuit, which is the best already."""
    if not findings:
        return None
    record = findings[0].choices
    return {name: record[name] for name in CHOICES if name in record and name != "circuit"} | _circuits(
        record
    )


def _circuits(record: dict[str, Any]) -> dict[str, Any]:
    tried = list(record.get("circuits_bic", {}))
    return {"circuit": tried} if tried else {}


def _fine(result: Result) -> tuple[Any, Any]:
    omega = result.spectrum.omega
    grid = np.geomspace(omega.max(), omega.min(), FINE)
    best = result.best
    return grid / (2 * np.pi), best.circuit.evaluate(best.vector[None], grid)[0][0]


def _nyquist(axes: Axes, result: Result, colour: str, label: str) -> None:
    z = result.spectrum.impedance
    axes.plot(z.real, -z.imag, "o", ms=2.8, mfc="none", mew=0.7, color=colour, label=label or "data")
    curve = _fine(result)[1]
    axes.plot(
        curve.real, -curve.imag, "-", color=colour if label else "black", label=None if label else "circuit"
    )


def _bode(axes: Axes, phase: Axes, result: Result, colour: str) -> None:
    hertz, z = result.spectrum.omega / (2 * np.pi), result.spectrum.impedance
    fine, curve = _fine(result)
    axes.plot(hertz, np.abs(z), "o", ms=2.5, mfc="none", mew=0.7, color=colour)
    axes.plot(fine, np.abs(curve), "-", color=colour)
    phase.plot(hertz, -np.rad2deg(np.angle(z)), "x", ms=2.5, mew=0.6, color="0.55")
    phase.plot(fine, -np.rad2deg(np.angle(curve)), "--", lw=0.8, color="0.55")


def _residuals(axes: Axes, result: Result, colour: str, single: bool) -> None:
    hertz, test = result.spectrum.omega / (2 * np.pi), result.spectrum.test
    axes.axhline(0, color="0.6", lw=0.6)
    axes.plot(hertz, 100 * test.residual.real, "o-", ms=2.2, lw=0.6, color=colour, label="KK, real")
    axes.plot(
        hertz,
        100 * test.residual.imag,
        "s-",
        ms=2.2,
        lw=0.6,
        mfc="white",
        color=colour,
        label="KK, imaginary",
    )
    if single:
        axes.plot(hertz, -100 * result.best.residual.real, "-", lw=0.8, color="black", label="circuit, real")
        axes.plot(
            hertz, -100 * result.best.residual.imag, ":", lw=0.9, color="black", label="circuit, imaginary"
        )


def _times(axes: Axes, result: Result, colour: str) -> None:
    axes.plot(
        result.drt.tau, result.drt.density, "-", color=colour, label=f"λ = {result.drt.regularisation:.1g}"
    )
    axes.fill_between(result.drt.tau, 0, result.drt.density, color=colour, alpha=0.15, lw=0)


def _numbers(axes: Axes, findings: Sequence[Finding], circuit: str) -> None:
    """Write the resistances beside the spectrum."""
    signs = {"r_e": "$R_e$", "r_sei": "$R_{SEI}$", "r_ct": "$R_{ct}$"}
    lines = [circuit]
    for finding in findings:
        if finding.name in signs and finding.resolved:
            lines.append(
                f"{signs[finding.name]} {finding.value:.4g} [{finding.low:.4g}, {finding.high:.4g}] Ω"
            )
        elif finding.name in signs and np.isfinite(finding.low):
            lines.append(f"{signs[finding.name]} not resolved")
    axes.set_title("\n".join(lines), fontsize=SMALL, loc="left")


def _finish(nyquist: Axes, bode: Axes, phase: Axes, residuals: Axes, times: Axes) -> None:
    nyquist.set(xlabel="Z′ (Ω)", ylabel="−Z″ (Ω)")
    nyquist.set_aspect("equal", adjustable="datalim")
    nyquist.legend(frameon=False, loc="best")
    bode.set(xscale="log", yscale="log", xlabel="frequency (Hz)", ylabel="|Z| (Ω), circles")
    phase.set_ylabel("−phase (°), crosses", color="0.4")
    phase.tick_params(colors="0.4")
    residuals.set(xscale="log", xlabel="frequency (Hz)", ylabel="residual (% of |Z|)")
    low, high = residuals.get_ylim()
    residuals.set_ylim(low, high + HEADROOM * (high - low))
    residuals.legend(frameon=False, ncols=2, loc="upper center", handlelength=1.5)
    times.set(xscale="log", xlabel="relaxation time (s)", ylabel="γ(ln τ) (Ω)")
    times.set_ylim(bottom=0)
    times.legend(frameon=False, loc="upper left")
