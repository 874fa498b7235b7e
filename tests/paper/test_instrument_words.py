"""What the judges of XPS and nitrogen quote comes from the findings of the analyses, and only from them."""

from nanokiln.core.evidence import Evidence, Finding
from nanokiln.core.parameters import Values
from nanokiln.paper.judges import n2_sorption, xps
from nanokiln.paper.run import SERIES, Run


def finding(name, value, technique, notes=()):
    return Finding(name, value, value - 1, value + 1, "%", Evidence.PREDICTED, technique, "", tuple(notes))


def run(findings):
    return Run(Values(), {}, findings=findings)


def test_quantification_and_species_are_quoted():
    read = run({
        ("B-SiOC-2", "xps"): [
            finding("wt_percent_B", 7.5, "xps"),
            finding("resolvable", 2.0, "xps", ["told apart at these counts and widths: BC2O, BC3"]),
        ]
    })  # fmt: skip
    assert xps._boron(read, SERIES) == " Quantification of the virtual spectra, wt%: 2: 7.5 [6.5-8.5]."
    assert xps._told_apart(read, SERIES) == " Told apart in the virtual spectra: 2: BC2O, BC3."


def test_unresolved_shares_are_called_so():
    lost = Finding("share_BO3", float("nan"), 50, 70, "%", Evidence.PREDICTED, "xps")
    assert xps._fit(run({("B-SiOC-1", "xps"): [lost]}), "B-SiOC-1", "BO3").endswith("BO3 not resolved.")


def test_volumes_are_quoted():
    read = run({("B-SiOC-3", "n2_sorption"): [finding("pore_volume", 0.14, "n2_sorption")]})
    assert "3: 0.140" in n2_sorption._volumes(read, SERIES)


def test_without_instruments_nothing_is_said():
    empty = run({})
    assert xps._boron(empty, SERIES) == xps._told_apart(empty, SERIES) == ""
    assert n2_sorption._volumes(empty, SERIES) == n2_sorption._read(empty, "B-SiOC-2") == ""
