"""The fit block of CasaXPS in a VAMAS file: what is written is read back, and describes the counts."""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest
import vamas as reference

from nanokiln.core.errors import InputError
from nanokiln.formats import vamas
from nanokiln.techniques import get
from nanokiln.techniques.xps.background import linear
from nanokiln.techniques.xps.casa import with_fit
from nanokiln.techniques.xps.lineshape import pseudo_voigt

XPS = get("xps")
fake_sample = runpy.run_path(str(Path(__file__).with_name("test_xps_simulate.py")))["fake_sample"]
COMP = re.compile(
    r"CASA comp \(\*(.*?)\*\) \(\*SGL\((.*?)\)\*\) Area (\S+) .* MFWHM (\S+) .* Position (\S+) "
)


def spectra(region="B 1s"):
    return XPS.simulate(fake_sample(), 3, {"regions": [region]})


def components(lines):
    found = [COMP.match(line).groups() for line in lines if line.startswith("CASA comp")]
    return [(name, float(g) / 100, float(a), float(w), float(e)) for name, g, a, w, e in found]


def test_components_come_back_and_add_up_to_the_lines(tmp_path):
    made = with_fit(spectra(), {"chains": 20, "fit_background": "shirley"})
    path = vamas.write(tmp_path / "a.vms", made)
    (again,) = vamas.read(path)
    assert again.settings["casa_fit"] == made[0].settings["casa_fit"]
    assert again.settings["casa_background"] == "Shirley"
    assert again.origin == "synthetic"
    found = components(again.settings["casa_fit"])
    assert [name for name, *_ in found] == ["B 1s BO3", "B 1s BCO2", "B 1s BC2O", "B 1s BC3"]
    # the components, drawn where the file says, take up the peak over its background
    energy, counts = (again.data[k].values for k in ("binding_energy", "counts"))
    drawn = sum(a * pseudo_voigt(energy - (1486.6 - e), w, g) for _, g, a, w, e in found)
    rest = counts - drawn
    assert np.std(rest - linear(rest)) < 0.05 * drawn.max()
    assert energy[np.argmax(drawn)] == pytest.approx(energy[np.argmax(counts)], abs=0.4)


def test_reference_reader_takes_the_block(tmp_path):
    path = vamas.write(tmp_path / "a.vms", with_fit(spectra(), {"chains": 0}))
    block = reference.Vamas(path).blocks[0]
    lines = str(block.block_comment).splitlines()
    assert lines[0] == "Casa Info Follows"
    assert len([line for line in lines if line.startswith("CASA comp")]) == 4


def test_doublets_are_two_components_two_to_one():
    (made,) = with_fit(spectra("Si 2p"), {"chains": 0, "region": "Si 2p"})
    found = components(made.settings["casa_fit"])
    assert len(found) == 6
    for (_, _, area, _, energy), (_, _, upper, _, other) in zip(found[::2], found[1::2], strict=True):
        assert upper == pytest.approx(area / 2, rel=0.05)
        assert energy - other == pytest.approx(0.6, abs=1e-4)


def test_what_casa_cannot_draw_is_refused():
    with pytest.raises(InputError, match="asymmetric"):
        with_fit(spectra("C 1s"), {"chains": 0, "asymmetry": 0.1})
    with pytest.raises(InputError, match="no region to fit"):
        with_fit(XPS.simulate(fake_sample(), 1, {"regions": ["survey"]}))
