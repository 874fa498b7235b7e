"""Figures of all samples: what is drawn, how simulated curves are marked, and the tables behind."""

import csv
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nanokiln.report.study.overlay import MOST_SAMPLES, Series, colours_of, overlay, series_of
from nanokiln.report.study.overlays import write_overlays
from nanokiln.study.curves import MOST_POINTS, PANELS, Curve, _thinned, curves_of
from nanokiln.study.run import Group

X = tuple(np.linspace(100.0, 2000.0, 50))


def curve(panel: str, height: float = 1.0, **more) -> Curve:
    return Curve(panel, X, tuple(height * (2 + np.sin(np.asarray(X) / 100))), **more)


def series(technique: str, *samples: tuple[str, str]) -> list[Series]:
    return [Series(name, kind, curve(panel)) for name, kind in samples for panel in PANELS[technique]]


def words(figure) -> list[str]:
    (legend,) = figure.legends
    return [legend.get_title().get_text(), *(t.get_text() for t in legend.get_texts())]


@pytest.mark.parametrize("technique", list(PANELS))
@pytest.mark.parametrize(("width", "mm"), [("single", 89), ("double", 183)])
def test_every_technique_is_drawn_at_the_width_of_a_journal(technique, width, mm):
    drawn = series(technique, ("A", "measured"), ("B", "measured"))
    figure = overlay(technique, drawn, colours_of(["A", "B"]), width)
    assert figure.get_figwidth() * 25.4 == pytest.approx(mm)
    shown = [ax for ax in figure.axes if ax.axison]
    assert len(shown) == len(PANELS[technique])
    assert all(ax.get_xlabel() and len(ax.lines) >= 2 for ax in shown)
    figure.canvas.draw()
    assert "SYNTHETIC" not in "".join(words(figure))


def test_nothing_is_drawn_of_one_sample():
    assert overlay("raman", series("raman", ("A", "measured")), {"A": "k"}, "single") is None


def test_simulated_curves_beside_measured_ones_are_marked_one_by_one():
    drawn = series("raman", ("A", "measured"), ("A", "recipe"), ("B", "synthetic"))
    title, *labels = words(overlay("raman", drawn, colours_of(["A", "B"]), "double"))
    assert title == ""
    assert [("SYNTHETIC" in label) for label in labels] == [False, True, True]


def test_a_figure_of_simulated_curves_alone_says_so_once():
    title, *labels = words(
        overlay("raman", series("raman", ("A", "synthetic"), ("B", "synthetic")), colours_of("AB"), "single")
    )
    assert "SYNTHETIC" in title
    assert [label.strip() for label in labels] == ["A", "B"]


def test_names_are_not_taken_for_formulas_and_long_ones_keep_both_ends():
    names = ["$x^{$", "_hidden", "a" * 40 + "1", "a" * 40 + "2"]
    drawn = series("ftir", *((n, "measured") for n in names))
    figure = overlay("ftir", drawn, colours_of(names), "single")
    figure.canvas.draw()
    labels = [label.strip() for label in words(figure)[1:]]
    assert labels[1] == "_hidden"
    assert labels[2] != labels[3]
    assert all(len(label) <= 26 for label in labels)


def test_many_samples_have_different_looks_and_the_rest_is_left_out():
    names = [f"S{n:02}" for n in range(MOST_SAMPLES + 3)]
    figure = overlay(
        "cycling", series("cycling", *((n, "measured") for n in names)), colours_of(names), "double"
    )
    lines = next(ax for ax in figure.axes if ax.axison).lines
    assert len(lines) == MOST_SAMPLES
    assert len({(tuple(line.get_color()), line.get_marker()) for line in lines}) == MOST_SAMPLES


def test_spikes_do_not_flatten_a_spectrum_and_noise_stays_flat():
    spiked = np.asarray(curve("spectrum").y)
    spiked[25] = 1e6
    drawn = [
        Series("A", "measured", Curve("spectrum", X, tuple(spiked))),
        *series("raman", ("B", "measured")),
    ]
    line = overlay("raman", drawn, colours_of("AB"), "single").axes[0].lines[0]
    assert np.median(np.diff(np.sort(line.get_ydata()))) > 1e-4
    rng = np.random.default_rng(0)
    x = np.linspace(184, 200, 161)
    peak = 1000 + 500 * np.exp(-(((x - 192) / 1.5) ** 2)) + rng.normal(0, 10, x.size)
    flat = 1000 + 5 * (x - 192) + rng.normal(0, 10, x.size)
    drawn = [Series(n, "measured", Curve("B 1s", tuple(x), tuple(y))) for n, y in (("A", peak), ("B", flat))]
    lines = overlay("xps", drawn, colours_of("AB"), "single").axes[0].lines
    assert np.ptp(lines[1].get_ydata()) < 0.3 < np.ptp(lines[0].get_ydata())


def test_wavelengths_are_told_only_where_they_differ():
    def group(name: str, length: float) -> Group:
        pattern = curve("pattern", variant=f"λ = {length:.4f} Å")
        return Group(name, "xrd", (name,), curves=(pattern,))

    assert {s.curve.variant for s in series_of([group("A", 1.5406), group("B", 1.5406)])} == {""}
    assert len({s.curve.variant for s in series_of([group("A", 1.5406), group("B", 0.7093)])}) == 2


def test_a_fine_curve_keeps_its_extremes():
    x = np.linspace(0, 1, 50_000)
    y = np.sin(40 * x)
    y[31_234] = 9.0
    thin = _thinned(Curve("mass", tuple(x), tuple(y)), (-1, 2))
    assert len(thin.x) <= MOST_POINTS
    assert max(thin.y) == 9.0
    assert _thinned(Curve("mass", (1.0, 2.0), (1.0, 2.0)), (5, 6)) is None


def test_a_technique_without_curves_has_none():
    assert curves_of("sem", [], []) == []
    assert curves_of("raman", [SimpleNamespace(settings={}, data={})], []) == []


def test_tables_hold_every_curve_and_nothing_is_drawn_twice(tmp_path):
    groups = [
        Group(
            n, "n2_sorption", (n,), curves=(curve("isotherm", mark="dots"), curve("isotherm", mark="rings"))
        )
        for n in ("=A", "B")
    ]
    result = SimpleNamespace(groups=groups, out=tmp_path)
    drawn = write_overlays(result, groups[:1], jobs=1)["n2_sorption"]
    assert len(drawn.figures) == 6
    (name,) = drawn.tables
    with (tmp_path / name).open(newline="", encoding="utf-8-sig") as stream:
        head, *rows = list(csv.reader(stream))
    assert head[0] == "'=A: relative pressure p/p⁰"
    assert sum("SYNTHETIC" in h for h in head) == 4
    assert sum("desorption" in h for h in head) == 6
    assert [float(r[0]) for r in rows] == list(X)
    before = {f: (tmp_path / f).stat().st_mtime_ns for f in drawn.figures}
    assert write_overlays(result, groups[:1], jobs=1)["n2_sorption"] == drawn
    assert {f: (tmp_path / f).stat().st_mtime_ns for f in drawn.figures} == before
    assert plt.get_fignums() == []


def test_a_study_that_loses_a_sample_gets_its_old_figure_back(tmp_path):
    groups = [Group(n, "tga", (n,), curves=(curve("mass"),)) for n in "ABC"]
    pictures = []
    for some in (groups[:2], groups, groups[:2]):
        write_overlays(SimpleNamespace(groups=some, out=tmp_path), jobs=1)
        pictures.append((tmp_path / "figures" / "all-tga-single.svg").read_bytes())
    assert pictures[0] == pictures[2] != pictures[1]
