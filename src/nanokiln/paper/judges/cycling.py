"""Lithium half cell over many cycles: ageing, four powders, impedance, necks (Fig. 5, Fig. S17 and S18)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ...core.evidence import Evidence
from ...halfcell import findings
from ...halfcell.battery_study import BOUNDS, COMPARED_CURRENTS, BatteryStudy, Powder
from ...halfcell.fatigue import broken_share, expected_stress_GPa, needed_stress_GPa, onset
from ...halfcell.link import exposed_area
from ...halfcell.parameters import LOADING, LOWER_VOLTAGE, UPPER_VOLTAGE
from ...matter.carbon import PERCOLATION
from ...study.ledger import Claim, Outcome
from ...techniques.cycling.published import compared, rank, rates_of
from ..judging import Judgement, judge
from ..run import SERIES, Run

_NOT_RUN = "The half cell was not run."
_STABLE = 0.03  # % per cycle: what the article calls negligible (C139, C161)
_INTACT = 0.7  # bonded share after 1000 cycles, as the row's test says
_AGREES = 0.05  # relative, the tolerance of the capacities
_RADIUS_NM = 100.0  # of the spheres
_RETAINED = 0.72  # claim C141

Test = Callable[[Mapping[str, Powder]], bool]


def _missing(unit: str = "1") -> Judgement:
    return Judgement(math.nan, _NOT_RUN, False, unit)


def _unresolved(
    value: float, how: str, unit: str = "1", low: float = math.nan, high: float = math.nan
) -> Judgement:
    return Judgement(value, how, outcome=Outcome.NOT_RESOLVED, unit=unit, low=low, high=high)


def _everywhere(study: BatteryStudy, test: Test) -> list[bool]:
    """Return whether a statement holds, for both bounds of the exposed area and both currents."""
    return [test(study.of(bound, current)) for bound in BOUNDS for current in COMPARED_CURRENTS]


def _decided(value: float, how: str, held: Sequence[bool], unit: str = "1") -> Judgement:
    """Judge a statement that was asked for every bound and current: it must be the same in all."""
    cases = f"{len(held)} cases (two bounds of the exposed area, {_currents()})"
    asked = f"Holds in {sum(held)} of {cases}. {how}"
    if all(held) or not any(held):
        return Judgement(value, asked, all(held), unit)
    return _unresolved(value, f"Not resolved: the article gives neither bound nor current. {asked}", unit)


def _currents() -> str:
    return " and ".join(f"{c:g}" for c in COMPARED_CURRENTS) + " A/g"


def _listed(powders: Mapping[str, Powder], of: Callable[[Powder], float], digits: int = 0) -> str:
    return ", ".join(f"{of(powders[name]):.{digits}f}" for name in SERIES)


@judge("C122")
def voltammogram(run: Run, claim: Claim) -> Judgement:
    """Ask for a voltammogram like that of silicon oxides."""
    how = (
        "Not resolved: the open-circuit curve is an assumed smooth one (no data of SiOC were found), so the "
        "shape of "
        "a computed voltammogram is put in, not found."
    )
    return _unresolved(math.nan, how)


@judge("C123")
def all_stable(run: Run, claim: Claim) -> Judgement:
    """All four cycle stably."""
    if run.battery is None:
        return _missing()
    fade = [100 * (1 - x.retention) / 300 for x in run.battery.powders]
    gentle = [x for x in run.battery.powders if x.current_A_g == COMPARED_CURRENTS[0]]
    slow = [100 * (1 - x.retention) / 300 for x in gentle]
    how = (
        f"Not resolved: the article gives no limit. Over 300 cycles the four lose {min(slow):.3f} to "
        f"{max(slow):.3f} "
        f"% per cycle at {COMPARED_CURRENTS[0]:g} A/g and up to {max(fade):.3f} at "
        f"{COMPARED_CURRENTS[-1]:g}; "
        f"{_STABLE:g} is what it calls negligible for sample 2."
    )
    return _unresolved(max(fade), how, "%/cycle", min(fade), max(fade))


@judge("C124")
def highest(run: Run, claim: Claim) -> Judgement:
    """Sample 2 has the highest capacity, before and after 300 cycles."""
    if run.battery is None:
        return _missing()
    held = [x for of in (_first, _last) for x in _everywhere(run.battery, _best_is_second(of))]
    first = run.battery.of("high", COMPARED_CURRENTS[0])
    other = run.battery.of("low", COMPARED_CURRENTS[0])
    how = (
        f"Fresh capacities of samples 1-4 at {COMPARED_CURRENTS[0]:g} A/g: {_listed(other, _first)} mAh/g "
        "with the lower "
        f"bound of the area, {_listed(first, _first)} with the upper; composition puts sample 1 first, "
        "kinetics "
        "sample 2."
    )
    return _decided(first["B-SiOC-2"].first_mAh_g, how, held, "mAh/g")


def _best_is_second(of: Callable[[Powder], float]) -> Test:
    return lambda s: max(s, key=lambda name: of(s[name])) == "B-SiOC-2"


def _first(x: Powder) -> float:
    return x.first_mAh_g


def _last(x: Powder) -> float:
    return x.last_mAh_g


@judge("C125")
def third_holds(run: Run, claim: Claim) -> Judgement:
    """Sample 3 holds more than 700 mAh/g after 300 cycles."""
    if run.battery is None:
        return _missing("mAh/g")
    held = _everywhere(run.battery, lambda s: s["B-SiOC-3"].last_mAh_g > claim.number)
    found = [run.battery.of(b, c)["B-SiOC-3"].last_mAh_g for b in BOUNDS for c in COMPARED_CURRENTS]
    how = f"Sample 3 after 300 cycles: {', '.join(f'{x:.0f}' for x in found)} mAh/g."
    return _decided(float(np.mean(found)), how, held, "mAh/g")


@judge("C126")
def fade_onset(run: Run, claim: Claim) -> Judgement:
    """Sample 1 fades once its necks break."""
    found = onset(run.get("B-SiOC-1", "neck_ratio"), run.values)
    neck = float(run.get("B-SiOC-1", "neck_ratio")[0])
    needed = needed_stress_GPa(max(neck, 1e-3), _RADIUS_NM, run.values)
    how = (
        f"A tenth of the necks (x/a {neck:.3f}) is broken after {float(found[0]):.0f} cycles; the fatigue "
        "law is "
        f"calibrated on this. It takes {needed:.1f} GPa in the neck where the data sheet's numbers give "
        f"{expected_stress_GPa(max(neck, 1e-3), run.values):.1f}."
    )
    return Judgement(found, how, np.abs(found - claim.number) <= 30, "cycles")


@judge("C127")
def fourth_stable(run: Run, claim: Claim) -> Judgement:
    """Sample 4 is the most stable and has a low capacity."""
    if run.battery is None:
        return _missing()
    held = _everywhere(
        run.battery,
        lambda s: (
            max(s, key=lambda n: s[n].retention) == "B-SiOC-4"
            and s["B-SiOC-4"].last_mAh_g < min(s["B-SiOC-2"].last_mAh_g, s["B-SiOC-3"].last_mAh_g)
        ),
    )
    some = run.battery.of("low", COMPARED_CURRENTS[0])
    how = (
        f"Retention of samples 1-4 at {COMPARED_CURRENTS[0]:g} A/g (lower bound): "
        f"{_listed(some, _kept, 3)}; capacity "
        f"after 300 cycles {_listed(some, _last)} mAh/g. Loss goes with the exposed area, and a large "
        "charge transfer makes it count more."
    )
    return _decided(some["B-SiOC-4"].retention, how, held)


def _kept(x: Powder) -> float:
    return x.retention


@judge("C129")
def charge_transfer(run: Run, claim: Claim) -> Judgement:
    """Charge transfer of sample 2 after 300 cycles."""
    if run.battery is None:
        return _missing("ohm")
    found = run.battery.of("high", COMPARED_CURRENTS[0])["B-SiOC-2"].charge_transfer_ohm
    how = (
        f"The exchange current is calibrated on 149 ohm for the fresh cell; after 300 cycles at "
        f"{COMPARED_CURRENTS[0]:g} A/g it is {found:.0f}. In a two-electrode cell it can be told from the "
        "lithium "
        "electrode only if the arc of the lithium is known."
    )
    return Judgement(found, how, abs(found - claim.number) <= 10, "ohm")


@judge("C130")
def charge_transfer_order(run: Run, claim: Claim) -> Judgement:
    """R2 < R3 < R1, R4, if charge transfer goes with the exposed area."""
    bounds = _areas(run)
    held = [(a[1] > a[2]) & (a[2] > np.maximum(a[0], a[3])) for a in bounds]
    words = "; ".join(", ".join(f"{x:.1f}" for x in a[:, 0]) for a in bounds)
    how = (
        "Charge transfer falls with the area that electrolyte reaches; samples 1-4, lower and upper bound "
        "in m2/g: "
        f"{words}."
    )
    if bool(held[0][0]) != bool(held[1][0]):
        return _unresolved(float(bounds[1][1, 0]), f"Not resolved: the bounds disagree. {how}", "m^2/g")
    return Judgement(bounds[1][1], how, held[0] & held[1], "m^2/g")


def _areas(run: Run) -> tuple[np.ndarray, np.ndarray]:
    outer = run.series("external_area")
    pores = run.series("wall_area_of_product") - outer
    return exposed_area(outer, pores, run.series("sealed"))


@judge("C138", "C139", "C140")
def long_test(run: Run, claim: Claim) -> Judgement:
    """Capacity after 1000 cycles, its decay, and capacity after the month."""
    if run.battery is None:
        return _missing(claim.unit)
    found = run.battery.long_tests[0]
    value, unit = {
        "C138": (found.after_1000, "mAh/g"),
        "C139": (found.decay_percent, "%/cycle"),
        "C140": (found.after_rest, "mAh/g"),
    }[claim.id]
    bare = run.battery.without_recovery
    how = (
        "Loss for good and blocked share are calibrated on C138 and C140; the decay per cycle is arithmetic "
        "on them. "
        f"With nothing blocked the same cell goes from {bare.after_1000:.0f} to {bare.after_rest:.0f} mAh/g "
        "over the "
        "rest: the blocked state alone does it, and what it is made of is not known."
    )
    return Judgement(value, how, abs(value / claim.number - 1) <= _AGREES, unit, evidence=Evidence.CALIBRATED)


@judge("C141")
def second_thousand(run: Run, claim: Claim) -> Judgement:
    """More than 72 % of 644 mAh/g are kept over the next 1000 cycles."""
    if run.battery is None:
        return _missing("%")
    kept = [100 * t.retention for t in run.battery.long_tests]
    held = [k > claim.number for k in kept]
    words = ", ".join(
        f"{k:.1f} % (power {t.exponent:g}, {t.recovery_h:.0f} h)"
        for k, t in zip(kept, run.battery.long_tests, strict=True)
    )
    how = f"Predicted by every law calibrated on the first run, none refitted: {words}."
    if all(held) or not any(held):
        return Judgement(kept[0], how, all(held), "%", low=min(kept), high=max(kept))
    return _unresolved(kept[0], f"Not resolved: the assumed law decides. {how}", "%", min(kept), max(kept))


@judge("C142")
def literature(run: Run, claim: Claim) -> Judgement:
    """Rank among published anodes."""
    how = (
        "Not resolved: a rank needs capacities per the same mass, loading, window and current, which the "
        "article's Fig. 5b does not state. "
    )
    if run.family is None:
        return _unresolved(math.nan, how)
    conditions = {
        "basis": "active",
        "loading_mg_cm2": run.values[LOADING],
        "window_V": [run.values[LOWER_VOLTAGE], run.values[UPPER_VOLTAGE]],
    }
    rows = compared(rates_of(findings(run.family)), conditions)
    return _unresolved(math.nan, f"{how}Beside the table of the package: {rank(rows)}")


@judge("C143")
def necks_survive(run: Run, claim: Claim) -> Judgement:
    """Most necks of sample 2 stand after 1000 cycles."""
    neck = run.get("B-SiOC-2", "neck_ratio")
    left = 1 - broken_share(neck, 1000, run.values)
    how = (
        f"Necks of x/a {float(neck[0]):.2f} stand to {left[0]:.0%} after 1000 "
        "cycles by the fatigue law calibrated on sample 1, in which thin necks fail first."
    )
    return Judgement(left, how, left > _INTACT)


@judge("C144")
def interphase_area(run: Run, claim: Claim) -> Judgement:
    """Less interphase than on loose spheres."""
    low, high = _areas(run)
    outer = float(run.get(SERIES[0], "outer_area")[0])
    wall = float(run.get(SERIES[0], "wall_area")[0])
    ratio = high[1, 0] / (outer + wall), low[1, 0] / outer
    how = (
        f"Sample 2 over loose undoped spheres: {ratio[1]:.2f} counting the outside of the spheres, "
        f"{ratio[0]:.2f} "
        "counting every open pore. "
    )
    if (ratio[0] < 1) == (ratio[1] < 1):
        return Judgement(ratio[0], how, ratio[0] < 1)
    why = "Not resolved: which area electrolyte reaches decides, and nobody has measured it. "
    return _unresolved(ratio[1], why + how, "1", ratio[1], ratio[0])


@judge("C145")
def electron_path(run: Run, claim: Claim) -> Judgement:
    """Necks cut the resistance between particles."""
    carbon = float(run.get("B-SiOC-2", "carbon_in_neck")[0])
    ratio = run.get("B-SiOC-2", "neck_ratio") / run.get("B-SiOC-1", "neck_ratio")
    how = (
        f"Necks of sample 2 are {ratio[0]:.1f} times as wide as those of sample 1, and so is their "
        "conductance (2 sigma "
        f"x) if they conduct. They hold {carbon:.0%} carbon by volume where {PERCOLATION.low:.0%} to "
        f"{PERCOLATION.high:.0%} percolate."
    )
    if PERCOLATION.low <= carbon <= PERCOLATION.high:
        return _unresolved(float(ratio[0]), f"Not resolved: the carbon of the neck decides. {how}")
    return Judgement(ratio, how, (ratio > 1) & (carbon > PERCOLATION.high))


@judge("C146")
def boron_sites(run: Run, claim: Claim) -> Judgement:
    """Boron in carbon helps the rate capability."""
    how = (
        "Not resolved: no sourced law ties boron in carbon to sites or diffusion of lithium in SiOC, so "
        "none is in the "
        "cell, and taking the boron out changes nothing in it."
    )
    return _unresolved(math.nan, how)


@judge("C149")
def first_low(run: Run, claim: Claim) -> Judgement:
    """Sample 1 has a lower capacity than samples 2 and 3."""
    if run.battery is None:
        return _missing("mAh/g")
    held = _everywhere(
        run.battery,
        lambda s: s["B-SiOC-1"].last_mAh_g < min(s["B-SiOC-2"].last_mAh_g, s["B-SiOC-3"].last_mAh_g),
    )
    some = run.battery.of("high", COMPARED_CURRENTS[0])
    how = (
        f"After 300 cycles at {COMPARED_CURRENTS[0]:g} A/g, samples 1-4, upper bound: "
        f"{_listed(some, _last)} mAh/g. Composition puts sample 1 first; area and broken necks lower it."
    )
    return _decided(some["B-SiOC-1"].last_mAh_g, how, held, "mAh/g")


@judge("C151")
def ranks_agree(run: Run, claim: Claim) -> Judgement:
    """Capacity and resistance both put samples 2 and 3 before 1 and 4."""
    if run.battery is None:
        return _missing()

    def held(s: Mapping[str, Powder]) -> bool:
        good, poor = ([s[f"B-SiOC-{n}"] for n in ns] for ns in ((2, 3), (1, 4)))
        capacity = min(x.last_mAh_g for x in good) > max(x.last_mAh_g for x in poor)
        resistance = max(x.charge_transfer_ohm for x in good) < min(x.charge_transfer_ohm for x in poor)
        return capacity and resistance

    some = run.battery.of("high", COMPARED_CURRENTS[0])
    transfer = _listed(some, lambda x: x.charge_transfer_ohm)
    how = (
        f"After 300 cycles at {COMPARED_CURRENTS[0]:g} A/g, samples 1-4, upper bound: "
        f"{_listed(some, _last)} mAh/g and {transfer} ohm."
    )
    return _decided(some["B-SiOC-2"].charge_transfer_ohm, how, _everywhere(run.battery, held), "ohm")
