"""What a report on one chart says: filters, who made it, provenance, signals, causes, capability."""

from dataclasses import dataclass

from dashboard.address import ChartView
from dashboard.chart_capability import process_capability
from dashboard.chart_capability_words import capability_rows
from dashboard.chart_distribution import histogram_of
from dashboard.chart_model import ChartModel
from dashboard.context import PageContext
from dashboard.figures.inputs import ChartStyle
from dashboard.figures.svg_chart import run_chart_svg
from dashboard.figures.svg_histogram import histogram_svg
from dashboard.figures.wording import number
from dashboard.metric_names import metric_name, short_unit
from dashboard.period import period
from dashboard.provenance import false_alarm_words, provenance
from dashboard.reader import ChartData
from dashboard.signal_groups import RUNNING_AVERAGE, SignalGroup
from dashboard.state_words import state_look

MOST_SIGNALS = 500
"""Signals listed; neighbouring points of one rule are one of them."""

STATUS = {"active": "in force", "retired": "retired", "proposed": "proposed"}

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhaseWords:
    """One phase drawn: its name, where its limits come from, and what they cost."""

    name: str
    facts: tuple[tuple[str, str], ...]
    cost: str


@dataclass(frozen=True, slots=True)
class ChartReport:
    """Everything on the page of a report, in words and drawings; the drawings are safe SVG."""

    title: str
    filters: tuple[tuple[str, str], ...]
    chart: str
    phases: tuple[PhaseWords, ...]
    signals: tuple[Row, ...]
    unlisted: int
    causes: tuple[Row, ...]
    histogram: str
    capability: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    no_capability: str


def chart_report(
    data: ChartData, model: ChartModel, view: ChartView, style: ChartStyle, context: PageContext
) -> ChartReport:
    """Return the report on what `view` shows."""
    row = data.characteristic
    histogram = histogram_of(data, model)
    found = process_capability(model.chart.panels[0].value, row.spec_lower, row.spec_upper)
    signals = [_signal(group, context) for group in reversed(model.groups)]
    return ChartReport(
        title=metric_name(row.metric).label,
        filters=tuple(report_filters(data, model, view, context)),
        chart=run_chart_svg(model.chart, style, first_number=model.first + 1),
        phases=tuple(_phases(data, model, context)),
        signals=tuple(signals[:MOST_SIGNALS]),
        unlisted=max(0, len(signals) - MOST_SIGNALS),
        causes=tuple(_causes(model, context)),
        histogram="" if histogram is None else histogram_svg(histogram),
        capability=tuple(capability_rows(found)),
        notes=() if found.report is None else found.report.notes,
        no_capability=found.reason,
    )


def report_filters(
    data: ChartData, model: ChartModel, view: ChartView, context: PageContext
) -> list[tuple[str, str]]:
    """Return what was chosen, whose data it is, and who made the report when."""
    row, clock = data.characteristic, context.clock
    stream = row.stream
    published = context.reader.footing().published_at
    models = sorted(set(data.series.model_ids))
    found = [
        ("Characteristic", row.characteristic_id),
        (
            "Stream",
            ", ".join(
                f"{term} {name}"
                for term, name in (
                    ("line", stream.line),
                    ("station", stream.station),
                    ("tool", stream.tool),
                    ("family", stream.family),
                )
            ),
        ),
        ("Period", period(view.range, clock).words),
        ("Parts shown", parts_words(model)),
        ("Specification", specification_words(data)),
        ("State", data.state.state if data.state else "not evaluated yet"),
        ("Models", ", ".join(one[:12] for one in models) or "none"),
        ("Facts as of", "–" if published is None else clock.words(published)),
        ("Made", f"{clock.words(clock.now())}, by {context.who or 'a person at this site'}"),
    ]
    if data.state is not None and state_look(data.state.state).needs_action and data.state.since:
        found.insert(6, ("Since", clock.words(data.state.since)))
    if view.phase:
        found.insert(4, ("Limits", f"preview of the proposed limits #{view.phase}"))
    return found


def parts_words(model: ChartModel) -> str:
    """Say how many parts are shown, and of how many when the chart is zoomed."""
    shown = f"{model.chart.local_ms.size:,}"
    return f"{shown} of {model.period.local_ms.size:,}, zoomed" if model.zoomed else shown


def specification_words(data: ChartData) -> str:
    """Name the specification limits: "lower 1 %, upper 8 %" or "none"."""
    row = data.characteristic
    unit = short_unit(row.metric)
    levels = (("lower", row.spec_lower), ("upper", row.spec_upper))
    words = [
        f"{side} {number(level)} {unit}".strip() for side, level in levels if level is not None
    ]
    return ", ".join(words) or "none"


def _phases(data: ChartData, model: ChartModel, context: PageContext) -> list[PhaseWords]:
    return [
        PhaseWords(
            f"Limits #{stage.row.phase_id}, {STATUS[stage.row.status]}",
            tuple(
                provenance(
                    stage.row, stage.phase, context.clock, data.approvals.get(stage.row.phase_id)
                )
            ),
            false_alarm_words(stage.phase),
        )
        for stage in reversed(model.stages)
    ]


def _signal(group: SignalGroup, context: PageContext) -> Row:
    extreme = group.most_extreme
    above = extreme.ucl is not None and extreme.value > extreme.ucl
    limit = extreme.ucl if above or extreme.lcl is None else extreme.lcl
    unit = " z" if extreme.panel == RUNNING_AVERAGE else ""
    words = group.words.capitalize()
    if group.withdrawn:
        words += f"; withdrawn: {group.signals[-1].withdrawn_reason or 'no longer holds'}"
    return (
        str(group.number),
        context.clock.span(group.first_at, group.last_at),
        words,
        f"{len(group.signals):,}",
        f"{number(extreme.value)}{unit}",
        "–" if limit is None else f"{number(limit)}{unit}",
        group.cause.code if group.cause else "",
    )


def _causes(model: ChartModel, context: PageContext) -> list[Row]:
    return [
        (
            str(group.number),
            cause.code,
            cause.text,
            cause.action,
            cause.owner,
            "" if cause.due is None else f"{cause.due.day} {cause.due:%b %Y}",
            f"{cause.created_by}, {context.clock.words(cause.created_at)}",
        )
        for group in model.groups
        if (cause := group.cause) is not None
    ]
