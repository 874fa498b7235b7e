"""Bad input: exit code 2, one line on standard error, nothing left in the output folder."""

import shutil

import pytest

from nanokiln.cli.fire import FEWEST_SPHERES

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8


@pytest.fixture
def here(tmp_path, monkeypatch, run, sample_file, instrument_files):
    """A folder with one bad file of each kind."""
    monkeypatch.chdir(tmp_path)
    good = run("recipes", "B-SiOC-2", "--full").out
    for name, old, new in (
        ("typo.toml", "additive_ratio", "aditive_ratio"),
        ("negative.toml", 'sample_mass = "', 'sample_mass = "-'),
        ("hot.toml", 'to = "900', 'to = "3000'),
    ):
        assert old in good
        (tmp_path / name).write_text(good.replace(old, new))
    for name, content in (
        ("empty.toml", b""),
        ("empty.aif", b""),
        ("picture.vms", PNG),
        ("some_file", b"hello\n"),
        ("cut.nc", sample_file.read_bytes()[:20000]),
        ("head.nc", sample_file.read_bytes()[:8]),
    ):
        (tmp_path / name).write_bytes(content)
    shutil.copy(sample_file, tmp_path / "S.nc")
    shutil.copy(instrument_files / "S-xps.vms", tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "out").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("fire typo.toml --out out/a.nc", "Did you mean 'additive_ratio'?"),
        ("fire B-SiOC-9 --out out/a.nc", "unknown recipe 'B-SiOC-9'"),
        ("fire negative.toml --out out/a.nc", "sample_mass"),
        ("fire hot.toml --out out/a.nc", "3000"),
        ("fire empty.toml --out out/a.nc", "is empty"),
        ("fire missing.toml --out out/a.nc", "does not exist"),
        ("fire folder --out out/a.nc", "folder"),
        ("fire B-SiOC-2 --out some_file/x", "cannot write"),
        ("fire B-SiOC-2 --out folder", "is a folder"),
        ("fire B-SiOC-2 --seed -1 --out out/a.nc", "-1 is not allowed"),
        ("fire B-SiOC-2 --seed 1.5 --out out/a.nc", "whole number"),
        ("fire B-SiOC-2 --spheres 3 --out out/a.nc", "3 is not allowed"),
        ("fire B-SiOC-2 --spheres 1000000000000 --out out/a.nc", "is not allowed"),
        ("fire B-SiOC-2 --wall-area -5 --out out/a.nc", "above 0"),
        ("fire B-SiOC-2 --set nonsense --out out/a.nc", "write ID=VALUE"),
        ("fire B-SiOC-2 --set nonsense=1 --out out/a.nc", "unknown parameter 'nonsense'"),
        ("fire B-SiOC-2 --set furnace.leach_rat=1 --out out/a.nc", "Did you mean 'furnace.leach_rate'?"),
        ("fire B-SiOC-2 --set M8=abc --out out/a.nc", "is not a number"),
        ("fire B-SiOC-2 --set M8=nan --out out/a.nc", "finite"),
        ("fire B-SiOC-2 --set M8=1e-12 M8=2e-12 --out out/a.nc", "twice"),
        ("fire B-SiOC-2 --set M8=1e-12 furnace.leach_rate=2e-12 --out out/a.nc", "twice"),
        ("measure missing.nc --with xps --out out", "does not exist"),
        ("measure folder --with xps --out out", "is not a file"),
        ("measure cut.nc --with xps --out out", "truncated"),
        ("measure head.nc --with xps --out out", "truncated"),
        ("measure some_file --with xps --out out", "not a nanokiln sample"),
        ("measure S.nc --with xpss --out out", "Did you mean 'xps'?"),
        ("measure S.nc --with , --out out", "no technique"),
        ("measure S.nc --with xps --out some_file/x", "cannot write"),
        ("measure S.nc --with sizing,xps --set-instrument xps.conts=9 --out out", "Did you mean 'counts'?"),
        ("measure S.nc --with xps --set-instrument counts=abc --out out", "counts"),
        ("measure S.nc --with xps,sizing --set-instrument counts=100 --out out", "such as xps.counts"),
        ("measure S.nc --with xps --set-instrument sizing.count=100 --out out", "not among"),
        ("measure S.nc --with xps --set-instrument xsp.counts=100 --out out", "Did you mean 'xps'?"),
        ("analyse empty.aif", "is empty"),
        ("analyse picture.vms", "damaged picture"),
        ("analyse picture.vms --technique xps", "in no format"),
        ("analyse missing.vms", "does not exist"),
        ("analyse folder", "is not a file"),
        ("analyse S-xps.vms --choice background=shirly", "Did you mean 'shirley'?"),
        ("analyse S-xps.vms --choice range_eV=abc", "range_eV"),
        ("analyse S-xps.vms --choice sizing.seed=1 --choice chains=20", "none of the files is of sizing"),
        ("analyse S-xps.vms --plot some_file/x", "cannot write"),
        ("analyse S-xps.vms.provenance.json", "nothing to analyse"),
        ("info cut.nc", "truncated"),
        ("info some_file", "in no format"),
        ("info folder", "is not a file"),
        ("info S.nc --parameters", "either"),
        ("rerun cut.nc", "truncated"),
        ("rerun S-xps.vms", "is not beside it"),
        ("rerun S.nc --out S.nc", "file to be repeated"),
        ("cycle cut.nc", "truncated"),
        ("cycle S.nc --out out/x.txt", ".nc, .csv"),
        ("reproduce --jobs 0", "0 is not allowed"),
        ("reproduce --out some_file/x", "cannot write"),
    ],
)
def test_bad_input_is_told_in_one_line(here, run, line, words):
    done = run(*line.split())
    assert done.code == 2, done.err
    assert done.out == ""
    assert done.err.startswith("nanokiln: error: ")
    assert done.err.count("\n") == 1
    assert words in done.err
    assert list((here / "out").iterdir()) == []
    assert list((here / "folder").iterdir()) == []


def test_the_fewest_spheres_are_those_of_the_particle_scale():
    from nanokiln.assembly.loose import MIN_COUNT

    assert FEWEST_SPHERES == MIN_COUNT
