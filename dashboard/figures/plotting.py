"""What the parts of a run chart share while it is being drawn."""

from dataclasses import dataclass

from dashboard.figures.decimation import IndexArray
from dashboard.figures.inputs import ChartStyle, FloatArray, RunChart
from dashboard.figures.palette import Palette


@dataclass(frozen=True, slots=True)
class Plotting:
    """The chart and its style, with the places worked out: one range and height per panel."""

    chart: RunChart
    style: ChartStyle
    colours: Palette
    x: FloatArray
    drawn: IndexArray
    ranges: tuple[tuple[float, float], ...]
    heights: tuple[int, ...]
