"""The pictures of a report: each is made once, and spheres of one precursor share one scale.

A sample with a voxel run is shown as that run has it, others as the spheres and necks of the particle scale.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from . import markup as h
from .content import SamplePage
from .picture import frame_nm, picture
from .render import Scene, scene_of
from .series import Series, sort_out
from .shape import Picture, Shape, shape_of


class Gallery:
    """Pictures of the samples of a report.

    Parameters
    ----------
    pages
        All samples of the report.
    """

    def __init__(self, pages: Sequence[SamplePage]) -> None:
        self.series: Series = sort_out(pages)
        self._shapes: dict[int, dict[str, Shape]] = {id(page): self._shapes_of(page) for page in pages}
        self._scenes: dict[tuple[int, bool], Scene | None] = {}
        self._made: dict[tuple[int, bool], str] = {}
        self._frames: dict[str, float] = {}
        self._numbers = {id(page): number for number, page in enumerate(pages)}
        for page in (p for p in pages if not self._shapes[id(p)]):
            scenes = [s for s in (self._scene(page, False), self._scene(page, True)) if s is not None]
            if scenes:
                key = page.sample.recipe.precursor.name
                self._frames[key] = min(frame_nm(scenes), self._frames.get(key, float("inf")))

    def _shapes_of(self, page: SamplePage) -> dict[str, Shape]:
        """Return what the page brings, or draw it from the sample's own fields."""
        voxels = getattr(page.sample, "voxels", None)
        if page.shapes or voxels is None or "phi" not in voxels:
            return dict(page.shapes)
        model = str(voxels.attrs.get("cooling", "voxels"))
        return {model: shape_of(voxels, title=page.name, furnace=page is self.series.reference)}

    def shapes(self, page: SamplePage) -> dict[str, Shape]:
        """Return the voxel runs of a sample by cooling model; the first one is the sample's."""
        return self._shapes.get(id(page), {})

    def shape(self, page: SamplePage) -> Shape | None:
        """Return the voxel run of a sample."""
        return next(iter(self.shapes(page).values()), None)

    def scale_of(self, page: SamplePage) -> str:
        """Return what the pictures of a sample are drawn from."""
        return "particle scale, orange: necks that hold" if self.shape(page) is None else "voxel scale"

    def voxel_shot(
        self, page: SamplePage, picture: str = "last", *, label: str = "", under: str = "",
        model: str | None = None,
    ) -> str:  # fmt: skip
        """Return a picture of a voxel run with its label and a line below it (HTML); empty without it."""
        shape = self.shapes(page).get(model) if model else self.shape(page)
        if shape is None or picture not in shape.pictures:
            return ""
        found = shape.pictures[picture]
        stage = next(s for s in shape.stages if s.name == found.stage)
        alt = (
            f"Synthetic picture of {page.name}, {stage.words}: {shape.spheres} spheres per box on a grid of "
            f"{stage.voxel_nm:.2g} nm, melt {100 * stage.melt_share:.1f} % of the box."
        )
        words = h.tag("b", h.text(label or page.name))
        line = h.tag("span", under, class_="under") if under else ""
        caption = h.tag("figcaption", words, line)
        return h.tag("figure", image(found, alt), caption, class_="shot")

    def _key(self, page: SamplePage, before: bool) -> tuple[int, bool]:
        return self._numbers[id(page)], before

    def _scene(self, page: SamplePage, before: bool) -> Scene | None:
        key = self._key(page, before)
        if key not in self._scenes:
            self._scenes[key] = scene_of(page.sample.architecture, before=before)
        return self._scenes[key]

    def shot(self, page: SamplePage, before: bool = False) -> str:
        """Return one picture with its name; empty if there is nothing to draw."""
        shape = self.shape(page)
        if shape is not None:
            return self._voxels(page, shape, before)
        scene, key = self._scene(page, before), self._key(page, before)
        if scene is None:
            return ""
        if key not in self._made:
            name = f"{page.name}, before the furnace" if before else page.name
            frame = self._frames[page.sample.recipe.precursor.name]
            image = picture(scene, frame, _alt(name, page, before))
            self._made[key] = h.tag("figure", image, h.tag("figcaption", h.text(name)), class_="shot")
        return self._made[key]

    def _voxels(self, page: SamplePage, shape: Shape, before: bool) -> str:
        if before and "before" not in shape.pictures:
            return ""
        words = shape.stages[0 if before else -1].words
        return self.voxel_shot(
            page, "before" if before else "last", label=f"{page.name}, {words.partition(',')[0]}"
        )

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


def image(picture: Picture, alt: str) -> str:
    """Return an ``img`` element with a picture of the voxel scale."""
    encoded = base64.b64encode(picture.data).decode("ascii")
    width, height = picture.size
    return (
        f'<img src="data:image/webp;base64,{encoded}" alt="{h.text(alt)}" width="{width}" height="{height}">'
    )


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
