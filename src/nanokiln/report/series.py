"""Which samples belong together: the feed series, what it came from, and the runs stopped on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..study.ledger import Ledger, Verdict
from .content import SamplePage


def duration_h(page: SamplePage) -> float:
    """Return the length of the furnace run in h."""
    return float(page.sample.firing["time"].values[-1]) / 3600


@dataclass(frozen=True)
class Series:
    """Samples sorted for the comparison figures.

    Parameters
    ----------
    products
        One precursor and one programme, feed rising; the first may be without additive.
    reference
        Product that also has stopped or hotter relatives, else the middle one; None without products.
    stopped
        Runs of the reference stopped on the way, by their length.
    heated
        The reference at different peak temperatures, rising.
    before
        Dried powders by the name of their product.
    """

    products: tuple[SamplePage, ...]
    reference: SamplePage | None
    stopped: tuple[SamplePage, ...]
    heated: tuple[SamplePage, ...]
    before: dict[str, SamplePage]


def sort_out(pages: Sequence[SamplePage]) -> Series:
    """Find the series in the pages of a report."""
    products = _products(pages)
    reference, stopped, heated = _reference(pages, products)
    dried = [p for p in pages if p.sample.stage == "before"]
    before = {p.name: d for p in pages for d in dried if _same_mixture(p, d) and p is not d}
    return Series(products, reference, stopped, heated, before)


def _products(pages: Sequence[SamplePage]) -> tuple[SamplePage, ...]:
    """Return the largest set of washed products that differ in nothing but the feed."""
    groups: dict[str, dict[float, SamplePage]] = {}
    for page in pages:
        recipe = page.sample.recipe
        if page.sample.stage == "product" and not recipe.oxide_etch:
            key = f"{recipe.precursor!r}{recipe.programme!r}"
            groups.setdefault(key, {}).setdefault(recipe.additive_ratio, page)
    largest = max(groups.values(), key=len, default={})
    return tuple(largest[ratio] for ratio in sorted(largest))


def _reference(
    pages: Sequence[SamplePage], products: tuple[SamplePage, ...]
) -> tuple[SamplePage | None, tuple[SamplePage, ...], tuple[SamplePage, ...]]:
    best: tuple[SamplePage | None, tuple[SamplePage, ...], tuple[SamplePage, ...]] = (None, (), ())
    fed = [p for p in products if p.sample.recipe.additive_ratio > 0] or list(products)
    if fed:
        best = (fed[(len(fed) - 1) // 2], (), ())
    most = 0
    for product in fed:
        kin = [p for p in pages if _same_mixture(product, p) and not p.sample.recipe.oxide_etch]
        stopped = sorted((p for p in kin if p.sample.stage == "intermediate"), key=duration_h)
        heated = {
            p.sample.recipe.programme.peak_degC: p for p in reversed(kin) if p.sample.stage == "product"
        }
        if len(stopped) + len(heated) > max(most, 1):
            most = len(stopped) + len(heated)
            best = (product, tuple(stopped), tuple(heated[t] for t in sorted(heated)))
    return best


def _same_mixture(a: SamplePage, b: SamplePage) -> bool:
    one, other = a.sample.recipe, b.sample.recipe
    return bool(
        one.precursor.name == other.precursor.name and np.isclose(one.additive_ratio, other.additive_ratio)
    )


def verdicts_for(
    ledger: Ledger, topic: str, quantity: str = "", sample: str | None = None, unit: str | None = None
) -> list[Verdict]:
    """Return the verdicts on claims about a topic whose quantity contains `quantity`.

    Parameters
    ----------
    ledger
        Where to look.
    topic, quantity
        Topic, and a part of the quantity.
    sample
        Name of the sample, exactly; any when None.
    unit
        Unit of the claim; any when None.
    """
    return [
        v
        for v in ledger.verdicts
        if v.claim.topic == topic
        and quantity in v.claim.quantity
        and sample in (None, v.claim.sample)
        and unit in (None, v.claim.unit)
    ]


def claimed_number(
    ledger: Ledger, topic: str, quantity: str, sample: str, unit: str | None = None
) -> Verdict | None:
    """Return the verdict on the first such claim that states a plain number."""
    for verdict in verdicts_for(ledger, topic, quantity, sample, unit):
        if np.isfinite(verdict.claim.number) and not verdict.claim.value.lstrip().startswith(("<", ">")):
            return verdict
    return None
