"""The curves of one analysis that are laid over those of other samples: one short function per technique.

A curve belongs to a panel of the technique's figure; `PANELS` says what its axes are. Curves are kept with
the findings, so that a figure of all samples needs no file to be read again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import NanokilnError

if TYPE_CHECKING:
    from ..core.evidence import Finding
    from ..core.measurement import Measurement

MOST_POINTS = 4000  # of a curve: more than any printed line shows; of a finer one both extremes are kept
_DIGITS = 8  # of a kept number: below any instrument
_WAVELENGTHS_ALIKE = 1e-3  # relative; copper of two instruments
_FAULTS = (ValueError, TypeError, KeyError, IndexError, ArithmeticError, RuntimeError)


@dataclass(frozen=True)
class Panel:
    """Axes of one panel.

    Parameters
    ----------
    x, y
        Names of the quantities.
    x_unit, y_unit
        Units, empty where there is none.
    title
        Words above the panel, empty for none.
    offset
        Whether curves stand above each other, each moved up.
    scale
        How offset curves are made equally high: ``"range"`` by their range, ``"spikes"`` by their range
        without cosmic rays, ``"signal"`` by their range over background, and flat where that is noise.
    reverse, log_x, log_y, equal, from_zero
        Direction and kind of the axes; one scale for both; whether the ordinate begins at zero.
    limits
        Between which the abscissa is shown, in its unit.
    """

    x: str
    y: str
    x_unit: str = ""
    y_unit: str = ""
    title: str = ""
    offset: bool = False
    scale: str = "range"
    reverse: bool = False
    log_x: bool = False
    log_y: bool = False
    equal: bool = False
    from_zero: bool = False
    limits: tuple[float, float] = (-math.inf, math.inf)


def _line(name: str) -> Panel:
    return Panel("binding energy", "intensity", "eV", "", name, offset=True, scale="signal", reverse=True)


_BRANCHES = "filled: adsorption, open: desorption"

#: Panels of each technique, in the order they are drawn.
PANELS: dict[str, dict[str, Panel]] = {
    "raman": {
        "spectrum": Panel("Raman shift", "intensity", "1/cm", offset=True, scale="spikes", limits=(50, 4000))
    },
    "ftir": {
        "spectrum": Panel("wavenumber", "absorbance", "1/cm", offset=True, reverse=True, limits=(350, 4000))
    },
    "xrd": {"pattern": Panel("2θ", "intensity", "degree", offset=True)},
    "xps": {name: _line(name) for name in ("B 1s", "C 1s", "O 1s", "Si 2p")},
    "n2_sorption": {
        "isotherm": Panel("relative pressure p/p⁰", "loading", "", "mmol/g", _BRANCHES, from_zero=True),
        "pores": Panel(
            "pore width", "dV/dlog w", "nm", "cm3/g", "BJH", log_x=True, from_zero=True, limits=(1.5, 200)
        ),
    },
    "tga": {
        "mass": Panel("temperature", "mass", "degC", "%"),
        "rate": Panel("temperature", "rate of loss", "degC", "%/K"),
    },
    "eis": {
        "nyquist": Panel("Z′", "−Z″", "ohm", "ohm", equal=True),
        "bode": Panel("frequency", "|Z|", "Hz", "ohm", log_x=True, log_y=True),
    },
    "cycling": {
        "specific capacity": Panel("cycle", "capacity", "", "mAh/g", from_zero=True),
        "capacity": Panel("cycle", "capacity", "", "mAh", from_zero=True),
        "efficiency": Panel("cycle", "coulombic efficiency", "", "%"),
        "first specific": Panel("charge passed", "voltage", "mAh/g", "V", "first cycle"),
        "first": Panel("charge passed", "voltage", "mAh", "V", "first cycle"),
    },
    "cv": {
        "current": Panel("potential", "current", "V", "µA"),
        "density": Panel("potential", "current density", "V", "µA/cm2"),
    },
    "sizing": {"sum": Panel("diameter", "share of spheres below", "nm", "%", from_zero=True)},
    "eds": {"spectrum": Panel("energy", "intensity", "keV", offset=True)},
}


@dataclass(frozen=True)
class Curve:
    """One curve of a figure of all samples.

    Parameters
    ----------
    panel
        Name of its panel in `PANELS`.
    x, y
        The points, in the units of the panel.
    variant
        What keeps several curves of a sample apart (``"0.5 mV/s"``), empty for one.
    mark
        ``"line"``, ``"dots"`` or ``"rings"``.
    """

    panel: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    variant: str = ""
    mark: str = "line"


def curves_of(
    technique: str, measurements: Sequence[Measurement], findings: Sequence[Finding]
) -> list[Curve]:
    """Return what is laid over other samples; empty where the technique has no such curve.

    Parameters
    ----------
    technique
        Its name.
    measurements
        What was analysed.
    findings
        What was found; their choices say how, and the curves follow them.

    Limits
    ------
    A curve that cannot be made is left out without a word: the figure of its own analysis says why. Points
    outside the limits of the panel are left out: the laser line of Raman spectra, the near infrared.
    """
    make = _MAKERS.get(technique)
    if make is None:
        return []
    found: list[Curve] = []
    with suppress(NanokilnError, *_FAULTS):
        found.extend(make(measurements, findings))
    shown = [_thinned(curve, PANELS[technique][curve.panel].limits) for curve in found]
    return [curve for curve in shown if curve is not None]


def record_of(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """Return curves as plain JSON types."""
    return [asdict(c) for c in curves]


def curve_of(record: Mapping[str, Any]) -> Curve:
    """Return a curve from its record."""
    return Curve(**{**record, "x": tuple(record["x"]), "y": tuple(record["y"])})


def _curve(panel: str, x: Any, y: Any, variant: str = "", mark: str = "line") -> Curve:
    return Curve(panel, tuple(np.asarray(x, float)), tuple(np.asarray(y, float)), variant, mark)


def _thinned(curve: Curve, limits: tuple[float, float]) -> Curve | None:
    """Return a curve with so many points as can be seen, None where it has none."""
    x, y = np.asarray(curve.x), np.asarray(curve.y)
    good = np.isfinite(x) & np.isfinite(y) & (x >= limits[0]) & (x <= limits[1])
    x, y = x[good], y[good]
    if x.size < 2:
        return None
    if x.size > MOST_POINTS:
        edges = np.linspace(0, x.size, MOST_POINTS // 2 + 1).astype(int)
        kept = [
            i
            for low, high in pairwise(edges)
            for i in sorted({low + int(y[low:high].argmin()), low + int(y[low:high].argmax())})
        ]
        x, y = x[kept], y[kept]
    xs, ys = (tuple(float(f"{v:.{_DIGITS}g}") for v in values) for values in (x, y))
    return Curve(curve.panel, xs, ys, curve.variant, curve.mark)


def _choices(findings: Sequence[Finding]) -> dict[str, Any]:
    return dict(findings[0].choices) if findings else {}


def _raman(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    for m in measurements:
        if not m.settings.get("silicon"):
            yield _curve("spectrum", m.data["raman_shift"], m.data["intensity"])


def _ftir(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    from ..techniques.ftir.ordinate import ORDINATES, spectrum

    chosen = _choices(findings).get("ordinate")
    for m in measurements:
        s = spectrum(m, chosen if chosen in ORDINATES else None, None, MOST_POINTS)
        yield _curve("spectrum", s.x, s.a)


def _xrd(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    for m in measurements:
        length = m.settings.get("k_alpha1_A")
        variant = f"λ = {length:.4f} Å" if isinstance(length, float) else ""
        yield _curve("pattern", m.data["two_theta"], m.data["counts"], variant)


def _xps(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    from ..techniques.xps.regions import energy_counts, find, pick_group

    group, _ = pick_group(measurements, int(_choices(findings).get("group") or 0))
    for line in PANELS["xps"]:
        region = find(group, line)
        if region is not None:
            yield _curve(line, *energy_counts(region))


def _sorption(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    from ..techniques.n2_sorption.plot import pores

    for m in measurements:
        pressure, loading, branch = (m.data[n].values for n in ("pressure", "loading", "branch"))
        for number, mark in ((0, "dots"), (1, "rings")):
            if (branch == number).any():
                yield _curve("isotherm", pressure[branch == number], loading[branch == number], "", mark)
        mode = next((f for f in findings if f.name == "pore_width_mode"), None)
        found = pores(m, mode.choices) if mode else None
        if found is not None:
            yield _curve("pores", *found, "", "dots")


def _tga(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    from ..core.parameters import Values
    from ..techniques.tga.analyse import CHOICES, parts_of

    chosen = {k: v for k, v in _choices(findings).items() if k in CHOICES}
    for m in measurements:
        parts = parts_of(m, chosen, Values())
        several = len(measurements) > 1
        for part in parts:
            variant = f"{part.segment.rate:.3g} K/min" if several else ""
            if len(parts) > 1:
                variant = part.segment.words.replace("degC", "°C")
            width = part.steps[0].bandwidth if part.steps else 15.0
            yield _curve("mass", part.curve.temperature, part.curve.mass, variant)
            yield _curve("rate", part.curve.temperature, part.curve.dtg(width), variant)


def _eis(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    for m in measurements:
        real, imaginary, hertz = (m.data[n].values for n in ("z_real", "z_imag", "frequency"))
        yield _curve("nyquist", real, -imaginary, "", "rings")
        yield _curve("bode", hertz, np.hypot(real, imaginary), "", "rings")


def _cycling(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    from ..techniques.cycling.plot import tests_of

    for test in tests_of(measurements, findings):
        specific = test.basis.unit == "mAh/g"
        halves = [(c.number, h) for c in test.cycles if (h := c.half(test.reversible))]
        if halves:
            numbers = [n for n, _ in halves]
            capacities = [test.basis.capacity(h.capacity) for _, h in halves]
            yield _curve("specific capacity" if specific else "capacity", numbers, capacities, "", "dots")
        whole = [c for c in test.cycles if c.whole]
        if whole:
            efficiencies = [100 * test.efficiency(c) for c in whole]
            yield _curve("efficiency", [c.number for c in whole], efficiencies, "", "dots")
        data = test.measurement.data
        for way in ("charge", "discharge"):
            half = test.cycles[0].half(way) if test.cycles else None
            if half is not None:
                counter = data[way].values[half.points]
                passed = [test.basis.capacity(float(q)) for q in counter - counter[0]]
                panel = "first specific" if specific else "first"
                yield _curve(panel, passed, data["voltage"].values[half.points])


def _cv(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    from ..techniques.cv.analyse import CHOICES, WORDS, rows_of, scan_rate
    from ..techniques.cv.plot import MICRO

    chosen = {k: v for k, v in _choices(findings).items() if k in CHOICES}
    for m in measurements:
        rate = scan_rate(m, chosen)
        density = m.data["current"].attrs.get("units") == "A/cm2"
        rows = np.unique(np.concatenate([rows_of(m, chosen, way) for way in WORDS]).astype(int))
        potential, current = m.data["potential"].values[rows], MICRO * m.data["current"].values[rows]
        variant = f"{1000 * rate:.3g} mV/s" if rate else ""
        yield _curve("density" if density else "current", potential, current, variant)


def _sizing(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    for m in measurements:
        size = np.sort(np.asarray(m.data["diameter_nm"].values, float))
        share = 100 * np.arange(1, size.size + 1) / size.size
        yield _curve("sum", size, share, m.label if len(measurements) > 1 else "")


def _eds(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Iterator[Curve]:
    for m in measurements:
        if "window_counts" in m.data or "counts" not in m.data:
            continue
        counts = m.data["counts"]
        total = counts.sum([d for d in counts.dims if d != "channel"])
        yield _curve("spectrum", m.data["energy"].values / 1000, total.values)


_MAKERS: dict[str, Callable[[Sequence[Measurement], Sequence[Finding]], Iterator[Curve]]] = {
    "raman": _raman, "ftir": _ftir, "xrd": _xrd, "xps": _xps, "n2_sorption": _sorption, "tga": _tga,
    "eis": _eis, "cycling": _cycling, "cv": _cv, "sizing": _sizing, "eds": _eds,
}  # fmt: skip


def same_wavelength(variants: Sequence[str]) -> bool:
    """Return whether all patterns were taken with one wavelength, so that it need not be told."""
    lengths = [float(v.split()[-2]) for v in variants if v]
    return not lengths or max(lengths) / min(lengths) - 1 < _WAVELENGTHS_ALIKE
