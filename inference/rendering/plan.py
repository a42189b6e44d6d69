"""What a rendered surface shows: plain values, decided before a pixel is drawn.

A plan says where the defects are, how large and how dark; the grain between them comes from the
random generator given to `inference.rendering.render.render_surface`. Positions are in part
coordinates, 0..1, x to the right and y down.
"""

from dataclasses import dataclass
from enum import StrEnum


class StainKind(StrEnum):
    """Outline of a stain."""

    ROUND = "round"
    FEATHERED = "feathered"
    BRANCHING = "branching"
    CLUMPED = "clumped"
    BRUISE = "bruise"
    CRESCENT = "crescent"


class ScratchKind(StrEnum):
    """How a scratch reflects the light."""

    BRIGHT = "bright"
    DARK = "dark"
    INVISIBLE = "invisible"


@dataclass(frozen=True, slots=True)
class StainPlan:
    """One stain.

    Attributes
    ----------
    x, y
        Centre in part coordinates, 0..1.
    area
        Pixels annotated as stain, as far as the part's edge and other defects leave them.
    darkness
        Share of red light lost on average inside the annotation, 0..1.
    elongation
        Long axis over short axis.
    angle
        Direction of the long axis in radians.
    roughness
        0 is a smooth outline, 1 a torn one.
    softness
        0 is an edge as sharp as the lens allows, 1 fades over the stain's radius.
    labelled
        False: drawn but not annotated.

    """

    x: float
    y: float
    area: float
    darkness: float
    kind: StainKind = StainKind.ROUND
    elongation: float = 1.0
    angle: float = 0.0
    roughness: float = 0.3
    softness: float = 0.3
    labelled: bool = True


@dataclass(frozen=True, slots=True)
class ScratchPlan:
    """One scratch, or a bundle of hairlines that run along it.

    Attributes
    ----------
    x, y
        Middle of the scratch in part coordinates, 0..1.
    length
        Distance between its ends in pixels, measured along the straight line.
    angle
        Direction from end to end in radians.
    bend
        Sideways excursion in the middle as a share of the length; 0 is straight.
    contrast
        Peak of the change in brightness along the axis, as a share of the surface's.
    width
        Standard deviation of the cross profile in pixels.
    strands
        Number of parallel lines.
    spread
        Standard deviation in pixels of the strands' distance from the axis.
    breaks
        0 is an unbroken line, 1 is mostly gaps.
    shadow
        Strength of the line of opposite sign beside it, as a share of `contrast`.
    green
        Share by which green exceeds what the brightness alone gives.
    labelled
        False: drawn but not annotated.

    """

    x: float
    y: float
    length: float
    angle: float
    kind: ScratchKind = ScratchKind.BRIGHT
    bend: float = 0.0
    contrast: float = 0.4
    width: float = 1.3
    strands: int = 1
    spread: float = 1.5
    breaks: float = 0.2
    shadow: float = 0.0
    green: float = 0.0
    labelled: bool = True


@dataclass(frozen=True, slots=True)
class GrainPlan:
    """Texture of the bare surface.

    Attributes
    ----------
    contrast
        Standard deviation of red over its local mean.
    skew
        Above 0: bright flecks on a dull ground; below 0: dark pits on a bright one.
    scale
        Size of the grains; 1 is typical.
    anisotropy
        1 is the same in every direction; above 1 the surface is brushed along `angle`.
    angle
        Direction of the brush strokes in radians.

    """

    contrast: float = 0.117
    skew: float = 0.1
    scale: float = 1.0
    anisotropy: float = 1.0
    angle: float = 0.0


@dataclass(frozen=True, slots=True)
class ShadingPlan:
    """Slow change of brightness over the part, as shares of the mean.

    `linear` and `quadratic` hold the coefficients of x and y over −1..1, `mottle` the standard
    deviation of cloudy patches about 25 px wide.
    """

    linear: tuple[float, float] = (0.0, 0.0)
    quadratic: tuple[float, float] = (0.0, 0.0)
    mottle: float = 0.04


@dataclass(frozen=True, slots=True)
class DistractorPlan:
    """What looks like a defect and is annotated by nobody.

    Attributes
    ----------
    specks
        Number of dark spots of 5 to 40 px.
    clumps
        Number of places the specks gather at; 0 scatters them evenly.
    dust
        Number of bright grains.
    right_strip
        Width in pixels of a dark strip at the right edge.
    corner
        Size in pixels of a dark corner, 0 for none; `corner_no` counts from the upper left,
        clockwise.
    rims
        Brightness, relative to the part's, of a line of light one or two px wide at the upper,
        right, lower and left edge of the image, where the cut passed the part; 0 for none.
    rough_border
        Height in pixels of the dark lumps that grow from the upper and lower strips.

    """

    specks: int = 0
    clumps: int = 0
    dust: int = 0
    right_strip: float = 0.0
    corner: float = 0.0
    corner_no: int = 0
    rims: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    rough_border: float = 0.0


@dataclass(frozen=True, slots=True)
class SurfacePlan:
    """One surface: its defects, its texture and what distracts from them.

    `brightness` is the mean of red in grey levels 0–255, `green_ratio` that of green over red.
    """

    size: int
    stains: tuple[StainPlan, ...]
    scratches: tuple[ScratchPlan, ...]
    brightness: float = 104.7
    green_ratio: float = 0.347
    grain: GrainPlan = GrainPlan()
    shading: ShadingPlan = ShadingPlan()
    distractors: DistractorPlan = DistractorPlan()
