"""From a sample to its photoelectron lines: positions, widths, relative intensities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...core.parameters import Parameter, Values
from . import parameters as p
from .sensitivity import depth_ratio, transmission_law
from .truth import seen_mass_fractions

if TYPE_CHECKING:
    from ...sample import Sample


@dataclass(frozen=True)
class Line:
    """One line: region it belongs to, position and widths (eV), intensity relative to pure-carbon C 1s."""

    region: str
    name: str
    position: float
    fwhm: float
    lorentz: float
    intensity: float


#: Width and natural width of each region's lines.
_WIDTHS: dict[str, tuple[Parameter, Parameter]] = {
    "B 1s": (p.BORON_WIDTH, p.BORON_LORENTZ),
    "C 1s": (p.CARBON_WIDTH, p.CARBON_LORENTZ),
    "O 1s": (p.OXYGEN_WIDTH, p.OXYGEN_LORENTZ),
    "Si 2p": (p.SILICON_WIDTH, p.SILICON_LORENTZ),
}


def carbon_shares(boron_bound: float, values: Values) -> dict[str, float]:
    """Return the shares of the five C 1s components.

    Parameters
    ----------
    boron_bound
        Share of carbon that neighbours a boron atom.
    values
        Parameter values.

    Notes
    -----
    Limits: the sp3, C-O and carboxyl shares are plausible constants; the rest of the carbon is sp2.
    """
    shares = {name: values[record] for name, record in p.CARBON_SHARES.items()}
    bound = min(boron_bound, 0.5)
    return {"C-B": bound, "C=C": 1.0 - bound - (1.0 - bound) * sum(shares.values())} | {
        name: (1.0 - bound) * share for name, share in shares.items()
    }


def boron_bound_carbon(species: Mapping[str, float], carbon_moles: float, values: Values) -> float:
    """Return the share of carbon atoms with a boron neighbour, from moles of boron by species."""
    per_boron = values[p.CARBON_PER_BORON]
    steps = {"BC3": per_boron, "BC2O": per_boron - 1.0, "BCO2": per_boron - 2.0}
    neighbours = sum(n * species.get(name, 0.0) for name, n in steps.items())
    return min(neighbours / carbon_moles, 1.0) if carbon_moles > 0 else 0.0


def sample_lines(sample: Sample) -> list[Line]:
    """Return the lines of a sample's surface.

    Parameters
    ----------
    sample
        Sample with `zones` and `values`.

    Returns
    -------
    list of Line
        Intensity = atomic fraction x cross-section x transmission x relative depth; a mean over zones with
        the depth weights of the mechanism.
    """
    values = sample.values
    mass, boron = seen_mass_fractions(sample)
    moles = {e: m / values[p.ATOMIC_MASS[e]] for e, m in mass.items()}
    total = sum(moles.values())
    atoms = {e: n / total for e, n in moles.items()}
    species = {s: m / values[p.ATOMIC_MASS["B"]] / total for s, m in boron.items()}
    return [line for line in _all_lines(atoms, species, values) if line.intensity > 0]


def _all_lines(atoms: Mapping[str, float], species: Mapping[str, float], values: Values) -> Iterator[Line]:
    for name, amount in species.items():
        yield _line("B 1s", name, p.BORON[name], amount, values)
    bound = boron_bound_carbon(species, atoms["C"], values)
    for name, share in carbon_shares(bound, values).items():
        yield _line("C 1s", name, p.CARBON[name], atoms["C"] * share, values)
    oxygen = oxygen_states(atoms, species, carbon_shares(bound, values))
    for name, amount in oxygen.items():
        yield _line("O 1s", name, p.OXYGEN_LINES[name], amount, values)
    yield from _silicon(atoms["Si"], oxygen, values)


def oxygen_states(
    atoms: Mapping[str, float], boron: Mapping[str, float], carbon: Mapping[str, float]
) -> dict[str, float]:
    """Return oxygen by neighbour: carbon, boron, silicon only; in the unit of `atoms`.

    Parameters
    ----------
    atoms
        Moles (or atomic fractions) of the elements.
    boron
        Moles of boron by species, in the same unit.
    carbon
        Shares of the C 1s components.

    Notes
    -----
    Limits: one oxygen per C-O, two per carboxyl carbon, half of them C=O; every oxygen of BO3 shared with a
    second atom, so 3/2 per boron; the rest bridges silicon.
    """
    single = atoms["C"] * (carbon.get("C-O", 0.0) + carbon.get("O-C=O", 0.0))
    double = atoms["C"] * carbon.get("O-C=O", 0.0)
    taken = single + double
    part = min(atoms["O"] / taken, 1.0) if taken > 0 else 0.0
    left = max(atoms["O"] - part * taken, 0.0)
    glass = min(3 * boron.get("BO3", 0.0) / 2, left)
    return {"C=O": part * double, "C-O": part * single, "Si-O-B": glass, "Si-O-Si": left - glass}


def silicon_states(oxygen_per_silicon: float) -> dict[str, float]:
    """Return the shares of SiO4, SiO3C and SiO2C2 for bridging oxygens shared by two silicon atoms.

    Notes
    -----
    Neighbours at random (Brequel et al., Mater. Sci. Forum 386 (2002) 359): each of the
    four is oxygen with the probability O/(2 Si). Limits: SiOC3 and SiC4 are counted with SiO2C2.
    """
    oxygen = min(oxygen_per_silicon / 2.0, 1.0)
    four, three = oxygen**4, 4.0 * oxygen**3 * (1.0 - oxygen)
    return {"SiO4": four, "SiO3C": three, "SiO2C2": 1.0 - four - three}


def _silicon(silicon: float, oxygen: Mapping[str, float], values: Values) -> Iterator[Line]:
    # an oxygen between silicon and boron is silicon's by half
    bridging = oxygen["Si-O-Si"] + oxygen["Si-O-B"] / 2.0
    shares = silicon_states(bridging / silicon) if silicon > 0 else {}
    upper, splitting = values[p.SILICON_UPPER_SHARE], values[p.SILICON_SPLITTING]
    for name, share in shares.items():
        record = p.SILICON[name]
        yield _line("Si 2p", name, record, silicon * share * (1 - upper), values)
        yield _line("Si 2p", name, record, silicon * share * upper, values, splitting)
    position = values[p.SILICON_2S_POSITION]
    strength = values[p.SILICON_2S_SECTION] * transmission_law(position, values)
    intensity = silicon * strength * depth_ratio("Si 2s", position, values)
    yield Line("Si 2s", "Si 2s", position, values[p.OXYGEN_WIDTH], values[p.OXYGEN_LORENTZ], intensity)


def _line(
    region: str, name: str, record: Parameter, amount: float, values: Values, shift: float = 0.0
) -> Line:
    fwhm, lorentz = (values[w] for w in _WIDTHS[region])
    centre = values[p.LINE_POSITION[region]]
    strength = values[p.CROSS_SECTION[region]] * transmission_law(centre, values)
    intensity = amount * strength * depth_ratio(region, centre, values)
    return Line(region, name, values[record] + shift, fwhm, lorentz, intensity)
