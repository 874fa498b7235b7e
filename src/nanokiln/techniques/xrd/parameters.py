"""Numbers of X-ray powder diffraction: lines of X-ray tubes, scattering, shapes, alignment, limits."""

from __future__ import annotations

from ...core.parameters import Parameter, Tag

_HOELZER = "Hoelzer et al., Phys. Rev. A 56 (1997) 4554"
_BEARDEN = "Bearden, Rev. Mod. Phys. 39 (1967) 78, as tabulated in Int. Tables Cryst. C"
_SHEET = "data sheet section 9, X-ray diffraction"


def _line(name: str, value: float, source: str, tag: Tag = "M") -> Parameter:
    return Parameter(f"xrd.line.{name}", value, "A", value - 1e-4, value + 1e-4, source, tag)


#: K-alpha 1 and 2 of tube anodes, angstrom.
LINES = {
    "Cr": (_line("Cr.ka1", 2.289726, _HOELZER), _line("Cr.ka2", 2.293651, _HOELZER)),
    "Fe": (_line("Fe.ka1", 1.936041, _HOELZER), _line("Fe.ka2", 1.939973, _HOELZER)),
    "Co": (_line("Co.ka1", 1.788996, _HOELZER), _line("Co.ka2", 1.792835, _HOELZER)),
    "Cu": (_line("Cu.ka1", 1.540593, _HOELZER), _line("Cu.ka2", 1.544427, _HOELZER)),
    "Mo": (_line("Mo.ka1", 0.709317, _BEARDEN), _line("Mo.ka2", 0.713607, _BEARDEN)),
    "Ag": (_line("Ag.ka1", 0.559422, _BEARDEN), _line("Ag.ka2", 0.563813, _BEARDEN)),
}
K_ALPHA2_RATIO = Parameter(
    "xrd.k_alpha2_ratio", 0.5, "1", 0.46, 0.53, "two 2p3/2 electrons for one 2p1/2; measured 0.46-0.53", "M"
)
SCHERRER_K = Parameter(
    "xrd.scherrer_k", 0.9, "1", 0.83, 1.07, "Scherrer constant for the full width, depends on shape", "M",
    note="Langford & Wilson, J. Appl. Cryst. 11 (1978) 102: 0.83 to 1.07 for usual shapes",
)  # fmt: skip
HALO_FACTOR = Parameter(
    "xrd.halo_factor", 1.23, "1", 1.1, 1.25,
    "nearest-neighbour distance of a glass = 1.23 lambda / (2 sin theta) of its first maximum", "M",
    note="exact for pairs of atoms (Debye: first maximum of sin(qr)/(qr) at qr = 7.73); 1 is Bragg's spacing",
)  # fmt: skip

# --- alignment of a laboratory instrument
DISPLACEMENT = Parameter(
    "xrd.displacement", 0.05, "mm", 0.02, 0.15, "height error of a hand-filled holder (sd)", "M"
)
RADIUS = Parameter("xrd.radius", 200.0, "mm", 141.0, 320.0, "goniometer radius where a file states none", "M")

# --- scattering of the parts of the powder (virtual instrument)
ELECTRONS = {
    name: Parameter(f"xrd.electrons.{name}", z, "1", z, z, "atomic number", "exact")
    for name, z in {"H": 1, "B": 5, "C": 6, "O": 8, "Si": 14}.items()
}
OXIDE_Q = Parameter(
    "xrd.oxide.q", 1.53, "1/A", 1.50, 1.56, f"first sharp maximum of silica glass, {_SHEET}", "M"
)
OXIDE_WIDTH = Parameter("xrd.oxide.width", 7.0, "deg", 6.0, 8.0, f"its full width (Cu), {_SHEET}", "M")
OXIDE_SHARE = Parameter(
    "xrd.oxide.share",
    0.6,
    "1",
    0.4,
    0.8,
    "part of the coherent scattering of a glass in its first maximum",
    "M",
)
STACK_ANGLE = Parameter(
    "xrd.carbon.stack", 25.0, "deg", 24.0, 26.0, f"002 of turbostratic carbon, {_SHEET}", "M"
)
STACK_WIDTH = Parameter(
    "xrd.carbon.stack_width", 8.0, "deg", 5.0, 10.0, "two or three layers (Scherrer)", "D"
)
STACK_SHARE = Parameter(
    "xrd.carbon.stack_share", 0.3, "1", 0.1, 0.5,
    "part of carbon's scattering in 002; layers of a molecular hybrid hardly stack", "M",
)  # fmt: skip
LAYER_ANGLE = Parameter(
    "xrd.carbon.layer", 43.0, "deg", 42.4, 43.5, f"10 band of graphene layers, {_SHEET}", "M"
)
LAYER_WIDTH = Parameter("xrd.carbon.layer_width", 4.0, "deg", 3.0, 5.0, f"its width, {_SHEET}", "M")
LAYER_SHARE = Parameter(
    "xrd.carbon.layer_share", 0.15, "1", 0.08, 0.25, "part of carbon's scattering in 10", "M"
)
LAYER_SKEW = Parameter(
    "xrd.carbon.layer_skew", 1.8, "1", 1.3, 2.5,
    "width of the high-angle side over the low-angle one (two-dimensional lattice)", "M",
    note="Warren, Phys. Rev. 59 (1941) 693: steep rise, slow fall",
)  # fmt: skip
ACID_SIZE = Parameter(
    "xrd.acid_size",
    60.0,
    "nm",
    20.0,
    200.0,
    "crystallites of freeze-dried boric acid; sharp lines, C032",
    "M",
)
ACID_SHARE = Parameter(
    "xrd.acid_crystalline", 1.0, "1", 0.7, 1.0, "crystalline part of the boric acid, input claim C152", "P"
)

