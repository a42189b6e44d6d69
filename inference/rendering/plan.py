"""What a rendered surface shows: plain values, decided before a pixel is drawn.

A plan says where the defects are, how large and how dark; the grain between them comes from the
random generator given to `inference.rendering.render.render_surface`. Positions are in part
coordinates, 0..1, x to the right and y down.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from inference.rendering.appearance import DistractorPlan, GrainPlan, ShadingPlan


class StainKind(StrEnum):
    """Outline of a stain."""

    ROUND = "round"
    FEATHERED = "feathered"
    BRANCHING = "branching"
    CLUMPED = "clumped"
    BRUISE = "bruise"
    CRESCENT = "crescent"
    STREAKED = "streaked"


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
    grainy
        0 is an even film, 1 a heap of dark grains with the bare surface between them.
    ring
        How much darker the rim is than the middle: 0 not at all, 1 leaves the middle bare.
    green
        Share by which green exceeds what the brightness alone gives.
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
    grainy: float = 0.3
    ring: float = 0.0
    green: float = 0.0
    labelled: bool = True


@dataclass(frozen=True, slots=True)
class ScratchPlan:
    """One scratch, or a bundle of hairlines that run along it.

    Attributes
    ----------
    x, y
        Middle of the scratch in part coordinates, 0..1.
    length
        Extent in pixels: the distance between the ends of a straight one, the diagonal of the box
        around a bent one.
    angle
        Direction in the middle of it, in radians.
    bend
        Sideways excursion in the middle as a share of the length; 0 is straight, 0.2 a quarter
        of a circle, 0.6 nearly a loop.
    sway
        Amplitude in radians of a turn one way and back: 0.5 is a clear S.
    kinks
        Number of sudden turns.
    contrast
        Peak of the change in brightness along the axis, as a share of the surface's.
    width
        Standard deviation of the cross profile in pixels.
    strands
        Number of parallel lines.
    span
        Least and greatest share of the length that a strand covers, where there are several.
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
    sway: float = 0.0
    kinks: int = 0
    contrast: float = 0.4
    width: float = 1.3
    strands: int = 1
    span: tuple[float, float] = (0.3, 1.0)
    spread: float = 1.5
    breaks: float = 0.2
    shadow: float = 0.0
    green: float = 0.0
    labelled: bool = True


@dataclass(frozen=True, slots=True)
class SurfacePlan:
    """One surface: its defects, its texture and what distracts from them.

    Attributes
    ----------
    size
        Side in pixels.
    brightness
        Mean of red in grey levels 0–255.
    green_ratio
        Mean of green over that of red.
    green_power
        Green follows the brightness to this power: it is less saturated than red on gold.
    green_noise
        Standard deviation in grey levels of what green shows and red does not.
    blur
        Standard deviation in pixels by which the picture is out of focus.

    """

    size: int
    stains: tuple[StainPlan, ...]
    scratches: tuple[ScratchPlan, ...]
    brightness: float = 104.7
    green_ratio: float = 0.347
    green_power: float = 0.85
    green_noise: float = 1.45
    blur: float = 0.0
    grain: GrainPlan = field(default_factory=GrainPlan)
    shading: ShadingPlan = field(default_factory=ShadingPlan)
    distractors: DistractorPlan = field(default_factory=DistractorPlan)
