"""The sampler recovers a known distribution."""

import numpy as np
import pytest

from nanokiln.study.sampling import stretch_sampler

MEAN = np.array([1.0, -2.0])
COVARIANCE = np.array([[2.0, 0.9], [0.9, 0.8]])
INVERSE = np.linalg.inv(COVARIANCE)
WALKERS, STEPS, BURN = 40, 1500, 200


def gaussian(x):
    return -0.5 * (x - MEAN) @ INVERSE @ (x - MEAN)


def start(seed=1, count=WALKERS):
    return np.random.default_rng(seed).normal(size=(count, 2))


@pytest.fixture(scope="module")
def chain():
    return stretch_sampler(gaussian, start(), STEPS, 7)[0][BURN:]


def standard_error(series):
    """Of the mean of a correlated series, shape (steps,), from the means of 20 blocks."""
    blocks = series[: len(series) // 20 * 20].reshape(20, -1).mean(axis=1)
    return blocks.std(ddof=1) / np.sqrt(20)


def test_the_mean_of_a_gaussian_is_recovered(chain):
    for axis in (0, 1):
        series = chain[:, :, axis].mean(axis=1)
        error = standard_error(series)
        assert error < 0.1
        assert abs(series.mean() - MEAN[axis]) < 4 * error


def test_the_covariance_of_a_gaussian_is_recovered(chain):
    for i, j in ((0, 0), (0, 1), (1, 1)):
        product = ((chain[:, :, i] - MEAN[i]) * (chain[:, :, j] - MEAN[j])).mean(axis=1)
        error = standard_error(product)
        assert error < 0.1
        assert abs(product.mean() - COVARIANCE[i, j]) < 4 * error


def test_another_gaussian_would_be_told_apart(chain):
    series = chain[:, :, 0].mean(axis=1)
    assert abs(series.mean() - (MEAN[0] + 0.5)) > 4 * standard_error(series)


def test_regions_without_density_are_never_visited():
    def half(x):
        return gaussian(x) if x[0] > 0 else -np.inf

    begin = np.abs(start()) + 0.1
    chain, density = stretch_sampler(half, begin, 200, 3)
    assert np.all(chain[..., 0] > 0)
    assert np.all(np.isfinite(density))
    assert np.ptp(chain[..., 0]) > 1


def test_the_density_returned_is_that_of_the_positions():
    chain, density = stretch_sampler(gaussian, start(), 20, 5)
    assert chain.shape == (20, WALKERS, 2)
    assert density.shape == (20, WALKERS)
    again = np.array([[gaussian(x) for x in walkers] for walkers in chain])
    assert density == pytest.approx(again)


def test_the_seed_decides():
    first, again, other = (stretch_sampler(gaussian, start(), 30, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_start_is_left_alone():
    begin = start()
    kept = begin.copy()
    stretch_sampler(gaussian, begin, 5, 1)
    assert np.array_equal(begin, kept)


def test_progress_ends_at_one():
    told = []
    stretch_sampler(gaussian, start(), 4, 1, progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
