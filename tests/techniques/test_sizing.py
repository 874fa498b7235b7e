"""Sizing: the virtual measurement is honest, the analysis recovers the truth, intervals cover it."""

import types

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nanokiln import techniques
from nanokiln.core.errors import DataError, InputError
from nanokiln.core.evidence import Evidence
from nanokiln.core.measurement import SYNTHETIC_MARK, Measurement
from nanokiln.core.parameters import Values
from nanokiln.formats import diameters_csv
from nanokiln.techniques.sizing import plot as plotting
from nanokiln.techniques.sizing import statistics, technique

EXACT = Values({"sizing.edge_error": 0.0, "sizing.scale_error": 0.0})


def sample(before=None, after=None, values=EXACT, stage="product"):
    rng = np.random.default_rng(0)
    before = rng.normal(220, 10, 4000) if before is None else np.asarray(before, dtype=float)
    after = rng.normal(211, 10, before.size) if after is None else np.asarray(after, dtype=float)
    sizes = xr.Dataset({"before_nm": ("particle", before), "after_nm": ("particle", after)})
    return types.SimpleNamespace(name="B-SiOC-4", seed=0, stage=stage, values=values, sizes=sizes)


def measured(d, label="before", origin="measured", **facts):
    data = xr.Dataset({"diameter_nm": ("particle", np.asarray(d, dtype=float), {"units": "nm"})})
    return Measurement("sizing", data, origin, label, facts)


def by_name(findings, label="before"):
    return {f.name: f for f in findings if f.choices["label"] == label}


def test_the_technique_is_found_by_name():
    assert techniques.get("sizing") is technique
    assert technique.name == "sizing"


class TestSimulate:
    def test_two_powders_of_three_hundred(self):
        found = technique.simulate(sample(), 1)
        assert [m.label for m in found] == ["before", "after"]
        for m in found:
            assert m.origin == "synthetic"
            assert m.technique == "sizing"
            assert m.data["diameter_nm"].dims == ("particle",)
            assert m.data["diameter_nm"].attrs["units"] == "nm"
            assert m.data.sizes["particle"] == 300

    def test_the_seed_decides(self):
        a, b, c = (technique.simulate(sample(values=Values()), seed) for seed in (1, 1, 2))
        assert a[0].data.identical(b[0].data)
        assert not a[0].data.identical(c[0].data)

    def test_without_errors_only_true_diameters_are_seen_and_each_once(self):
        truth = np.arange(100.0, 600.0)
        seen = technique.simulate(sample(before=truth), 3)[0].data["diameter_nm"].values
        assert set(seen) <= set(truth)
        assert np.unique(seen).size == seen.size

    def test_few_spheres_are_seen_again(self):
        seen = technique.simulate(sample(before=[199, 201]), 3)[0].data["diameter_nm"].values
        assert set(seen) == {199, 201}

    def test_the_edge_error_is_that_of_two_edges(self):
        values = Values({"sizing.scale_error": 0.0, "sizing.edge_error": 0.5})
        seen = (
            technique.simulate(
                sample(before=np.full(10, 200.0), values=values), 5, {"count": 20000, "pixel_size_nm": 4.0}
            )[0]
            .data["diameter_nm"]
            .values
        )
        assert seen.std() == pytest.approx(np.sqrt(2) * 0.5 * 4, rel=0.03)
        assert seen.mean() == pytest.approx(200, abs=0.1)

    def test_the_scale_error_is_common_to_both_powders(self):
        values = Values({"sizing.scale_error": 0.02, "sizing.edge_error": 0.0})
        factors = []
        for seed in range(200):
            powder = sample(before=[200, 200], after=[100, 100], values=values)
            before, after = (m.data["diameter_nm"].values for m in technique.simulate(powder, seed))
            assert before[0] == pytest.approx(2 * after[0])
            factors.append(before[0] / 200)
        assert np.std(factors) == pytest.approx(0.02, rel=0.2)
        assert np.mean(factors) == pytest.approx(1, abs=0.006)

    def test_diameters_stay_positive(self):
        seen = technique.simulate(sample(before=np.full(5, 1.0), values=Values()), 1)[0].data["diameter_nm"]
        assert float(seen.min()) > 0

    def test_an_unfired_powder_has_no_after(self):
        assert [m.label for m in technique.simulate(sample(stage="before"), 1)] == ["before"]

    def test_fused_powder_has_no_spheres_afterwards(self):
        gone = np.full(4000, np.nan)
        assert [m.label for m in technique.simulate(sample(after=gone), 1)] == ["before"]
        with pytest.raises(InputError, match="no separate spheres"):
            technique.simulate(sample(before=[np.nan], after=[0]), 1)

    @pytest.mark.parametrize(
        ("settings", "words"),
        [
            ({"cuont": 3}, "Did you mean 'count'"),
            ({"count": 1}, "count = 1: expected a whole number from 2"),
            ({"count": 2.5}, "whole number"),
            ({"count": True}, "whole number"),
            ({"count": 10**9}, "to 100000"),
            ({"pixel_size_nm": 0}, "pixel_size_nm = 0"),
            ({"pixel_size_nm": "2"}, "pixel_size_nm = '2'"),
            ({"pixel_size_nm": float("nan")}, "pixel_size_nm = nan"),
        ],
    )
    def test_bad_settings(self, settings, words):
        with pytest.raises(InputError) as caught:
            technique.simulate(sample(), 1, settings)
        assert words in str(caught.value)

    def test_files_say_synthetic_and_give_the_same_findings(self, tmp_path):
        made = technique.simulate(sample(values=Values()), 7)
        paths = technique.write(made, tmp_path, "B-SiOC-4")
        assert [p.name for p in paths] == ["B-SiOC-4-before.csv", "B-SiOC-4-after.csv"]
        assert all(SYNTHETIC_MARK in p.read_text() for p in paths)
        back = [diameters_csv.read(p)[0] for p in paths]
        for direct, read in zip(technique.analyse(made), technique.analyse(back), strict=True):
            assert (direct.name, direct.value, direct.low, direct.high) == (
                read.name,
                read.value,
                read.low,
                read.high,
            )
            assert direct.evidence is read.evidence is Evidence.PREDICTED


