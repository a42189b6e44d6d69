"""How a surface without defects looks: plain values for its grain, shading and distractors."""

from dataclasses import dataclass


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
    pits
        Depth, as a share of the brightness, of dark pits wider than the grain; 0 for none.
    pit_level
        How rare they are, in standard deviations of the noise they are cut from.
    pit_size
        Their size in pixels.
    pit_patches
        0 spreads them evenly, 1 leaves whole regions without and crowds them elsewhere.

    """

    contrast: float = 0.117
    skew: float = 0.1
    scale: float = 1.0
    anisotropy: float = 1.0
    angle: float = 0.0
    pits: float = 0.0
    pit_level: float = 1.5
    pit_size: float = 2.5
    pit_patches: float = 0.5


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
class CornerPlan:
    """A dark corner that is no stain.

    Attributes
    ----------
    number
        Counted from the upper left, clockwise.
    reach
        How far it extends in pixels from the corner along the upper or lower edge.
    slope
        Its extent along the side edge as a share of `reach`.
    softness
        Width in pixels of its edge: about 1 where the part ends, 10 and more for a shadow.
    level
        Brightness inside, relative to the part's.
    green
        Share by which green exceeds what the brightness alone gives.
    rounded
        The edge is an arc instead of a straight line.

    """

    number: int
    reach: float
    slope: float = 1.0
    softness: float = 8.0
    level: float = 0.5
    green: float = 0.0
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class SeamPlan:
    """A line one pixel wide across the whole image, where two pictures were joined.

    `at` is its position (0..1), `upright` its direction, `level` its brightness relative to the
    part's and `tint` the factor of green over what the brightness alone gives.
    """

    at: float
    upright: bool
    level: float
    tint: float


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
    corners
        Dark corners.
    seams
        Lines one pixel wide.
    rims
        Brightness, relative to the part's, of a line of light one or two px wide at the upper,
        right, lower and left edge of the image, where the cut passed the part; 0 for none.
    glow
        Strength, as a share of the brightness, of broken light along the upper and lower edge.
    rough_border
        Height in pixels of the dark lumps that grow from the upper and lower strips.

    """

    specks: int = 0
    clumps: int = 0
    dust: int = 0
    right_strip: float = 0.0
    corners: tuple[CornerPlan, ...] = ()
    seams: tuple[SeamPlan, ...] = ()
    rims: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    glow: tuple[float, float] = (0.0, 0.0)
    rough_border: float = 0.0
