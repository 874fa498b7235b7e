"""Claims on infrared bands: met by some findings, missed by others, open where tables leave them open."""

from dataclasses import replace

import pytest

from nanokiln.core.evidence import Evidence, Finding
from nanokiln.paper.judging import verdict
from nanokiln.paper.run import SERIES


def found(value, half=1.0):
    return Finding(f"band_{value:.0f}", value, value - half, value + half, "1/cm", Evidence.PREDICTED, "ftir")


def judged(run, claims, claim_id, doped, undoped):
    given = {(s, "ftir"): [found(v) for v in doped] for s in SERIES} | {
        ("SiOC", "ftir"): [found(v) for v in undoped]
    }
    return verdict(replace(run, findings=given), next(c for c in claims if c.id == claim_id))


@pytest.mark.parametrize(
    ("doped", "undoped", "says"),
    [
        ([1390.0], [1090.0], "met"),
        ([1390.0], [1385.0], "missed"),  # there without boron, too
        ([1450.0], [1090.0], "missed"),
        ([], [], "missed"),
    ],
)
def test_the_band_of_boron_and_oxygen_needs_boron(run, claims, doped, undoped, says):
    assert str(judged(run, claims, "C059", doped, undoped).outcome) == says


@pytest.mark.parametrize(
    ("doped", "says"), [(1092.0, "not resolved"), (1115.0, "met"), (1062.0, "missed"), (1300.0, "missed")]
)
def test_the_shared_band_is_only_as_sure_as_its_table(run, claims, doped, says):
    got = judged(run, claims, "C060", [doped], [1090.0])
    assert str(got.outcome) == says


@pytest.mark.parametrize("claim", ["C059", "C060"])
def test_without_spectra_nothing_is_said(run, claims, claim):
    got = verdict(replace(run, findings={}), next(c for c in claims if c.id == claim))
    assert str(got.outcome) == "not yet"
