"""Figure of a cycling test: capacities and efficiency over cycles, voltage curves, dQ/dV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import InputError
from ...core.evidence import Finding
from ...core.measurement import Measurement
from .analyse import CHOICES, Test, prepare
from .dqdv import differential
from .table import Cycle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito
MM = 1 / 25.4  # inch
SIZE = (178 * MM, 120 * MM)  # two columns wide
FONT = 8  # points at that width
SMALL = 7  # points, legends
CURVES = 5  # voltage curves of a test at most, spread over its cycles


def plot(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> Figure:
    """Draw capacities, efficiency, voltage curves and dQ/dV.

    Parameters
    ----------
    measurements
        Tests, at most seven in one figure; curves are drawn of the first only.
    findings
        Result of `analyse` on the same measurements; the choices they were made with are used again.

    Raises
    ------
    InputError
        If there is nothing to draw or more than seven tests.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not 0 < len(measurements) <= len(COLOURS):
        raise InputError(f"{len(measurements)} tests: give 1 to {len(COLOURS)} for one figure.")
    record = findings[0].choices if findings else {}
    tests = tests_of(measurements, findings)
    rc: Any = {"font.size": FONT, "lines.linewidth": 1.0, "axes.linewidth": 0.7, "legend.fontsize": SMALL}
    with mpl.rc_context(rc):
        figure = Figure(figsize=SIZE, layout="constrained")
        (capacity, curves), (efficiency, differences) = figure.subplots(2, 2)
        for test, colour in zip(tests, COLOURS, strict=False):
            _capacity(capacity, test, colour, single=len(tests) == 1)
            _efficiency(efficiency, test, colour)
        _curves(curves, tests[0])
        _differences(differences, tests[0], record["dqdv_bandwidth_mV"] / 1000 if record else 0.01)
        _finish(capacity, efficiency, curves, differences, tests[0].basis.unit)
        if any(m.origin == "synthetic" for m in measurements):
            figure.suptitle("SYNTHETIC (simulated, not measured)", fontsize=FONT, color="#B00000")
    return figure


def tests_of(measurements: Sequence[Measurement], findings: Sequence[Finding]) -> list[Test]:
    """Return the tests as the findings on them were made."""
    record = findings[0].choices if findings else {}
    # the convention was found per test; only what was asked for is asked for again
    chosen = {name: record[name] for name in CHOICES if name in record and name != "cell"}
    return [prepare(m, {**chosen, **_cell(findings, i)}) for i, m in enumerate(measurements)]


def _cell(findings: Sequence[Finding], index: int) -> dict[str, Any]:
    cells = [f.choices["cell"] for f in findings if f.name == "ce_first"]
    return {"cell": cells[index]} if index < len(cells) else {}


def _capacity(axes: Axes, test: Test, colour: str, *, single: bool) -> None:
    for way, filled in (
        (test.reversible, True),
        ("charge" if test.reversible == "discharge" else "discharge", False),
    ):
        pairs = [(c.number, test.basis.capacity(h.capacity)) for c in test.cycles if (h := c.half(way))]
        if not pairs:
            continue
        label = way if single else (test.measurement.label if filled else None)
        style: Any = {} if filled else {"mfc": "white", "mew": 0.7}
        axes.plot(*zip(*pairs, strict=True), "o", ms=2.8, color=colour, label=label, **style)


def _efficiency(axes: Axes, test: Test, colour: str) -> None:
    pairs = [(c.number, 100 * test.efficiency(c)) for c in test.cycles if c.whole]
    if pairs:
        axes.plot(*zip(*pairs, strict=True), "o-", ms=2.5, lw=0.6, color=colour)


def _shown(test: Test) -> list[Cycle]:
    """Return a few cycles, the first and the last among them."""
    index = np.unique(np.linspace(0, len(test.cycles) - 1, min(CURVES, len(test.cycles))).round().astype(int))
    return [test.cycles[i] for i in index]


def _curves(axes: Axes, test: Test) -> None:
    data = test.measurement.data
    for cycle, colour in zip(_shown(test), COLOURS, strict=False):
        for way in ("charge", "discharge"):
            half = cycle.half(way)
            if half is None:
                continue
            counter = data[way].values[half.points]
            passed = [test.basis.capacity(float(q)) for q in counter - counter[0]]
            label = f"cycle {cycle.number}" if way == test.reversible else None
            axes.plot(passed, data["voltage"].values[half.points], "-", lw=0.9, color=colour, label=label)


def _differences(axes: Axes, test: Test, bandwidth: float) -> None:
    for cycle, colour in zip(_shown(test), COLOURS, strict=False):
        for way, sign in (("charge", 1), ("discharge", -1)):
            half = cycle.half(way)
            if half is None or half.points.size < 3:
                continue
            curve = differential(test.measurement, half, bandwidth)
            scale = test.basis.capacity(1.0)
            axes.plot(curve.voltage, sign * scale * curve.density, "-", lw=0.9, color=colour)
    axes.axhline(0, color="0.6", lw=0.6)
    axes.set_title(f"bandwidth {1000 * bandwidth:g} mV", fontsize=SMALL, loc="left")


def _finish(capacity: Axes, efficiency: Axes, curves: Axes, differences: Axes, unit: str) -> None:
    from matplotlib.ticker import MaxNLocator

    capacity.set(xlabel="cycle", ylabel=f"capacity ({unit})")
    efficiency.set(xlabel="cycle", ylabel="coulombic efficiency (%)")
    for axes in (capacity, efficiency):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    capacity.set_ylim(0, 1.08 * capacity.get_ylim()[1])
    capacity.legend(frameon=False, loc="lower left")
    curves.set(xlabel=f"charge passed ({unit})", ylabel="voltage (V)")
    curves.legend(frameon=False)
    differences.set(xlabel="voltage (V)", ylabel=f"dQ/dV ({unit} V⁻¹)")
