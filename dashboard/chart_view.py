"""From the view in an address to what is drawn of a characteristic."""

from dashboard.address import ChartView
from dashboard.chart_model import ChartModel, chart_model
from dashboard.chart_window import Stretch, read_stretch
from dashboard.clock import PlantClock
from dashboard.context import PageContext
from dashboard.figures.inputs import Axis, ChartStyle
from dashboard.period import period
from dashboard.reader import ChartData
from dashboard.stages import naive_utc


def shown_model(data: ChartData, view: ChartView, context: PageContext) -> ChartModel:
    """Return what the view shows of a characteristic."""
    return chart_model(
        data,
        period(view.range, context.clock),
        context.clock,
        preview=view.phase,
        zoom=shown_stretch(view),
    )


def shown_stretch(view: ChartView) -> Stretch | None:
    """Return the stretch that the view zooms into; none while it follows the newest part."""
    return None if view.follow else read_stretch(view.zoom)


def chart_style(
    view: ChartView, theme: str, stretch: Stretch | None, clock: PlantClock
) -> ChartStyle:
    """Return how the view wants the chart drawn."""
    axis: Axis = "order" if view.axis == "order" else "time"
    window = None
    if stretch is not None:
        low, high = (
            float(clock.local_ms(naive_utc(end).reshape(1))[0])
            for end in (stretch.start, stretch.end)
        )
        window = (low, high)
    return ChartStyle(theme=theme, axis=axis, clip=view.clip, zones=view.zones, window=window)
