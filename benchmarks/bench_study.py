"""Time of a study of 100 mixed files and 20 that are none of its business, against the speed of this machine.

Usage: python benchmarks/bench_study.py FOLDER [jobs]

FOLDER holds a lab's own files, one subfolder a technique; at most 100 of them are taken, of every subfolder
in turn. Strangers (notes, photographs, archives, loops, unreadable and damaged files) are made beside them.
Prints the seconds of a first and a second run, and of the slowest analyses one by one.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from itertools import zip_longest
from pathlib import Path

from bench_reproduce import reference

FILES, STRANGERS, SLOWEST = 100, 20, 12


def strangers(folder: Path) -> None:
    """Write files that no instrument made, or that are broken."""
    from PIL import Image

    folder.mkdir()
    rng = random.Random(0)
    noise = rng.randbytes(40_000)
    for n, name in enumerate(("thesis.pdf", "order.docx", "talk.pptx", "movie.mp4", "program.exe")):
        (folder / name).write_bytes(
            (b"%PDF-1.7\n", b"PK\3\4", b"PK\3\4", b"\0\0\0\x20ftypisom", b"MZ")[n] + noise
        )
    for name in ("notes.txt", "README.md", "mail.eml", "script.py", "page.html"):
        (folder / name).write_text(
            "Tuesday: boron oxide again. 900 C, 4 h, see page 3.\n" * 20, encoding="utf-8"
        )
    for n, size in enumerate(((800, 600), (3000, 2000))):
        Image.effect_noise(size, 40).convert("RGB").save(folder / f"photo{n}.jpg")
    with zipfile.ZipFile(folder / "old.zip", "w") as archive:
        archive.writestr("../escape.txt", "no")
        archive.writestr("raman.txt", "1350\t10\n1600\t12\n")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "words.csv").write_text("name,colour\nboron,grey\n" * 50, encoding="utf-8")
    (folder / "model.pkl").write_bytes(b"\x80\x04\x95" + noise[:200])
    (folder / "noise.tif").write_bytes(b"II*\0" + noise)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "nowhere.txt").symlink_to(folder / "missing")
    (folder / "locked.txt").write_text("1 2\n", encoding="utf-8")
    (folder / "locked.txt").chmod(0)


def collected(source: Path, target: Path) -> int:
    """Copy files of every subfolder in turn, and return how many."""
    folders: dict[str, list[Path]] = {}
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        folders.setdefault(path.relative_to(source).parts[0], []).append(path)
    in_turn = [path for row in zip_longest(*folders.values()) for path in row if path is not None][:FILES]
    for n, path in enumerate(in_turn):
        shutil.copy(path, target / f"{n:03d}-{path.name}")
    return len(in_turn)


def slowest(root: Path, out: Path) -> list[tuple[float, str]]:
    """Analyse every group once more by itself and return seconds and files, slowest first."""
    from nanokiln.study.analysing import analyse_group
    from nanokiln.study.run import treat

    groups = treat(root, out, jobs=1).groups
    spent = []
    for n, group in enumerate(groups):
        begun = time.perf_counter()
        analyse_group(root, out / "again", group, f"{n:08d}")
        spent.append((time.perf_counter() - begun, ", ".join(group.files)))
    return sorted(spent, reverse=True)


def main() -> None:
    """Treat the folder twice in a place that is thrown away, and print."""
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_dir():
        sys.exit(__doc__)
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    unit = reference()
    print(f"reference: {unit * 1000:.1f} ms for a matrix product; jobs: {jobs}")
    with tempfile.TemporaryDirectory() as name:
        root, out = Path(name) / "lab", Path(name) / "out"
        root.mkdir()
        strangers(root / "none of its business")
        print(f"{collected(Path(sys.argv[1]), root)} files and {STRANGERS} strangers")
        for text in ("first run", "second run"):
            begun = time.perf_counter()
            command = [sys.executable, "-m", "nanokiln", "study", str(root), "--out", str(out)]
            subprocess.run([*command, "--jobs", str(jobs)], capture_output=True, check=True)
            spent = time.perf_counter() - begun
            print(f"{text:24s} {spent:8.1f} s {spent / unit:12.0f} references")
        for spent, files in slowest(root, out)[:SLOWEST]:
            print(f"  {spent:6.1f} s  {files}")


if __name__ == "__main__":
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # read when NumPy is loaded
        if os.environ.get(variable) != "1":
            os.environ[variable] = "1"
            os.execv(sys.executable, [sys.executable, *sys.argv])
    main()
