"""Arithmetic of the BET scan: against pyGAPS, against exact BET curves, and with the criteria broken."""

import logging

import numpy as np
import pytest
from pygaps.characterisation.area_bet import area_BET_raw

from nanokiln.core.parameters import Values
from nanokiln.techniques.n2_sorption import bet, laws
from nanokiln.techniques.n2_sorption.area import Branch, automatic


def pygaps_fit(x, n, start, end, sigma):
    """Area, C and monolayer of pyGAPS; it leaves out the point at the upper limit itself."""
    log = logging.getLogger("pygaps")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        area, constant, monolayer, *_ = area_BET_raw(x, n / 1e3, sigma, (start, np.nextafter(end, 1.0)))
    finally:
        log.setLevel(level)
    return area, constant, monolayer * 1e3


def curve(x, monolayer=2.0, c=100.0):
    return monolayer * c * x / ((1 - x) * (1 - x + c * x))


@pytest.fixture
def noisy():
    rng = np.random.default_rng(4)
    x = np.sort(rng.uniform(0.005, 0.45, 60))
    return x, curve(x) * (1 + 1e-3 * rng.standard_normal(x.size))


def test_every_window_agrees_with_pygaps(noisy):
    x, n = noisy
    windows = bet.scan(x, n, 5)
    assert len(windows) == sum(x.size - k + 1 for k in range(5, x.size + 1))
    values = Values()
    for i in np.random.default_rng(0).choice(len(windows), 60, replace=False):
        start, end = x[windows.first[i]], x[windows.last[i]]
        area, constant, monolayer = pygaps_fit(x, n, start, end, 0.162)
        ours = laws.area_of(windows.monolayer[i], values)
        assert ours == pytest.approx(area, rel=1e-6)
        assert windows.monolayer[i] == pytest.approx(monolayer, rel=1e-6)
        assert windows.constant[i] == pytest.approx(constant, rel=1e-6)


def test_exact_curve_gives_exact_numbers():
    x = np.linspace(0.01, 0.4, 30)
    windows = bet.scan(x, curve(x, 1.5, 80.0), 10)
    np.testing.assert_allclose(windows.monolayer, 1.5, rtol=1e-9)
    np.testing.assert_allclose(windows.constant, 80.0, rtol=1e-6)
    assert (windows.r2 > 1 - 1e-12).all()
    assert (windows.error < 1e-6).all()


def test_standard_error_is_the_scatter_of_repeats():
    x = np.linspace(0.05, 0.3, 15)
    rng = np.random.default_rng(1)
    repeats = [bet.scan(x, curve(x) * (1 + 2e-3 * rng.standard_normal(15)), 15) for _ in range(400)]
    spread = np.std([w.monolayer[0] for w in repeats])
    stated = np.sqrt(np.mean([w.error[0] ** 2 for w in repeats]))
    assert stated == pytest.approx(spread, rel=0.25)


def test_admissible_windows_hold_every_criterion_on_their_own(noisy):
    x, n = noisy
    found = bet.admissible(x, n)
    assert len(found.admissible) >= 10
    for w in (found.admissible.take(np.array([i])) for i in range(len(found.admissible))):
        a, b = int(w.first[0]), int(w.last[0])
        assert (np.diff(n[a : b + 1] * (1 - x[a : b + 1])) > 0).all()
        assert w.constant[0] > 0
        assert n[a] < w.monolayer[0] < n[b]
        read = np.interp(w.monolayer[0], n[a : b + 1], x[a : b + 1])
        assert abs(1 / (np.sqrt(w.constant[0]) + 1) / read - 1) <= bet.CONSISTENCY
        line = np.corrcoef(x[a : b + 1], x[a : b + 1] / (n[a : b + 1] * (1 - x[a : b + 1])))[0, 1]
        assert line**2 >= bet.LEAST_R2


def test_choice_ends_at_the_highest_admissible_pressure(noisy):
    x, n = noisy
    windows = bet.admissible(x, n).admissible
    picked = bet.choose(windows, x, n)
    assert windows.last[picked] == windows.last.max()
    errors = bet.consistency(windows, x, n)[windows.last == windows.last.max()]
    assert bet.consistency(windows, x, n)[picked] == errors.min()


@pytest.mark.parametrize(
    ("loading", "words"),
    [
        (lambda x: 2 * x**2 + 1e-3, "monolayer lies inside"),  # type III
        (lambda x: np.full_like(x, 2.0), "rises"),  # flat: n(1 - p/p0) falls everywhere
    ],
)
def test_failed_criterion_is_named(loading, words):
    x = np.linspace(0.01, 0.45, 40)
    found = bet.admissible(x, loading(x))
    assert len(found.admissible) == 0
    assert words in found.failed


def test_few_points():
    x = np.array([0.05, 0.1, 0.2, 0.3])
    assert "fewer than 5 points" in bet.admissible(x, curve(x)).failed
    x = np.linspace(0.03, 0.3, 7)
    assert bet.admissible(x, curve(x)).fewest == bet.FEW_POINTS


def test_nearly_linear_isotherm_has_no_monolayer():
    # Henry's law passes some windows by its shape; C of 2 then says that there is no point B
    x = np.linspace(0.01, 0.45, 40)
    found = automatic(Branch(x, 5 * x / (1 + 0.3 * x), 0.1), Values())
    assert np.isnan(found.value)
    assert "no point B" in found.notes[0]