class TestAnalyse:
    def test_what_is_found(self):
        found = technique.analyse(technique.simulate(sample(), 1))
        names = [
            "particle_count",
            "diameter_mean",
            "diameter_median",
            "diameter_sd",
            "diameter_geometric_sd",
            "lognormal_support",
        ]
        assert [f.name for f in found] == [*names, *names, "diameter_change"]
        assert len({(f.name, f.choices["label"]) for f in found}) == len(found)

    def test_values_against_plain_formulas(self):
        d = np.array([190.0, 195, 200, 202, 205, 211, 220])
        found = by_name(technique.analyse([measured(d)]))
        assert found["particle_count"].value == 7
        assert found["diameter_mean"].value == pytest.approx(d.mean())
        assert found["diameter_sd"].value == pytest.approx(d.std(ddof=1))
        assert found["diameter_median"].value == 202
        assert found["diameter_geometric_sd"].value == pytest.approx(np.exp(np.log(d).std(ddof=1)))
        low, high = stats.t.interval(0.90, 6, d.mean(), stats.sem(d))
        assert (found["diameter_mean"].low, found["diameter_mean"].high) == pytest.approx((low, high))
        assert found["diameter_mean"].evidence is Evidence.MEASURED
        assert all(f.unit in ("nm", "1") and f.technique == "sizing" for f in found.values())

    def test_change_against_welch(self):
        rng = np.random.default_rng(2)
        a, b = rng.normal(220, 8, 60), rng.normal(210, 12, 45)
        found = technique.analyse([measured(a), measured(b, "after")])[-1]
        interval = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.90)
        assert found.value == pytest.approx(b.mean() - a.mean())
        assert (found.low, found.high) == pytest.approx((interval.low, interval.high))

    def test_the_scale_error_widens_the_interval_in_quadrature(self):
        d = np.random.default_rng(3).normal(200, 10, 300)
        plain = by_name(technique.analyse([measured(d)]))["diameter_mean"]
        wide = by_name(technique.analyse([measured(d, scale_error=0.02)]))["diameter_mean"]
        chosen = by_name(technique.analyse([measured(d)], {"scale_error": 0.02}))["diameter_mean"]
        half = np.hypot(plain.high - plain.value, stats.norm.ppf(0.95) * 0.02 * plain.value)
        assert wide.high - wide.value == pytest.approx(half)
        assert (chosen.low, chosen.high) == (wide.low, wide.high)
        assert any("magnification not stated" in note for note in plain.notes)
        assert not any("magnification" in note for note in wide.notes)

    def test_few_particles_are_noted(self):
        few, many = (technique.analyse([measured(np.linspace(190, 210, n))]) for n in (199, 200))
        assert all(any("below 200" in note for note in f.notes) for f in few)
        assert not any("below 200" in note for f in many for note in f.notes)

    def test_one_particle_has_a_mean_and_nothing_else(self):
        found = by_name(technique.analyse([measured([200])]))
        assert found["diameter_mean"].value == 200
        assert np.isnan(found["diameter_mean"].low)
        assert np.isnan(found["diameter_median"].low)
        for name in ("diameter_sd", "diameter_geometric_sd", "lognormal_support"):
            assert not found[name].resolved
            assert found[name].notes[0].startswith("not resolved")
        change = technique.analyse([measured([200]), measured([190], "after")])[-1]
        assert change.value == -10
        assert np.isnan(change.low)

    def test_equal_particles(self):
        found = by_name(technique.analyse([measured(np.full(300, 200.0))]))
        assert found["diameter_mean"].low == found["diameter_mean"].high == pytest.approx(200)
        assert found["diameter_sd"].value == pytest.approx(0, abs=1e-9)
        assert found["diameter_geometric_sd"].value == pytest.approx(1, abs=1e-9)
        assert not found["lognormal_support"].resolved

    @pytest.mark.parametrize(
        ("draw", "verdict"),
        [
            (lambda rng: rng.lognormal(np.log(200), 0.4, 1000), "log-normal preferred"),
            (lambda rng: rng.normal(200, 40, 1000), "normal preferred"),
            (lambda rng: rng.normal(200, 2, 300), "undecided between normal and log-normal"),
        ],
    )
    def test_form(self, draw, verdict):
        found = by_name(technique.analyse([measured(draw(np.random.default_rng(4)))]))["lognormal_support"]
        assert found.notes[0] == verdict

    def test_form_is_the_difference_of_likelihoods(self):
        d = np.random.default_rng(5).lognormal(5, 0.2, 200)
        log_normal = stats.lognorm.logpdf(d, np.log(d).std(), scale=np.exp(np.log(d).mean())).sum()
        normal = stats.norm.logpdf(d, d.mean(), d.std()).sum()
        assert statistics.delta_aic(d[np.newaxis])[0] == pytest.approx(2 * (log_normal - normal))

    def test_the_answer_does_not_change_from_run_to_run(self):
        d = np.random.default_rng(6).normal(200, 10, 100)
        first, second = (technique.analyse([measured(d)]) for _ in range(2))
        assert [f.as_dict() for f in first] == [f.as_dict() for f in second]
        other = by_name(technique.analyse([measured(d)], {"seed": 9}))
        assert other["diameter_sd"].value == by_name(first)["diameter_sd"].value
        assert other["diameter_sd"].low != by_name(first)["diameter_sd"].low

    @pytest.mark.parametrize(
        ("measurements", "choices", "error", "words"),
        [
            ([], None, DataError, "no sizing measurement"),
            ([measured([])], None, DataError, "no particle"),
            ([measured([200, -1])], None, DataError, "not positive"),
            ([measured([200, np.nan])], None, DataError, "not positive"),
            ([Measurement("xps", xr.Dataset(), "measured")], None, DataError, "no 'diameter_nm'"),
            ([measured([200])], {"resample": 5}, InputError, "Did you mean 'resamples'"),
            ([measured([200])], {"resamples": 5}, InputError, "from 100 to"),
            ([measured([200])], {"seed": -1}, InputError, "seed = -1"),
            ([measured([200])], {"scale_error": 7}, InputError, "scale_error = 7"),
            ([measured([200])], {"scale_error": "1 %"}, InputError, "scale_error = '1 %'"),
        ],
    )
    def test_what_is_refused(self, measurements, choices, error, words):
        with pytest.raises(error) as caught:
            technique.analyse(measurements, choices)
        assert words in str(caught.value)


