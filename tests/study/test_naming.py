"""Which sample a file belongs to, by its name."""

import pytest

from nanokiln.study.naming import UNNAMED, group_names, sample_of


@pytest.mark.parametrize(
    ("path", "sample"),
    [
        ("B-SiOC-2-xps.vms", "B-SiOC-2"),
        ("B-SiOC-2-n2_sorption.aif", "B-SiOC-2"),
        ("B-SiOC-2-sizing-before.csv", "B-SiOC-2"),
        ("B-SiOC-2-900C-1h_xrd.xy", "B-SiOC-2-900C-1h"),
        ("S1/xps/C1s.vms", "S1"),
        ("xps/S1_C 1s_001.vms", "S1"),
        ("2024-01-03_SiOC-0.3_Raman_532nm.txt", "SiOC-0.3"),
        ("B-SiOC-2-raman-silicon.jdx", "B-SiOC-2"),
        ("raman/S1 Si ref.txt", "S1"),
        ("raman/silicon.txt", "silicon"),
        ("silicon_cycling.csv", "silicon"),
        ("20240305_powder_Si_2p.csv", "powder"),
        ("sem/S3_x25000_02.tif", "S3"),
        ("xps/survey.vms", UNNAMED),
        ("Probe.BET.xls", "Probe"),
    ],
)
def test_words_about_the_measurement_are_no_sample(path, sample):
    assert sample_of(path) == sample


def test_names_that_differ_in_case_or_gaps_are_one():
    names = group_names(["S 1_xps.vms", "s_1_bet.aif", "S-1 raman.txt", "S2.vms"])
    assert len(set(names.values())) == 2
    assert names["S2.vms"] == "S2"
