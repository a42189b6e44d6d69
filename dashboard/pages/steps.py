"""Process steps: what the same parts gain from station to station."""

from dash import dcc, html

from dashboard.address import METRIC_CHOICES, StepsView, address, changed
from dashboard.components import (
    Content,
    badge,
    card,
    choice,
    graph,
    heading,
    notice,
    select,
    table,
)
from dashboard.context import Page, PageContext
from dashboard.figures.step_chart import StepBar, step_chart
from dashboard.figures.wording import escaped, number
from dashboard.metric_names import metric_name
from dashboard.pages.ranges import RANGE_CHOICES
from dashboard.period import period
from dashboard.steps_model import StepRow, StepsModel, steps_model
from spc.paired import FEW_GROUPS


def filters(view: StepsView, context: PageContext) -> Content:
    """Return the choice of metric, line, family and period."""
    streams = [summary.stream for summary in context.reader.streams()]
    lines = sorted({stream.line for stream in streams})
    families = sorted({stream.family for stream in streams})
    return [
        select(
            "metric",
            "Value",
            [{"value": metric, "label": metric_name(metric).label} for metric in METRIC_CHOICES],
            view.metric,
        ),
        select("line", "Line", _any("All lines", lines), view.line),
        select("family", "Part family", _any("All families", families), view.family),
        choice("range", "Period", RANGE_CHOICES, view.range),
    ]


def _any(words: str, names: list[str]) -> list[dict[str, str]]:
    return [{"value": "", "label": words}, *({"value": name, "label": name} for name in names)]


def content(view: StepsView, context: PageContext) -> list[Content]:
    """Return the steps with what each adds, or why there are none."""
    shown = period(view.range, context.clock)
    model = steps_model(
        context.reader.steps(
            view.metric, view.line or None, view.family or None, shown.start, shown.end
        )
    )
    below = html.Span(f"{metric_name(view.metric).meaning}, {shown.words}", className="dim")
    if not model.rows:
        return [heading("Process steps", below=below), _no_steps(view, shown.words, model)]
    return [
        heading("Process steps", below=below),
        _verdict(model, view),
        _figure_card(model, view, context),
        _table_card(model, view),
    ]


def _no_steps(view: StepsView, words: str, model: StepsModel) -> html.Div:
    if model.other_model:
        return notice(
            f"No parts to compare in {words}",
            f"{model.other_model:,} parts were measured by one model at one station and by another "
            "at the next: their difference would be the models'.",
        )
    return notice(
        f"No part was seen at two stations in {words}",
        "Steps need the same part id at both stations of a line.",
        dcc.Link("Show all time", href=address(changed(view, {"range": "all"}))),
    )


def _verdict(model: StepsModel, view: StepsView) -> html.Div:
    unit = metric_name(view.metric).unit
    if model.most is None:
        return notice(
            "No step surely adds", "Every interval includes no change, or a fall.", tone="good"
        )
    most = model.most
    words = f"{_interval(most)} {unit}, over {most.increase.pairs:,} parts."
    if model.rival is not None:
        words += f" It cannot be told apart from {_name(model.rival)} yet."
    title = f"{_name(most)} adds most" if len(model.rows) > 1 else f"{_name(most)} adds"
    return notice(title, words, tone="warn")


def _figure_card(model: StepsModel, view: StepsView, context: PageContext) -> html.Section:
    name = metric_name(view.metric)
    figure = step_chart(
        [_bar(row) for row in model.rows], context.theme, axis=f"{name.label}, {name.unit}"
    )
    words = (
        f"Bars from the mean {name.label.lower()} before each step to the mean after it, for the "
        "same parts. The table below has the numbers."
    )
    return card(
        graph(figure, name="steps-graph", words=words),
        html.P(
            "Each bar runs from the mean before the step to the mean after it, of the same parts. "
            "The line is the interval of the change: 95 % for all steps together.",
            className="hint",
        ),
        title="From station to station",
    )


def _bar(row: StepRow) -> StepBar:
    change = row.increase
    tone = "unsure" if not change.certain else "worse" if change.mean > 0 else "better"
    # An interval without an end is not drawn beyond its bar.
    reach = change.high - change.mean
    reach = reach if reach < float("inf") else 0.0
    return StepBar(
        name=_name(row),
        before=row.level_before,
        after=row.level_after,
        low=row.level_after - reach,
        high=row.level_after + reach,
        tone=tone,
        hover=(
            f"<b>{escaped(_name(row))}</b><br>before {number(row.level_before)}, "
            f"after {number(row.level_after)}<br>change {_interval(row)}<br>{change.pairs:,} parts"
        ),
    )


def _table_card(model: StepsModel, view: StepsView) -> html.Section:
    heads = ["Line", "Step", "Parts", "Before", "After", "Change, 95 % together", "Days", ""]
    cells = [
        [
            row.line,
            f"{row.station_before} → {row.station}",
            f"{row.increase.pairs:,}",
            number(row.level_before),
            number(row.level_after),
            _interval(row),
            f"{row.increase.groups:,}",
            _judged(row),
        ]
        for row in model.rows
    ]
    left_out = (
        f" {model.other_model:,} parts are left out, as two models measured them."
        if model.other_model
        else ""
    )
    return card(
        table(heads, cells, caption="Process steps", numeric=(2, 3, 4, 5, 6)),
        html.P(
            f"Unit: {metric_name(view.metric).unit}. The intervals allow for days that differ where "
            f"there are {FEW_GROUPS} or more; with fewer they take parts as independent.{left_out}",
            className="hint",
        ),
        title="In numbers",
    )


def _judged(row: StepRow) -> html.Span:
    if not row.increase.certain:
        return badge("Not sure", tone="plain", icon_name="few")
    if row.increase.mean > 0:
        return badge("Adds", tone="bad", icon_name="signal")
    return badge("Removes", tone="good", icon_name="check")


def _name(row: StepRow) -> str:
    return f"{row.line}: {row.station_before} → {row.station}"


def _interval(row: StepRow) -> str:
    change = row.increase
    sign = "+" if change.mean > 0 else ""
    return f"{sign}{number(change.mean)} [{number(change.low)}, {number(change.high)}]"


PAGE = Page("/steps", "Steps", "steps", StepsView, filters, content, place="menu")
