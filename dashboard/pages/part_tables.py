"""The tables of one inspection: measures, and the part through the stations."""

from dash import dcc, html

from dashboard.address import ChartView, PartsView, PartView, address, changed
from dashboard.components import Content, card, icon, table, verdict_badge
from dashboard.context import PageContext
from dashboard.figures.wording import number
from dashboard.metric_names import metric_name, short_unit
from dashboard.reader import PartData
from warehouse.journal.characteristics import CharacteristicRow, characteristic_id
from warehouse.records import METRICS, InspectionRow


def measures_card(inspection: InspectionRow, limits: dict[str, CharacteristicRow]) -> html.Section:
    """Return the measures of a part with their specification and verdict."""
    rows = [_measure(inspection, metric, limits.get(metric)) for metric in METRICS]
    failed = [f"Failed: {criterion_words(one)}" for one in inspection.failed_criteria]
    return card(
        html.Ul([html.Li(words) for words in failed], className="failed") if failed else None,
        table(
            ["Measure", "Value", "Specification", ""],
            rows,
            caption="Measures of this part against the specification",
            numeric=(1, 2),
        ),
        title="Measures",
    )


def _measure(
    inspection: InspectionRow, metric: str, row: CharacteristicRow | None
) -> list[Content]:
    value = float(getattr(inspection, metric))
    chart = ChartView(characteristic=characteristic_id(inspection.stream, metric))
    return [
        dcc.Link(metric_name(metric).label, href=address(chart)),
        f"{number(value)} {short_unit(metric)}".strip(),
        specification_words(row),
        verdict(value, row),
    ]


def criterion_words(criterion: str) -> str:
    """Return a failed criterion with the metric's label in place of its column.

    Examples
    --------
    >>> criterion_words("stain_count 7 > 5")
    'Stain count 7 > 5'

    """
    metric, _, rest = criterion.partition(" ")
    return f"{metric_name(metric).label} {rest}"


def specification_words(row: CharacteristicRow | None) -> str:
    """Return the limits of a characteristic as they stand in a table."""
    if row is None or (row.spec_lower is None and row.spec_upper is None):
        return "–"
    words = [f"≥ {number(row.spec_lower)}"] if row.spec_lower is not None else []
    words += [f"≤ {number(row.spec_upper)}"] if row.spec_upper is not None else []
    return " and ".join(words)


def verdict(value: float, row: CharacteristicRow | None) -> html.Span | None:
    """Return "within" or "beyond" for a value with a specification; None without one."""
    if row is None or (row.spec_lower is None and row.spec_upper is None):
        return None
    low = row.spec_lower is None or value >= row.spec_lower
    high = row.spec_upper is None or value <= row.spec_upper
    if low and high:
        return html.Span([icon("check"), "within"], className="verdict verdict-good")
    return html.Span([icon("spec"), "beyond"], className="verdict verdict-bad")


def history_card(data: PartData, context: PageContext) -> html.Section:
    """Return the inspections of the same part at every station."""
    here = data.detail.inspection.pass_id
    rows = [
        [
            context.clock.words(one.captured_at),
            _station(one, here),
            verdict_badge(passed=one.passed),
            str(one.stain_count),
            f"{number(one.total_stain_pct)} %",
            str(one.scratch_count),
            f"{number(one.total_scratch_pct)} %",
        ]
        for one in data.history
    ]
    heads = ["Captured", "Station", "Verdict", "Stains", "Stained", "Scratches", "Scratched"]
    part = data.detail.inspection.part_id
    link = dcc.Link("Find similar names", href=address(changed(PartsView(), {"part": part})))
    return card(
        table(heads, rows, caption="This part through the stations", numeric=(3, 4, 5, 6)),
        html.P(link, className="hint"),
        title="This part through the stations",
    )


def _station(one: InspectionRow, here: str) -> Content:
    words = f"{one.line} / {one.station} / {one.tool}"
    if one.pass_id == here:
        return html.Strong(f"{words} (shown)")
    return dcc.Link(words, href=address(PartView(inspection=one.pass_id)))
