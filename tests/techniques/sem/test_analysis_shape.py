"""Necks, roughness and order of drawn spheres."""

import numpy as np
import pytest

from nanokiln.techniques.sem import bonds, technique
from nanokiln.techniques.sem.analyse import analyse
from nanokiln.techniques.sem.found import choices_of, look


def chain(drawn, ratio, *, blur=1.0, bonded=12):
    """Draw pairs side by side; a bar of the given width over the diameter stands for the neck of some."""
    radius, circles, necks = 20.0, [], []
    for i in range(4):
        for j in range(3):
            row, column = 40 + 60 * i, 50 + 110 * j
            circles += [(row, column - radius, radius), (row, column + radius, radius)]
            if ratio and len(necks) < bonded:
                necks.append(((row, column), (2 * radius * ratio, 2 * radius)))
    return drawn.picture(drawn.draw((270, 320), circles, blur=blur, limb=0.0, noise=3, necks=necks))


@pytest.mark.parametrize("ratio", [0.4, 0.6])
def test_necks_are_measured(drawn, ratio):
    found = drawn.by_name(analyse([chain(drawn, ratio)]))
    assert found["contact_count"].value == 12
    assert found["neck_ratio_mean"].value == pytest.approx(ratio, abs=0.06)
    assert found["bonded_fraction"].value == 1


def test_bare_contacts_are_not_taken_for_necks(drawn):
    found = drawn.by_name(analyse([chain(drawn, 0.0)]))
    assert found["contact_count"].value == 12
    fraction = found["bonded_fraction"]
    assert not fraction.resolved or fraction.low < 0.2
    assert not found["neck_ratio_mean"].resolved or found["neck_ratio_mean"].value < 0.25


@pytest.mark.parametrize(("bonded", "resolved"), [(4, False), (11, True)])
def test_a_mean_neck_is_told_only_where_most_contacts_are_bonded(drawn, bonded, resolved):
    found = drawn.by_name(analyse([chain(drawn, 0.6, blur=0.6, bonded=bonded)]))
    fraction, neck = found["bonded_fraction"], found["neck_ratio_mean"]
    assert fraction.low < bonded / 12 < fraction.high
    assert neck.resolved is resolved
    assert resolved or any("fewer than 50 %" in note for note in neck.notes), neck.notes


def test_blur_makes_a_bare_contact_look_like_a_neck_and_is_inverted():
    assert bonds._apparent(0.1, 1.0)[0] > 0.25
    assert bonds._true_ratio(0.3, 0.1, 1.0) == 0.0
    for ratio in (0.5, 0.65, 0.8):
        seen = np.interp(ratio, bonds._MODEL, bonds._apparent(0.1, 1.0))
        assert bonds._true_ratio(seen, 0.1, 1.0) == pytest.approx(ratio, abs=0.02)


@pytest.mark.parametrize("rq", [0.6, 1.0])
def test_roughness_is_found_above_the_noise(drawn, rq):
    phases = np.random.default_rng(1).uniform(0, 2 * np.pi, (12, 6))
    modes = (5, 6, 7, 8, 9, 10)

    def rough(angle, k):
        return sum(
            rq * np.sqrt(2 / len(modes)) * np.cos(m * angle + p)
            for m, p in zip(modes, phases[k], strict=True)
        )

    circles = [(50 + 90 * i, 50 + 90 * j, 30.0) for i in range(3) for j in range(4)]
    image = drawn.draw((280, 370), circles, limb=0.0, noise=4, rough=rough)
    found = drawn.by_name(analyse([drawn.picture(image, pixel_nm=1.0)]))
    assert found["particle_count"].value == 12
    assert found["roughness_rq"].value == pytest.approx(rq, rel=0.15)
    assert found["roughness_peak_to_valley"].value > 2.5 * rq


def test_smooth_spheres_are_not_called_rough(drawn):
    circles = [(50 + 90 * i, 50 + 90 * j, 30.0) for i in range(3) for j in range(4)]
    image = drawn.draw((280, 370), circles, limb=0.0, noise=10)
    rq = drawn.by_name(analyse([drawn.picture(image, pixel_nm=1.0)]))["roughness_rq"]
    assert not rq.resolved or rq.value < 0.15
    if not rq.resolved:
        assert rq.high <= 0.3  # pixels, below which nothing is resolved


def test_hexagonal_order_is_seen(drawn):
    step = 34.0
    circles = [
        (25 + i * step * np.sqrt(3) / 2, 25 + step * (j + 0.5 * (i % 2)), 14.0)
        for i in range(8)
        for j in range(7)
    ]
    m = drawn.picture(drawn.draw((260, 290), circles, limb=0.0))
    found = drawn.by_name(analyse([m]))
    assert found["particle_count"].value == len(circles)
    assert found["neighbour_distance"].value == pytest.approx(step / 28, rel=0.02)
    assert found["bond_order_6"].value > 0.9
    assert found["pair_peak"].value > 3


def test_the_picture_is_drawn_with_what_was_found(drawn, tmp_path):
    m = drawn.picture(drawn.draw((160, 200), drawn.scattered((160, 200), 10, 14)))
    figure = technique.plot([m], technique.analyse([m]))
    path = tmp_path / "a.png"
    figure.savefig(path, dpi=60)
    assert path.stat().st_size > 5000
    synthetic = type(m)(m.technique, m.data, "synthetic", m.label, m.settings)
    assert "SYNTHETIC" in technique.plot([synthetic], technique.analyse([synthetic])).get_suptitle()


def test_real_silica_spheres(shared_data):
    from nanokiln.formats import micrograph_tiff

    path = shared_data("electron_microscopy") / "R5_K3Me3_SiO2_3-3_15000.TIF"
    found = look(micrograph_tiff.read(path)[0], choices_of({}))
    sized = found.spheres.diameter[found.spheres.seen >= 0.5] * found.length
    assert len(sized) > 100
    assert 600 < np.median(sized) < 800  # 700 nm by eye on the picture


@pytest.mark.parametrize(("choices", "spheres"), [({}, 15), ({"smallest": 80, "contrast": "bright"}, 1)])
def test_the_figure_shows_the_spheres_that_were_counted(drawn, monkeypatch, choices, spheres):
    circles = np.vstack([drawn.scattered((220, 300), 15, 10, gap=1.5, seed=3), [(258, 250, 30)]])
    m = drawn.picture(drawn.draw((300, 300), circles, limb=0.0))
    findings = technique.analyse([m], choices)
    assert drawn.by_name(findings)["particle_count"].value == spheres
    monkeypatch.setattr("nanokiln.techniques.sem.particles.find", None)  # looked for once, not again
    figure = technique.plot([m], findings)
    words = [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text"))]
    assert f"sized ({spheres})" in words