class TestCoverage:
    """Intervals that claim 90 % hold the truth about as often (3 sigma of 400 trials is 4.5 %)."""

    TRIALS = 400

    def share(self, estimate, truth, draw):
        rng = np.random.default_rng(11)
        found = [estimate(draw(rng), rng) for _ in range(self.TRIALS)]
        return np.mean([e.low <= truth <= e.high for e in found])

    def test_mean(self):
        share = self.share(lambda d, _: statistics.mean(d), 200, lambda rng: rng.normal(200, 10, 40))
        assert share == pytest.approx(0.90, abs=0.045)

    def test_median(self):
        share = self.share(
            lambda d, _: statistics.median(d), 200, lambda rng: rng.lognormal(np.log(200), 0.3, 41)
        )
        assert 0.87 <= share <= 0.97  # order statistics are discrete: never less than claimed

    def test_sd(self):
        def estimate(d, rng):
            return statistics.bootstrap(d, statistics.sd, 300, rng)

        share = self.share(estimate, 10, lambda rng: rng.normal(200, 10, 100))
        assert share == pytest.approx(0.90, abs=0.045)

    def test_the_whole_chain_recovers_the_truth_within_its_interval(self):
        """From true sizes through the virtual micrograph and the analysis, scale error included."""
        rng = np.random.default_rng(12)
        truth = rng.normal(220, 10, 20000)
        powder = sample(before=truth, values=Values(), stage="before")
        hits = 0
        for seed in range(200):
            made = technique.simulate(powder, seed)
            found = by_name(technique.analyse(made, {"resamples": 100}))["diameter_mean"]
            hits += found.low <= truth.mean() <= found.high
        assert hits / 200 == pytest.approx(0.90, abs=0.065)


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_intervals_hold_their_value(d):
    for finding in technique.analyse([measured(d)], {"resamples": 100}):
        if np.isfinite(finding.low) and finding.name not in ("lognormal_support", "diameter_sd"):
            slack = 1e-9 * abs(finding.value)
            if finding.name != "diameter_geometric_sd":
                assert finding.low - slack <= finding.value <= finding.high + slack


