"""Specimen: a powder in its cell, with how it ages; everything a protocol needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.errors import InputError
from ..core.evidence import Evidence
from ..core.parameters import Values
from . import ageing_parameters as p
from .ageing import Wear, film_ohm
from .calibration import Calibration, article_targets, calibrate
from .cell import Cell
from .cycling import CALIBRATED_SAMPLE, is_calibrated
from .fatigue import neck_lives, standing, worn_network
from .impedance import Arcs, arcs
from .link import Bound, Link, link, linked_cell, wired
from .shapes import declared


@dataclass(frozen=True)
class Specimen:
    """A powder in its cell.

    Parameters
    ----------
    name
        Of the powder.
    cell, wear
        Fresh cell and how fast it ages.
    link
        What came from the architecture.
    connected
        Connected share of the spheres by cycle number; necks break by fatigue.
    evidence
        Of its capacities: calibrated for the powder the numbers were found on, else predicted from it.
    notes
        What to know before quoting a number.
    """

    name: str
    cell: Cell
    wear: Wear
    link: Link
    connected: Callable[[float], float]
    evidence: Evidence
    notes: tuple[str, ...]

    def arcs(self, cell: Cell, hours: float, values: Values) -> Arcs:
        """Return the arcs of the cell after so many hours; `cell` is the aged one."""
        film = film_ohm(hours, self.wear.exposed_m2_g, cell.mass_g, values)
        return arcs(self.cell, film, values)


def reference_link(values: Values) -> Link:
    """Return the link of the powder the half cell is calibrated on, made anew (about a second)."""
    from ..recipe import load_recipe
    from ..sample import make_sample

    return link(make_sample(load_recipe(CALIBRATED_SAMPLE), values))


def default_wear(own: Link, reference: Link, values: Values, bound: Bound = "mean") -> Wear:
    """Return the wear of the declared law; loss goes with the exposed area, what is blocked does not."""
    return Wear(
        values[p.LOSS],
        values[p.LOSS_EXPONENT],
        values[p.BLOCKED],
        values[p.RECOVERY_TIME],
        own.exposed(bound),
        own.exposed(bound) / reference.exposed(bound),
    )


def specimen(
    sample: Any,
    *,
    calibration: Calibration | None = None,
    reference: Link | None = None,
    bound: Bound = "mean",
    carbon_black: float = 0.0,
) -> Specimen:
    """Put a sample into the half cell.

    Parameters
    ----------
    sample
        Fired powder with its particle scale.
    calibration
        Of B-SiOC-2; made with the sample's values unless given.
    reference
        Link of B-SiOC-2; made unless given.
    bound
        Which exposed area counts.
    carbon_black
        Mass share of the electrode; with 0 current comes by necks alone, with more every sphere is reached
        and broken necks cost no capacity.

    Raises
    ------
    InputError
        If the sample cannot be cycled, no cluster of joined spheres spans it and nothing else does, or
        `carbon_black` is no usable share.
    SolverError
        If the cell cannot be calibrated.

    Notes
    -----
    Limits: those of `link.linked_cell`, `ageing` and `fatigue`. Flaws of the necks are drawn with the
    sample's seed.
    """
    values: Values = sample.values
    own = link(sample)
    if own.connected <= 0 and not carbon_black:
        raise InputError(
            f"'{own.name}' is a loose powder: no cluster of joined spheres spans it, and current comes by "
            "necks alone. Add carbon black ('nanokiln cycle --protocol ... --carbon-black 0.1'), take a "
            "powder fired with boric acid, or 'nanokiln cycle' without --protocol, which takes the numbers "
            "of B-SiOC-2 over as assumed."
        )
    known = is_calibrated(sample)
    base = reference or (own if known else reference_link(values))
    if carbon_black:
        own, base = wired(own, carbon_black, values), wired(base, carbon_black, values)
    found = calibration or calibrate(article_targets(values), shape=declared(values), values=values)
    cell = found.cell if known else linked_cell(found.cell, own, base, values, bound)
    notes = _notes(own, cell, known, bound, values)
    if carbon_black:
        notes += (
            f"carbon black {carbon_black:.0%} of the electrode reaches every sphere: necks hold no capacity",
        )
    return Specimen(
        own.name, cell, default_wear(own, base, values, bound), own,
        _always if carbon_black else _shares(sample, values),
        Evidence.CALIBRATED if known and not carbon_black else Evidence.PREDICTED, notes,
    )  # fmt: skip


def _always(cycles: float) -> float:
    """Return the connected share of spheres that need no necks."""
    return 1.0


def _shares(sample: Any, values: Values) -> Callable[[float], float]:
    """Return the connected share by cycle number over that of the fresh powder, which its capacity holds."""
    architecture = sample.architecture
    lives = neck_lives(architecture, values, np.random.default_rng(sample.seed))
    fresh = worn_network(architecture, lives, 0.0).connected
    known: dict[int, float] = {}

    def connected(cycles: float) -> float:
        left = int(standing(architecture, lives, cycles).sum())  # necks only break: their number says which
        if left not in known:
            known[left] = worn_network(architecture, lives, cycles).connected / fresh
        return known[left]

    return connected


def _notes(own: Link, cell: Cell, known: bool, bound: Bound, values: Values) -> tuple[str, ...]:
    low, high = own.exposed_m2_g
    notes = [
        f"exposed area {low:.3g} to {high:.3g} m2/g ({bound} used); network of spheres "
        f"{own.network_ohm(cell, values):.2g} ohm",
        f"equilibrium capacity {cell.equilibrium_mAh_g:.0f} mAh/g: above the known ceiling of SiOC, "
        f"{values[p.KNOWN_CEILING]:.0f}, and {own.composition_mAh_g:.0f} by composition; not explained",
        "ageing: two numbers calibrated on C138 and C140, its law assumed",
    ]
    if not known:
        notes.append(
            f"cell of {CALIBRATED_SAMPLE} changed by composition, exposed area and network only; no number "
            "was fitted to this powder"
        )
    return tuple(notes)
