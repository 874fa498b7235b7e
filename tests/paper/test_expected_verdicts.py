"""What the mechanism was expected to say before the software existed, against what the software says.

The expectations were written down with the mechanism, from a reduced model of its own and its own accepted
draws. A difference is no error, but none may go unexplained.
"""

import numpy as np
import pytest

from nanokiln.core.parameters import Values
from nanokiln.paper import calibration
from nanokiln.paper.reproduce import judge_all
from nanokiln.paper.run import Run, observe_or_none

DRAWS = 12  # accepted sets and as many drawn before any claim was looked at

_EXPECTED = {
    "met (robust)": "C035 C040 C072 C080 C084 C086 C093 C113 C128",
    "met (weak)": "C030 C045 C041 C158 C042 C157 C056 C050 C150 C075 C153 C070 C096 C097 C098 C100 C101 C156 "
    "C102 C103 C148 C104 C106 C089 C090 C115",
    "calibrated": "C029 C046 C048 C049 C052 C053 C054 C057 C063 C068 C069 C081 C082 C083 C085 C088 C091 C092 "
    "C094 C099 C107 C108 C109",
    "met (by choice)": "C037 C038 C043 C044 C071 C147",
    "missed": "C047 C073 C116 C120 C095",
    "not resolved": "C036 C039 C055 C064 C065 C066 C067 C105 C111 C112 C121",
    "report only": "C114 C154 C155 C160",
}
EXPECTED = {claim: label for label, rows in _EXPECTED.items() for claim in rows.split()}

_TRIVIAL = "also holds for nearly all physically possible parameter sets drawn before any claim was looked at"
_NOT_TRIVIAL = "fails for some physically possible parameter sets drawn before any claim was looked at"
_EDGE = "the share of draws lies near the limit between the classes"
_EDS = "judged on a virtual element scan, which this run has not; by counts, which the article does not state"
DIFFERS = {
    "C035": _TRIVIAL,
    "C037": "the range of chi, 0.02-0.66, leaves out zero, so there is carbon in every draw",
    "C038": _EDS,
    "C040": _TRIVIAL,
    "C043": _EDS,
    "C044": "the range of chi, 0.02-0.66, rarely brings the carbon of the residue below 2 %",
    "C045": f"{_NOT_TRIVIAL}: those with a large coat",
    "C056": f"{_NOT_TRIVIAL}: those with a thin lining open pores in sample 1",
    "C071": "0.68 of sample 2 misses as 0.69 did; the nominal run decides, a tenth of the draws reaches 0.8",
    "C072": _TRIVIAL,
    "C084": _TRIVIAL,
    "C086": "10.0 % instead of 8.4 %: a fifth of the accepted draws lies above 12 %",
    "C093": _TRIVIAL,
    "C096": _EDGE,
    "C101": "silica obeys the leach law here: where M8 is low the melt takes too little silica and unmixes",
    "C108": "a dense shell gives 44 % BC3; what dilutes it is unknown, so nothing is decided",
    "C113": _TRIVIAL,
    "C128": _TRIVIAL,
    "C156": "as C101",
}


@pytest.fixture(scope="module")
def drawn(run):
    accepted = [observe_or_none(v) for v in calibration.ensemble(DRAWS)]
    before = [observe_or_none(v) for v in calibration.prior(DRAWS, 84)]
    assert None not in accepted + before
    with np.errstate(divide="ignore", invalid="ignore"):  # some draws give no silica or no film to compare
        return judge_all(Run(Values(), run.nominal, accepted, before))


def test_the_table_covers_the_scored_topics(claims):
    assert len(EXPECTED) == 84
    ids = {c.id for c in claims if c.kind != "input"}
    assert set(EXPECTED) <= ids
    assert set(DIFFERS) <= set(EXPECTED)


@pytest.mark.slow
def test_every_difference_from_what_was_expected_has_a_reason(drawn, capsys):
    found = {claim: drawn[claim].label for claim in EXPECTED}
    different = {c: (EXPECTED[c], label) for c, label in found.items() if label != EXPECTED[c]}
    with capsys.disabled():
        for claim, (expected, label) in sorted(different.items()):
            print(
                f"\n  {claim}: expected {expected}, found {label}: {DIFFERS.get(claim, 'NO REASON')}", end=""
            )
    assert set(different) <= set(DIFFERS), {c: d for c, d in different.items() if c not in DIFFERS}


@pytest.mark.slow
def test_what_was_expected_to_fail_fails(drawn):
    for claim in _EXPECTED["missed"].split():
        assert drawn[claim].outcome == "missed", claim
