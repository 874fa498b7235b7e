"""Files that serve the analysis of others: a silicon spectrum corrects the shift axis of Raman spectra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from ..core.errors import NanokilnError
from .plan import FilePlan


def is_reference(technique: str, path: Path) -> bool:
    """Return whether a file holds nothing but a reference of its technique.

    Parameters
    ----------
    technique
        Its technique; only that of Raman spectra has such files.
    path
        The file; one that cannot be read is none.
    """
    if technique != "raman":
        return False
    from .. import formats
    from ..techniques.raman.analyse import calibrates

    with suppress(NanokilnError):
        return all(calibrates(m) for m in formats.read(path, technique))
    return False


def served(
    bundles: Mapping[tuple[str, str, str], Sequence[FilePlan]], references: Sequence[tuple[str, FilePlan]]
) -> dict[tuple[str, str, str], list[FilePlan]]:
    """Return the bundles of files with the references that serve each behind them.

    Parameters
    ----------
    bundles
        Files of one analysis, by sample, technique and a further key; references are not among them.
    references
        Technique and file. One serves the analyses of its own sample; where these are none, those in its own
        folder; where these are none, it is analysed for itself.

    Notes
    -----
    A silicon spectrum named after a sample was taken with it; one named after nothing, or lying beside the
    spectra, was taken for the series.
    """
    found = {key: list(files) for key, files in bundles.items()}
    for technique, reference in references:
        alike = [key for key in bundles if key[1] == technique]
        own = [key for key in alike if key[0] == reference.sample]
        near = [key for key in alike if any(_folder(f.path) == _folder(reference.path) for f in bundles[key])]
        for key in own or near:
            found[key].append(reference)
        if not (own or near):
            found[reference.sample, technique, reference.path] = [reference]
    return found


def _folder(path: str) -> PurePosixPath:
    return PurePosixPath(path).parent
