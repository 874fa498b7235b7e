"""The pictures of a report: each assembly is rendered once, and spheres of one precursor share one scale."""

from __future__ import annotations

from collections.abc import Sequence

from . import markup as h
from .content import SamplePage
from .picture import frame_nm, picture
from .render import Scene, scene_of
from .series import Series, sort_out


class Gallery:
    """Pictures of the samples of a report.

    Parameters
    ----------
    pages
        All samples of the report.
    """

    def __init__(self, pages: Sequence[SamplePage]) -> None:
        self.series: Series = sort_out(pages)
        self._scenes: dict[tuple[int, bool], Scene | None] = {}
        self._made: dict[tuple[int, bool], str] = {}
        self._frames: dict[str, float] = {}
        self._numbers = {id(page): number for number, page in enumerate(pages)}
        for page in pages:
            scenes = [s for s in (self._scene(page, False), self._scene(page, True)) if s is not None]
            if scenes:
                key = page.sample.recipe.precursor.name
                self._frames[key] = min(frame_nm(scenes), self._frames.get(key, float("inf")))

    def _key(self, page: SamplePage, before: bool) -> tuple[int, bool]:
        return self._numbers[id(page)], before

    def _scene(self, page: SamplePage, before: bool) -> Scene | None:
        key = self._key(page, before)
        if key not in self._scenes:
            self._scenes[key] = scene_of(page.sample.architecture, before=before)
        return self._scenes[key]

    def shot(self, page: SamplePage, before: bool = False) -> str:
        """Return one picture with its name; empty if there is nothing to draw."""
        scene, key = self._scene(page, before), self._key(page, before)
        if scene is None:
            return ""
        if key not in self._made:
            name = f"{page.name}, before the furnace" if before else page.name
            frame = self._frames[page.sample.recipe.precursor.name]
            image = picture(scene, frame, _alt(name, page, before))
            self._made[key] = h.tag("figure", image, h.tag("figcaption", h.text(name)), class_="shot")
        return self._made[key]

    def shots(self, pages: Sequence[SamplePage]) -> list[str]:
        """Return the pictures of several samples as they are."""
        return [s for s in (self.shot(page) for page in pages) if s]

    def before_and_after(self, page: SamplePage) -> list[str]:
        """Return the picture before the furnace, where there is one, and the picture as it is."""
        if page.sample.stage == "before":
            return self.shots([page])
        earlier = self.shot(page, before=True)
        if not earlier and page.name in self.series.before:
            earlier = self.shot(self.series.before[page.name])
        return [s for s in (earlier, self.shot(page)) if s]


def _alt(name: str, page: SamplePage, before: bool) -> str:
    """Describe a picture in words."""
    if before:
        return f"Synthetic picture of {name}: loose spheres seen from above, before the furnace."
    a = page.sample.architecture.attrs
    return (
        f"Synthetic picture of {name}: spheres seen from above, packing fraction "
        f"{a['packing_fraction']:.2f}, "
        f"coordination {a['coordination']:.1f}, bonded share of contacts {a['bonded_fraction']:.2f}."
    )
