"""Recovery, coverage and time of the impedance analysis on spectra of known circuits.

``python benchmarks/study_eis.py [count] [seed] [--peers]``; with ``--peers`` the same spectra go to
impedance.py, if it is installed. Every spectrum has its own resistances, time constants, exponents and noise.
Each fit gets a guess that is wrong by up to 30 times in every parameter, or none at all.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

import numpy as np

from nanokiln.techniques.eis.analyse import intervals
from nanokiln.techniques.eis.circuit import ARTICLE, Circuit
from nanokiln.techniques.eis.family import FAMILY, rate
from nanokiln.techniques.eis.fit import Spectrum, fit
from nanokiln.techniques.eis.synthetic import spectrum

NAMES = {"r_e": "R0", "r_sei": "R1", "r_ct": "R2", "warburg": "A2"}
WRONG = 30.0  # largest factor by which a guess is off
RECOVERED = 0.10  # relative error of both resistances up to which a spectrum counts as recovered
NARROW = 4.0  # ratio of the ends of an interval above which the analysis says "not resolved"
CIRCUIT = Circuit.parse(ARTICLE)


@dataclass
class Tally:
    """What happened to the spectra of a study."""

    recovered: int = 0
    chosen: int = 0
    inside: dict[float, dict[str, int]] = field(default_factory=lambda: {0.90: {}, 0.95: {}})
    resolved: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"test": [], "fit": [], "intervals": []})


def draw(rng: np.random.Generator) -> dict[str, float]:
    """Return a cell: arcs one and a half to two and a half decades apart."""
    fast = 10 ** rng.uniform(-4.3, -3.3)
    return {
        "R0": rng.uniform(2, 10),
        "R1": 10 ** rng.uniform(1.3, 2.0),
        "tau1": fast,
        "n1": rng.uniform(0.8, 0.95),
        "R2": 10 ** rng.uniform(1.8, 2.6),
        "tau2": fast * 10 ** rng.uniform(1.5, 2.5),
        "n2": rng.uniform(0.75, 0.9),
        "A2": 10 ** rng.uniform(1.3, 2.0),
    }


def guess(truth: dict[str, float], rng: np.random.Generator) -> dict[str, float]:
    """Return a guess wrong by up to 30 times; exponents anywhere in their range."""
    wrong = {name: value * WRONG ** rng.uniform(-1, 1) for name, value in truth.items()}
    return wrong | {name: rng.uniform(0.5, 1.0) for name in wrong if name[0] == "n"}


def study(count: int, seed: int, *, guesses: bool, choose: bool = False) -> Tally:
    """Fit `count` spectra and compare with the truth."""
    tally = Tally()
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        truth, noise = draw(rng), 10 ** rng.uniform(-3, -2)
        measured = spectrum(ARTICLE, truth, int(rng.integers(2**31)), noise=noise).data
        z = measured["z_real"].values + 1j * measured["z_imag"].values
        clock = [time.perf_counter()]
        ready = Spectrum.of(measured["frequency"].values, z)
        clock.append(time.perf_counter())
        fitted = fit(CIRCUIT, ready, 0, [guess(truth, rng)] if guesses else ())
        clock.append(time.perf_counter())
        ends = {0.90: intervals(fitted, 0.90)}
        clock.append(time.perf_counter())
        ends[0.95] = intervals(fitted, 0.95)
        for name, seconds in zip(tally.seconds, np.diff(clock), strict=True):
            tally.seconds[name].append(float(seconds))
        values = fitted.values
        tally.recovered += all(abs(values[n] / truth[n] - 1) < RECOVERED for n in ("R1", "R2"))
        for level, pairs in ends.items():
            for name, (low, high) in pairs.items():
                tally.inside[level][name] = tally.inside[level].get(name, 0) + (
                    low <= truth[NAMES[name]] <= high
                )
        for name, (low, high) in ends[0.90].items():
            tally.resolved[name] = tally.resolved.get(name, 0) + (low > 0 and high < NARROW * low)
        if choose:
            tally.chosen += str(rate(ready, FAMILY, 0, 0.003)[0].fit.circuit) == ARTICLE
    return tally


def report(tally: Tally, count: int, title: str) -> None:
    """Print a study."""
    print(f"{title}: recovered {tally.recovered}/{count}")
    for name in NAMES:
        shares = {level: 100 * inside[name] / count for level, inside in tally.inside.items()}
        inside = ", ".join(
            f"{share:.1f} % in the {100 * level:.0f} % interval" for level, share in shares.items()
        )
        print(f"  {name:8} truth {inside}; resolved {tally.resolved[name]}/{count}")
    times = {name: 1000 * np.median(seconds) for name, seconds in tally.seconds.items()}
    print("  median " + ", ".join(f"{name} {value:.0f} ms" for name, value in times.items()))


def peers(count: int, seed: int) -> None:
    """Fit the same spectra from the same guesses with impedance.py."""
    try:
        from impedance.models.circuits import CustomCircuit
    except ImportError:
        print("impedance.py is not installed")
        return
    recovered, seconds, failed = 0, [], 0
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        truth, noise = draw(rng), 10 ** rng.uniform(-3, -2)
        measured = spectrum(ARTICLE, truth, int(rng.integers(2**31)), noise=noise).data
        z = measured["z_real"].values + 1j * measured["z_imag"].values
        wrong = guess(truth, rng)
        coefficients = [wrong[f"tau{i}"] ** wrong[f"n{i}"] / wrong[f"R{i}"] for i in (1, 2)]
        first = [wrong["R0"], wrong["R1"], coefficients[0], wrong["n1"]]
        first += [wrong["R2"], wrong["A2"], coefficients[1], wrong["n2"]]
        circuit = CustomCircuit("R0-p(R1,CPE1)-p(R2-W1,CPE2)", initial_guess=first)
        start = time.perf_counter()
        try:
            circuit.fit(measured["frequency"].values, z, weight_by_modulus=True)
            found = circuit.parameters_
            recovered += (
                abs(found[1] / truth["R1"] - 1) < RECOVERED and abs(found[4] / truth["R2"] - 1) < RECOVERED
            )
        except (RuntimeError, ValueError):
            failed += 1
        seconds.append(time.perf_counter() - start)
    print(f"impedance.py, modulus weights, same guesses: recovered {recovered}/{count}, gave up {failed}")
    print(f"  median fit {1000 * np.median(seconds):.0f} ms")


def main() -> None:
    """Run the study and print it."""
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    count, seed = [*numbers, *(200, 2026)[len(numbers) :]][:2]
    report(study(count, seed, guesses=True), count, "guess wrong by up to 30 times")
    chosen = study(count, seed, guesses=False, choose=True)
    report(chosen, count, "no guess")
    print(f"  the family's criterion chose {ARTICLE} in {chosen.chosen}/{count}")
    if "--peers" in sys.argv:
        peers(min(count, 50), seed)


if __name__ == "__main__":
    main()