# --- the virtual instrument
HALO_COUNTS = Parameter("xrd.halo_counts", 3000.0, "1", 300.0, 30000.0, "counts at the top of the halo", "M")
AIR_RATIO = Parameter(
    "xrd.air_ratio", 1.5, "1", 0.3, 5.0, "air scatter at 10 degrees over the halo's height", "M"
)
AIR_DECAY = Parameter("xrd.air_decay", 6.0, "deg", 4.0, 12.0, "its decay length in 2theta", "M")
HOLDER_RATIO = Parameter(
    "xrd.holder_ratio", 0.2, "1", 0.05, 1.0, "flat background (holder, fluorescence, dark) over the halo", "M"
)
INSTRUMENT_WIDTH = Parameter(
    "xrd.instrument_width", 0.10, "deg", 0.05, 0.15, "full width of a line of a coarse standard", "M"
)

# --- limits of the analysis
_LIMIT = "assumed: a limit of the analysis, not of nature"
SIGNIFICANCE = Parameter(
    "xrd.significance",
    6.0,
    "1",
    5.0,
    8.0,
    "peak over noise to be called a peak",
    "C",
    note="assumed: a limit of the analysis, not of nature",
)
WIDEST_PEAK = Parameter(
    "xrd.widest_peak",
    2.5,
    "deg",
    2.0,
    3.0,
    "wider maxima are halos: crystallites below 3 nm",
    "C",
    note="assumed: a limit of the analysis, not of nature",
)
TOLERANCE = Parameter(
    "xrd.tolerance",
    0.10,
    "deg",
    0.05,
    0.15,
    "largest distance of a peak from a line it is matched with",
    "C",
    note="assumed: a limit of the analysis, not of nature",
)
MATCHED = Parameter(
    "xrd.matched",
    0.8,
    "1",
    0.7,
    0.9,
    "score from which a phase is called matched",
    "C",
    note="assumed: a limit of the analysis, not of nature",
)
PARTLY = Parameter(
    "xrd.partly",
    0.5,
    "1",
    0.4,
    0.6,
    "score from which it is called partly matched",
    "C",
    note="assumed: a limit of the analysis, not of nature",
)
CHANCE = Parameter(
    "xrd.chance",
    0.05,
    "1",
    0.02,
    0.1,
    "share of shifted patterns that may match as well",
    "C",
    note="assumed: a limit of the analysis, not of nature",
)
HALO_SLOPE = Parameter(
    "xrd.halo_slope", 0.0105, "1/deg", 0.005, 0.03,
    "slope (sd) under a halo, over its height, that overlapping halos and background leave open", "C",
    note="assumed: found on simulated patterns, benchmarks/coverage_xrd.py, seeds below 1000",
)  # fmt: skip
SIZE_CONVENTION = Parameter(
    "xrd.size_convention", 0.25, "1", 0.15, 0.4,
    "error (sd) of a size over the range between two ways of taking off the instrument's width", "C",
    note="assumed: found on simulated patterns, benchmarks/coverage_xrd.py, seeds below 1000",
)  # fmt: skip
