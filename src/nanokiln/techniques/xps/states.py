"""What is fitted in a region: chemical states with their windows, presets, and the constraints chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError, unknown_name
from ...core.parameters import Values
from . import parameters as p
from .fit import Component, FitChoices, RegionFit, fit_region
from .regions import energy_counts

if TYPE_CHECKING:
    from ...core.measurement import Measurement

_POSITIONS = ("window", "fixed", "free")
_WIDTHS = ("preset", "shared", "free")

PRESETS = {"sioc": p.CARBON, "PET": p.PET, "cellulose": p.CELLULOSE, "graphite": p.GRAPHITE}
#: Chemical states fitted in a region when no others are given.
LINES = {"B 1s": p.BORON, "C 1s": p.CARBON, "Si 2p": p.SILICON, "O 1s": p.OXYGEN}
#: Presets whose lines are asymmetric: vibrations of C-H and C-OH, electron-hole pairs of graphite.
ASYMMETRIC = ("cellulose", "graphite")
#: Presets whose lines have widths of their own: contamination and shake-up are broader than the main line.
OWN_WIDTHS = ("cellulose", "graphite")


def components(line: str, choices: Mapping[str, Any], values: Values) -> tuple[Component, ...]:
    """Return the lines to fit in a region: the user's, a preset, or those of the article.

    Parameters
    ----------
    line
        ``"B 1s"`` or another; for B 1s `choices` may name ``species``.
    choices
        ``components``: list of ``{"name", "position", "window"}`` (eV), of doublets also ``splitting`` (eV)
        and ``partner`` (share of the area of the second line), or the name of a preset;
        ``species``: names of boron species; ``energy_shift_eV``: added to every position.
    values
        Parameter values.

    Raises
    ------
    InputError
        If a name or a position is not usable.
    """
    shift = float(choices["energy_shift_eV"])
    given = choices["components"]
    if given is not None and not isinstance(given, str):
        return tuple(_component(item, shift, line, values) for item in given)
    if isinstance(given, str) and given not in PRESETS:
        raise unknown_name("component preset", given, PRESETS)
    records = PRESETS[given] if given is not None else LINES.get(line, p.CARBON)
    if line == "B 1s" and given is None:
        unknown = [s for s in choices["species"] if s not in p.BORON]
        if unknown:
            raise unknown_name("boron species", unknown[0], p.BORON)
        records = {s: p.BORON[s] for s in choices["species"]}
    doublet = _doublet(line, values)
    return tuple(Component(n, values[r] + shift, (r.high - r.low) / 2, *doublet) for n, r in records.items())


def _doublet(line: str, values: Values) -> tuple[float, float]:
    """Return splitting (eV) and share of the upper line; zeros for a single line."""
    if line == "Si 2p":
        return values[p.SILICON_SPLITTING], values[p.SILICON_UPPER_SHARE]
    return 0.0, 0.0


def _component(item: Mapping[str, Any], shift: float, line: str, values: Values) -> Component:
    try:
        window = float(item.get("window", values[p.WINDOW]))
        splitting, partner = _doublet(line, values)
        doublet = float(item.get("splitting", splitting)), float(item.get("partner", partner))
        return Component(str(item["name"]), float(item["position"]) + shift, window, *doublet)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(
            f"component {item!r}: give name and position (eV), such as {{'name': 'C-O', 'position': 286.5}}."
        ) from None


def fit_choices(line: str, choices: Mapping[str, Any], values: Values) -> FitChoices:
    """Translate the choices of an analysis into those of a fit.

    Raises
    ------
    InputError
        For an unknown word.
    """
    for key, allowed in (("positions", _POSITIONS), ("width", _WIDTHS)):
        if choices[key] not in allowed:
            raise unknown_name(f"XPS choice '{key}'", str(choices[key]), allowed)
    own_widths = isinstance(choices["components"], str) and choices["components"] in OWN_WIDTHS
    shared = choices["width"] == "shared" or (choices["width"] == "preset" and not own_widths)
    mixing, asymmetry = choices["mixing"], choices["asymmetry"]
    if asymmetry == "preset":
        skewed_lines = isinstance(choices["components"], str) and choices["components"] in ASYMMETRIC
        asymmetry = "free" if skewed_lines else 0.0
    free, skewed = (0.0, values[p.MIXING_HIGH]), (0.0, values[p.ASYMMETRY_HIGH])
    try:
        bounds = free if mixing == "free" else (float(mixing), float(mixing))
        skew = skewed if asymmetry == "free" else (float(asymmetry), float(asymmetry))
        width = tuple(float(w) for w in choices["width_range"] or _width_range(choices, values))
    except (TypeError, ValueError):
        raise InputError(
            f"mixing = {mixing!r}, asymmetry = {asymmetry!r}: give 'free' or a number such as 0.3."
        ) from None
    if not 0.0 <= skew[0] <= skew[1] < 1.0:
        raise InputError(f"asymmetry = {asymmetry!r}: give 'free' or a number from 0 to below 1.")
    if not (0.0 <= bounds[0] <= bounds[1] <= 1.0 and len(width) == 2 and 0.0 < width[0] < width[1]):
        raise InputError(
            f"mixing = {mixing!r}, width_range = {width}: shares 0 to 1, widths low < high in eV."
        )
    return FitChoices(
        components(line, choices, values), (width[0], width[1]), shared,
        choices["positions"], bounds, skew, None, float(choices["align_eV"]), int(choices["chains"]),
        int(choices["seed"]),
    )  # fmt: skip


def _width_range(choices: Mapping[str, Any], values: Values) -> tuple[float, float]:
    """Return the bounds of the width, eV; graphite is narrower and its shake-up broader than glasses."""
    if choices["components"] == "graphite":
        return values[p.GRAPHITE_WIDTH_LOW], values[p.GRAPHITE_WIDTH_HIGH]
    return values[p.WIDTH_LOW], values[p.WIDTH_HIGH]


def _losses(choices: Mapping[str, Any], values: Values) -> tuple[float | None, ...]:
    kinds: dict[str, tuple[float | None, ...]] = {"shirley": (None,), "tougaard": (values[p.TOUGAARD_C],)}
    kinds["both"] = kinds["shirley"] + kinds["tougaard"]
    if choices["fit_background"] not in kinds:
        raise unknown_name("XPS choice 'fit_background'", str(choices["fit_background"]), kinds)
    return kinds[choices["fit_background"]]


def fit_measurement(
    measurement: Measurement, line: str, choices: Mapping[str, Any], values: Values
) -> RegionFit:
    """Fit the components of a region within the chosen range (``range_eV``)."""
    energy, counts = energy_counts(measurement)
    if choices["range_eV"] is not None:
        low, high = sorted(float(e) for e in choices["range_eV"])
        inside = (energy >= low) & (energy <= high)
        energy, counts = energy[inside], counts[inside]
        if not energy.size:
            raise InputError(
                f"range_eV = {choices['range_eV']}: the region '{measurement.label}' has no channel there."
            )
    return fit_region(energy, counts, fit_choices(line, choices, values), _losses(choices, values))
