"""study.toml: read, completed, written and read again."""

import tomllib

import pytest

from nanokiln.core.errors import InputError
from nanokiln.study.plan import parse_plan, plan_text, proposed

FULL = """
title = "A study"
synthetic = true
claims = "claims.csv"

[choices.n2_sorption]
range = [0.05, 0.3]

[samples."B-SiOC-2"]
recipe = "B-SiOC-2"
[samples."B-SiOC-2".choices.xps]
background = "linear"

[[files]]
path = 'a "quoted" name.vms'
sample = "B-SiOC-2"
technique = "xps"
facts = { scale = "12 nm/px", "odd key" = 1.5 }
choices = { background = "shirley" }

[[files]]
path = "b.aif"
sample = "B-SiOC-2"
skip = "leak during the run"

[[values]]
sample = "B-SiOC-2"
name = "bet_area"
value = 207.43
low = 200
high = 215
unit = "m2/g"
source = "Fig. 2h"
"""


def read(text: str):
    return parse_plan(tomllib.loads(text), "t")


def test_a_written_plan_says_the_same():
    plan = read(FULL)
    again = read(plan_text(plan, {}, {"b.aif": "left out by the plan: leak during the run"}))
    assert again == plan


def test_what_the_plan_does_not_mention_is_guessed():
    plan = proposed("folder", ['a "quoted" name.vms', "new/S9_xps.vms"], read(FULL))
    assert plan.file("new/S9_xps.vms").sample == "S9"
    assert plan.file("new/S9_xps.vms").guessed
    assert plan.file('a "quoted" name.vms').sample == "B-SiOC-2"
    assert plan.file("b.aif").skip  # kept, though the file is not there


def test_treatment_of_a_sample_comes_over_that_of_the_study():
    plan = read(FULL + '\n[choices.xps]\nbackground = "tougaard"\nseed = 1\n')
    assert plan.treatment("other", "xps") == {"background": "tougaard", "seed": 1}
    assert plan.treatment("B-SiOC-2", "xps") == {"background": "linear", "seed": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("titel = 'x'", ["titel", "title"]),
        ("[choices.xpss]\na = 1", ["xpss", "xps"]),
        ("[[files]]\npath = '../up.vms'\nsample = 'a'", ["../up.vms", "inside the folder"]),
        ("[[files]]\npath = '/etc/passwd'\nsample = 'a'", ["/etc/passwd", "inside the folder"]),
        ("[[files]]\npath = 'a.vms'", ["files[1]", "'sample' is missing"]),
        ("[[values]]\nsample='a'\nname='b'\nvalue='12 nm'\nunit='nm'", ["values[1]", "must be a number"]),
        ("[[values]]\nsample='a'\nname='b'\nvalue=1\nlow=3\nhigh=2\nunit='nm'", ["low = 3 is above high"]),
        ("synthetic = 'yes'", ["true or false"]),
        ("files = 3", ["[[files]]"]),
    ],
)
def test_mistakes_are_told_in_one_line(text, words):
    with pytest.raises(InputError) as caught:
        read(text)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message
