"""The histogram beside its capability: what share of the parts keeps the specification."""

from dash import html

from dashboard.chart_capability import ProcessCapability, process_capability
from dashboard.chart_capability_words import capability_rows
from dashboard.chart_distribution import histogram_of
from dashboard.chart_model import ChartModel
from dashboard.components import Content, card, facts, notice
from dashboard.context import PageContext
from dashboard.figures.histogram import Histogram, histogram_figure
from dashboard.pages.chart_graph import STILL_CONFIG, placed_graph
from dashboard.reader import ChartData

NAME = "chart-histogram"


def distribution_card(
    data: ChartData, model: ChartModel, context: PageContext
) -> html.Section | None:
    """Return histogram and capability of the parts shown; None where no part is shown."""
    histogram = histogram_of(data, model)
    if histogram is None:
        return None
    row = data.characteristic
    found = process_capability(model.chart.panels[0].value, row.spec_lower, row.spec_upper)
    figure = histogram_figure(histogram, theme=context.theme)
    return card(
        html.Div(
            [
                html.Div(
                    [
                        placed_graph(figure, NAME, STILL_CONFIG, histogram_words(histogram)),
                        _hint(histogram),
                    ]
                ),
                capability_facts(found),
            ],
            className="chart-distribution",
        ),
        title="Distribution and capability of the parts shown",
    )


def histogram_words(histogram: Histogram) -> str:
    """Tell in words what the histogram shows."""
    bins = histogram.bins
    zeros = "" if bins.zeros is None else f", {bins.zeros:,} of them exactly 0"
    tallest = int(bins.counts.argmax())
    return (
        f"Histogram of {histogram.title.lower()}: {bins.n:,} parts{zeros}; "
        f"the tallest bar, {int(bins.counts[tallest]):,} parts, stands at {bins.words(tallest)}."
    )


def _hint(histogram: Histogram) -> html.P | None:
    words = []
    if histogram.bins.zeros is not None:
        words.append("The hatched bar at the left holds the parts with exactly 0.")
    if histogram.expected is not None:
        words.append("The green line is what the law of the limits lets expect.")
    return html.P(" ".join(words), className="hint") if words else None


def capability_facts(found: ProcessCapability) -> Content:
    """Return the indices with their intervals, or why there are none."""
    report = found.report
    if report is None:
        return notice("No capability", found.reason)
    return html.Div(
        [
            facts(capability_rows(found)),
            html.P(f"In brackets the {report.confidence:.0%} interval.", className="hint"),
            *[html.P(note, className="expectation") for note in report.notes],
        ],
        className="capability",
    )
