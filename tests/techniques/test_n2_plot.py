"""The figure: what is in it, and that it is legible."""

import pytest

from nanokiln.core.errors import InputError
from nanokiln.formats import micromeritics
from nanokiln.techniques import get

technique = get("n2_sorption")


def texts(figure):
    figure.draw_without_rendering()
    import matplotlib.text

    return " ".join(t.get_text() for t in figure.findobj(matplotlib.text.Text))


def test_synthetic_figure_says_so(n2, tmp_path):
    pores = [n2.sample(15.0, name=f"s{i}", mesopore=n2.cylinders(60.0 * i, 4.0)) for i in (1, 2, 3)]
    measurements = [m for i, p in enumerate(pores) for m in technique.simulate(p, i)]
    figure = technique.plot(measurements, technique.analyse(measurements))
    written = texts(figure)
    assert "SYNTHETIC" in written
    assert all(f"s{i}: " in written for i in (1, 2, 3))
    assert figure.get_size_inches()[0] == pytest.approx(178 / 25.4)
    figure.savefig(tmp_path / "n2.pdf")
    assert (tmp_path / "n2.pdf").stat().st_size > 5000


def test_measured_figure_has_units_and_no_mark(shared_data):
    a = micromeritics.read(shared_data("n2_sorption") / "micromeritics_Sample_A_silica-alumina.xls")
    written = texts(technique.plot(a, technique.analyse(a)))
    assert "SYNTHETIC" not in written
    assert "mmol/g" in written
    assert "195.5 [" in written


def test_unresolved_area_is_drawn_without_fit(shared_data):
    g = micromeritics.read(shared_data("n2_sorption") / "micromeritics_Sample_G.xls")
    written = texts(technique.plot(g, technique.analyse(g)))
    assert "not resolved" in written


def test_text_stays_inside_the_figure(shared_data):
    a = micromeritics.read(shared_data("n2_sorption") / "micromeritics_Sample_A_silica-alumina.xls")
    figure = technique.plot(a, technique.analyse(a))
    figure.draw_without_rendering()
    frame = figure.bbox
    for axes in figure.axes:
        legend = axes.get_legend()
        drawn = [axes.xaxis.label, axes.yaxis.label, axes.title, *(legend.get_texts() if legend else ())]
        for text in drawn:
            box = text.get_window_extent()
            assert frame.x0 - 1 <= box.x0, text.get_text()
            assert box.x1 <= frame.x1 + 1, text.get_text()
            assert box.y1 <= frame.y1 + 1, text.get_text()


def test_nothing_or_too_much_is_refused():
    with pytest.raises(InputError, match="0 isotherms"):
        technique.plot([], [])
