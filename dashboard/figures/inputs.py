"""What the figures draw: plain frozen rows of arrays and words, no storage, no Dash."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Axis = Literal["time", "order"]


@dataclass(frozen=True, slots=True)
class PanelTrace:
    """One plotted statistic over all phases; the arrays have one entry per point.

    NaN in a limit means that no limit holds there; a limit may change from point to point.
    """

    title: str
    unit: str
    value: FloatArray
    center: FloatArray
    lcl: FloatArray
    ucl: FloatArray


@dataclass(frozen=True, slots=True)
class SignalMark:
    """A broken rule, drawn at its completing point; `run` is first and last index, inclusive."""

    index: int
    panel: int
    number: int
    words: str
    run: tuple[int, int]
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """The stretch of points that one phase judges; `first` and `last` are inclusive."""

    first: int
    last: int
    label: str
    provenance: str
    baseline: tuple[int, int] | None = None
    provisional: bool = False
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class SpecChange:
    """A changed specification, (lower, upper): `after` judges points from `local_ms` on."""

    local_ms: float
    before: tuple[float | None, float | None]
    after: tuple[float | None, float | None]
    provenance: str


@dataclass(frozen=True, slots=True)
class RunChart:
    """A characteristic over time, ready to be drawn.

    `local_ms` are milliseconds since 1970 of the *plant's* clock (not UTC), oldest first: Plotly
    has no time zones, so the axis is labelled with `zone_name` instead.
    """

    local_ms: FloatArray
    keys: tuple[str, ...]
    names: tuple[str, ...]
    panels: tuple[PanelTrace, ...]
    zone_name: str
    stages: tuple[Stage, ...] = ()
    signals: tuple[SignalMark, ...] = ()
    spec_lower: float | None = None
    spec_upper: float | None = None
    spec_changes: tuple[SpecChange, ...] = ()
    zones: tuple[FloatArray, ...] = field(default=())
    """Lines of the zones in the first panel (one and two sigma), where the chart has them."""


@dataclass(frozen=True, slots=True)
class ChartStyle:
    """How the reader wants it drawn; all of it stands in the address.

    `window` are the ends of an axis of time, in milliseconds of the plant's clock; without it the
    axis ends with the points.
    """

    theme: str = "light"
    axis: Axis = "time"
    clip: bool = False
    zones: bool = False
    budget: int = 2000
    window: tuple[float, float] | None = None
