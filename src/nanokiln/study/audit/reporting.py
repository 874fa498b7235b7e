"""Treatment and reporting: samples treated alike, one scale and one mass, and what a reader must be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .check import Answer, Result, check
from .facts import Facts, Treated

SAME_SCALE = 0.05  # relative difference of two statements of one scale or mass that is more than rounding


@dataclass(frozen=True)
class Field:
    """Something a guide asks to be reported.

    Parameters
    ----------
    words
        What it is.
    keys
        Names under which files or choices may say it.
    guide
        Who asks for it.
    """

    words: str
    keys: tuple[str, ...]
    guide: str


_IUPAC = "IUPAC 2015, Thommes et al., Pure Appl. Chem. 87, 1051"
_POWER = "good practice guide, Li et al., J. Power Sources 452, 227824 (2020)"
_FITTING = "guide to curve fitting, Major et al., J. Vac. Sci. Technol. A 38, 061203 (2020)"
_POSITION = "needed to repeat it: bands move with the light, their widths with the resolution"
_ICTAC = "ICTAC, Vyazovkin et al., Thermochim. Acta 590, 1 (2014)"
#: What guides ask of each technique. A file, a fact or a choice of the plan may say it.
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "n2_sorption": (
        Field("mass of the outgassed sample", ("mass_g",), _IUPAC),
        Field("adsorptive", ("adsorbate",), _IUPAC),
        Field("temperature", ("temperature_K",), _IUPAC),
        Field("outgassing temperature", ("degas_temperature_K", "degas_temperature_C"), _IUPAC),
    ),
    "xps": (
        Field("photon source", ("photon_energy_eV", "source"), _FITTING),
        Field("pass energy", ("pass_energy_eV",), _FITTING),
    ),
    "tga": (
        Field("mass of the sample", ("initial_mass_mg",), _ICTAC),
        Field("gas", ("gas",), _ICTAC),
        Field("temperature programme", ("programme",), _ICTAC),
    ),
    "cycling": (
        Field("mass of active material", ("mass_mg",), _POWER),
        Field("electrode area", ("electrode_area", "area_cm2"), _POWER),
    ),
    "eis": (Field("electrode area", ("electrode_area", "area_cm2"), _POWER),),
    "raman": (Field("wavelength of the light", ("laser_nm",), _POSITION),),
    "ftir": (Field("resolution", ("resolution_per_cm",), _POSITION),),
    "sem": (
        Field("size of a pixel", ("pixel_nm", "scale"), "ISO 13322-1:2014"),
        Field("accelerating voltage", ("voltage_kV",), "ISO 13322-1:2014"),
    ),
}


@check("report fields", "Is what guides ask for stated, so that others can repeat it?")
def report_fields(facts: Facts, sample: str) -> Iterator[Result]:
    """List what neither the files nor the plan say about a measurement."""
    for technique, fields in FIELDS.items():
        for treated in facts.of_technique(sample, technique):
            missing = [f for f in fields if not _said(facts, treated, f)]
            name = ", ".join(treated.settings) or technique
            if missing:
                lines = (f"{name}: not stated: {'; '.join(f'{f.words} ({f.guide})' for f in missing)}",)
                meaning = "Others cannot repeat or compare it: state it in the plan, as a fact or a value."
                yield Result("report fields", sample, Answer.CANNOT_TELL, lines, meaning)
            else:
                lines = (f"{name}: stated: {', '.join(f.words for f in fields)}",)
                yield Result("report fields", sample, Answer.CONSISTENT, lines, "Nothing is missing.")


def _said(facts: Facts, treated: Treated, field: Field) -> bool:
    told = [treated.choices, *treated.settings.values()]
    if any(place.get(key) not in (None, "") for place in told for key in field.keys):
        return True
    return any(facts.one(treated.sample, key) is not None for key in field.keys)


@check("same treatment", "Are samples that are compared treated alike?")
def same_treatment(facts: Facts, sample: str) -> Iterator[Result]:
    """Name the choices that were made for one sample only; asked once, for all samples together."""
    if not facts.samples or sample != facts.samples[0]:
        return
    by_technique: dict[str, list[Treated]] = {}
    for treated in facts.treated:
        by_technique.setdefault(treated.technique, []).append(treated)
    for technique, all_of_it in sorted(by_technique.items()):
        if len({t.sample for t in all_of_it}) < 2:
            continue
        apart = [t for t in all_of_it if t.changed]
        if apart:
            lines = tuple(f"{technique}, {t.sample}: {', '.join(t.changed)}" for t in apart)
            meaning = "These samples were treated in their own way: differences may come from the treatment."
            yield Result("same treatment", "", Answer.DOUBTFUL, lines, meaning)
        else:
            yield Result(
                "same treatment", "", Answer.CONSISTENT, (f"{technique}: one treatment for all",), "Alike."
            )


@check("stated twice", "Do file and plan state the same scale and mass?")
def stated_twice(facts: Facts, sample: str) -> Iterator[Result]:
    """Compare what the file says with what was told instead."""
    for treated in facts.treated:
        if treated.sample != sample:
            continue
        for path, own in treated.settings.items():
            for what, told, file, unit in _twice(treated, own):
                ratio = told / file
                lines = (f"{path}: {what} {file:.4g} {unit} in the file, {told:.4g} {unit} in the plan",)
                if abs(ratio - 1) > SAME_SCALE:
                    meaning = f"They differ by a factor of {max(ratio, 1 / ratio):.3g}: one of them is wrong."
                    yield Result("stated twice", sample, Answer.DOUBTFUL, lines, meaning)
                else:
                    yield Result("stated twice", sample, Answer.CONSISTENT, lines, "They agree.")


def _twice(treated: Treated, own: Mapping[str, Any]) -> Iterator[tuple[str, float, float, str]]:
    """Yield what is stated in a file and in the plan: what, as told, as the file says, unit."""
    pixel, used = own.get("pixel_nm"), treated.used.get("pixel_nm")
    if "scale" in treated.choices and _positive(pixel) and _positive(used):
        yield "size of a pixel", float(used), float(pixel), "nm"  # type: ignore[arg-type]
    mass, told = own.get("file_mass_g"), treated.choices.get("mass_mg")
    if _positive(mass) and _positive(told):
        yield "mass", float(told), 1000 * float(mass), "mg"  # type: ignore[arg-type]


def _positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
