"""What may absorb where: candidate assignments of a band, and which of them cannot be told apart."""

from __future__ import annotations

from dataclasses import dataclass

_SHEET = "data sheet section 9"
_BOOK = "textbook ranges, from memory"


@dataclass(frozen=True)
class Candidate:
    """A group that absorbs between two wavenumbers.

    Parameters
    ----------
    group
        Group and vibration.
    low, high
        Range in 1/cm.
    source
        Where the range is from.
    foreign
        Not of the powder: from the air, the pellet or a solvent.
    """

    group: str
    low: float
    high: float
    source: str = _BOOK
    foreign: bool = False


TABLE: tuple[Candidate, ...] = (
    Candidate("free Si-OH, stretch", 3735, 3750),
    Candidate("water vapour in the beam", 3550, 3950, foreign=True),
    Candidate("O-H, stretch (water, Si-OH)", 3200, 3650),
    Candidate("N-H, stretch", 3300, 3500),
    Candidate("O-H of boric acid, stretch", 3180, 3260, _SHEET),
    Candidate("C-H of aromatics, stretch", 3000, 3100),
    Candidate("C-H of CH2 and CH3, stretch", 2840, 2980),
    Candidate("CO2 in the beam", 2280, 2400, foreign=True),
    Candidate("Si-H, stretch", 2080, 2280),
    Candidate("water vapour in the beam", 1350, 1900, foreign=True),
    Candidate("C=O, stretch", 1690, 1760),
    Candidate("H-O-H, bending (adsorbed water)", 1610, 1650),
    Candidate("C=C, stretch", 1580, 1630, _SHEET),
    Candidate("ring of aromatics", 1485, 1520),
    Candidate("B-O of boric acid, stretch", 1440, 1470),
    Candidate("CH2 and CH3, bending; ring of aromatics", 1430, 1470),
    Candidate("carbonate", 1400, 1460),
    Candidate("B-O of BO3, stretch", 1320, 1430, _SHEET),
    Candidate("nitrate (a usual trace in KBr)", 1380, 1390, foreign=True),
    Candidate("CH3, bending", 1365, 1385),
    Candidate("Si-CH3, bending", 1250, 1280),
    Candidate("C-O, stretch", 1000, 1300),
    Candidate("Si-O-Si, longitudinal shoulder", 1150, 1260),
    Candidate("B-O-H, bending", 1185, 1205, _SHEET),
    Candidate("B-C, stretch", 1080, 1130, _SHEET),
    Candidate("Si-O-Si, asymmetric stretch", 1020, 1120, _SHEET),
    Candidate("Si-O-C, stretch", 1080, 1120),
    Candidate("sulphate", 1050, 1150),
    Candidate("ring of aromatics, C-H in plane", 1020, 1035),
    Candidate("BO4, stretch", 870, 1050),
    Candidate("Si-OH, stretch", 930, 970),
    Candidate("Si-O-B, stretch", 900, 935, _SHEET),
    Candidate("ring of aromatics, C-H out of plane", 730, 910),
    Candidate("carbonate", 860, 885),
    Candidate("Si-C, stretch", 770, 840),
    Candidate("Si-O-Si, symmetric stretch", 780, 815, _SHEET),
    Candidate("B-O-B, bending", 690, 730),
    Candidate("ring of aromatics, out of plane", 680, 710),
    Candidate("Si-O-B, bending", 655, 685, _SHEET),
    Candidate("CO2 in the beam", 655, 680, foreign=True),
    Candidate("sulphate", 590, 640),
    Candidate("boric acid, out of plane", 540, 660),
    Candidate("ring of aromatics, bending", 530, 560),
    Candidate("Si-O-Si, rocking", 430, 480, _SHEET),
)
GAS_WIDTH = 15.0  # 1/cm: wider than any line of a gas that a spectrum of 4 1/cm shows


def candidates(low: float, high: float, width: float | None = None) -> list[Candidate]:
    """Return all groups whose range meets that of a band.

    Parameters
    ----------
    low, high
        Ends of the interval of the position in 1/cm.
    width
        Full width of the band; gases are left out for wide ones (CO2, unresolved, is kept to 60 1/cm).
    """
    found = []
    for c in TABLE:
        gas = c.foreign and "beam" in c.group
        limit = 4 * GAS_WIDTH if "CO2" in c.group else GAS_WIDTH
        if c.low <= high and c.high >= low and not (gas and width is not None and width > limit):
            found.append(c)
    return found


def words(found: list[Candidate]) -> list[str]:
    """Return notes: the candidates, and that this spectrum alone does not choose between them."""
    if not found:
        return ["no group of the table absorbs here"]
    listed = "; ".join(f"{c.group} ({c.low:g}-{c.high:g})" for c in found)
    notes = [f"may be: {listed}"]
    if len(found) > 1:
        notes.append("these overlap here: the position alone cannot say which, nor how much of each")
    if {"Si-O-Si, asymmetric stretch", "B-C, stretch"} <= {c.group for c in found}:
        notes.append(
            "B-C lies under Si-O-Si: with silica in the powder no boron-carbon bond can be read from it"
        )
    if {"C=C, stretch", "H-O-H, bending (adsorbed water)"} <= {c.group for c in found}:
        notes.append("adsorbed water bends here too: a band near 3430 1/cm would be its other one")
    return notes