@given(st.lists(st.floats(1, 1e3), min_size=30, max_size=60, unique=True), st.floats(0.1, 10))
@settings(max_examples=30, deadline=None)
def test_lengths_scale(d, factor):
    small, large = (
        by_name(technique.analyse([measured(np.array(d) * f)], {"resamples": 100})) for f in (1.0, factor)
    )
    for name, finding in small.items():
        expected = factor * finding.value if finding.unit == "nm" else finding.value
        assert large[name].value == pytest.approx(expected, rel=1e-6, abs=1e-6)


class TestReferenceImages:
    def test_disks_of_known_size_read_as_an_area_table(self, tmp_path, shared_data):
        """Pixel areas of the reference disks (30 px) as an ImageJ table give back their diameter."""
        image = shared_data("electron_microscopy") / "iso_monodisperse_30px.tif"
        if not image.is_file():
            pytest.skip("the reference image is not on this machine (../shared/data/electron_microscopy)")
        areas = disk_areas(image)
        path = tmp_path / "Results.csv"
        rows = "".join(f"{i},{a}\n" for i, a in enumerate(areas, start=1))
        path.write_text(f"# pixel_size_nm: 2\n ,Area (pixel^2)\n{rows}")
        found = by_name(technique.analyse(diameters_csv.read(path)), "Results")
        assert found["diameter_mean"].value == pytest.approx(60, rel=0.005)
        assert found["particle_count"].value == len(areas)
        assert found["diameter_sd"].value < 1


def disk_areas(image):
    """Areas in pixels of the whole disks of the first frame."""
    from PIL import Image
    from scipy import ndimage

    with Image.open(image) as picture:
        dark = np.asarray(picture.convert("L")) < 128
    labels, _ = ndimage.label(dark)
    edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    areas = np.bincount(labels.ravel())
    areas[np.append(edge, 0)] = 0
    areas = areas[areas > 0]
    return areas[np.abs(areas / np.median(areas) - 1) < 0.2]  # overlapping disks are not single particles


class TestPlot:
    def test_print_quality(self, tmp_path):
        made = technique.simulate(sample(), 1)
        figure = technique.plot(made, technique.analyse(made))
        width, height = figure.get_size_inches()
        assert width * 25.4 == pytest.approx(85, abs=1)
        assert height < width
        (axes,) = figure.axes
        assert axes.get_xlabel() == "Diameter (nm)"
        assert axes.get_ylabel() == "Share of particles (%)"
        assert [t.get_text() for t in axes.texts] == ["SYNTHETIC"]
        legend = [t.get_text() for t in axes.get_legend().get_texts()]
        assert legend[0].startswith("before: ")
        assert "N = 300" in legend[1]
        figure.savefig(tmp_path / "x.png")
        figure.savefig(tmp_path / "x.pdf")
        assert (tmp_path / "x.png").stat().st_size > 1000

    def test_measured_data_carry_no_mark(self):
        figure = technique.plot([measured([199, 200, 201])], [])
        assert not figure.axes[0].texts
        assert figure.axes[0].get_legend().get_texts()[0].get_text() == "before, N = 3"

    def test_shares_add_up_to_one_hundred(self):
        d = np.random.default_rng(1).normal(200, 10, 250)
        edges = plotting.bins(d)
        assert np.histogram(d, edges)[0].sum() == 250
        assert 6 <= edges.size - 1 <= 40

    @pytest.mark.parametrize("d", [[200.0], [200.0] * 50, [1.0, 1e6], [1.0] * 99 + [2.0]])
    def test_odd_samples_are_drawn(self, d):
        one = measured(d)
        figure = technique.plot([one], technique.analyse([one]))
        figure.draw_without_rendering()
        assert np.histogram(d, plotting.bins(np.array(d)))[0].sum() == len(d)

    def test_nothing_to_draw(self):
        with pytest.raises(DataError, match="no sizing measurement"):
            technique.plot([], [])
