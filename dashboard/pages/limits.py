"""Try limits out before they are stored: baseline, points left out, method, and what they cost."""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import ChartView, LimitsView, address, changed
from dashboard.chart_model import chart_model
from dashboard.components import (
    Content,
    button_link,
    card,
    choice,
    facts,
    graph,
    heading,
    notice,
    select,
    table,
)
from dashboard.context import Page, PageContext
from dashboard.figures.inputs import ChartStyle
from dashboard.figures.run_chart import run_chart_figure
from dashboard.figures.wording import number
from dashboard.limits_draft import (
    LimitsDraft,
    drawn_phases,
    excluded_passes,
    limits_draft,
    toggled,
)
from dashboard.metric_names import metric_name
from dashboard.pages.chart import characteristic_name, chosen_characteristic
from dashboard.pages.limits_form import limits_form
from dashboard.period import period
from dashboard.provenance import METHODS, false_alarm_words, provenance
from dashboard.reader import ChartData
from spc.phase import phase_from_dict
from warehouse.errors import UnknownRowError


def filters(view: LimitsView, context: PageContext) -> Content:
    """Return the choice of characteristic, baseline, method and beginning."""
    rows = context.reader.characteristics()
    methods = [{"value": "auto", "label": "By the data"}]
    methods += [{"value": kind, "label": words.capitalize()} for kind, words in METHODS.items()]
    return [
        select(
            "characteristic",
            "Characteristic",
            [{"value": row.characteristic_id, "label": characteristic_name(row)} for row in rows],
            chosen_characteristic(ChartView(characteristic=view.characteristic), rows),
            wide=True,
        ),
        _day("first", "Baseline from", view.first),
        _day("last", "to, included", view.last),
        select("method", "Method", methods, view.method),
        choice(
            "since",
            "In force",
            [
                {"value": "baseline", "label": "Behind the baseline"},
                {"value": "now", "label": "From now on"},
            ],
            view.since,
        ),
    ]


def _day(name: str, label: str, value: str) -> dmc.DateInput:
    return dmc.DateInput(
        id={"type": "filter", "name": name},
        label=label,
        value=value or None,
        valueFormat="D MMM YYYY",
        clearable=True,
        size="xs",
        className="filter",
    )


def content(view: LimitsView, context: PageContext) -> list[Content]:
    """Return the chart under the limits tried out, what they cost, and the form that stores them."""
    chosen = chosen_characteristic(
        ChartView(characteristic=view.characteristic), context.reader.characteristics()
    )
    try:
        data = context.reader.chart(chosen) if chosen else None
    except UnknownRowError:
        return [
            heading("Limits"),
            notice("No such characteristic", f"Nothing is charted under “{chosen}”.", tone="warn"),
        ]
    if data is None or not len(data.series):
        words = "Limits are learnt from parts; none has been measured here yet."
        return [heading("Limits"), notice("No part yet", words)]
    shown = changed(view, {"characteristic": chosen})
    draft = limits_draft(data, shown, context.clock, context.settings.limit_rules)
    return [
        _heading(data, shown),
        notice("No limits from this baseline", draft.problem, tone="warn")
        if draft.problem
        else None,
        html.Div(
            [_chart_card(data, draft, context), _cost_card(data, draft, context)],
            className="chart-columns",
        ),
        _excluded_card(data, draft, shown, context),
        limits_form(draft, shown) if context.may_decide and draft.row is not None else None,
    ]


def _heading(data: ChartData, view: LimitsView) -> html.Div:
    name = metric_name(data.characteristic.metric)
    stream = data.characteristic.stream
    below = f"{name.label}, line {stream.line}, station {stream.station}, {stream.tool}, {stream.family}"
    back = button_link(
        "Chart", address(ChartView(characteristic=view.characteristic)), icon_name="chart"
    )
    return heading("Try limits out", below=html.Span(below, className="dim"), beside=[back])


def _chart_card(data: ChartData, draft: LimitsDraft, context: PageContext) -> html.Section:
    tried = replace(data, phases=list(drawn_phases(draft)), signals=[], approvals={})
    model = chart_model(tried, period("all", context.clock), context.clock)
    figure = run_chart_figure(model.chart, ChartStyle(theme=context.theme))
    words = (
        f"Run chart of {metric_name(data.characteristic.metric).label.lower()} under the limits "
        "tried out; the baseline is shaded. The figures beside it say the same in words."
    )
    return card(
        graph(figure, name="limits-graph", words=words),
        html.P(
            "Click a point of the baseline to leave it out, again to take it in.", className="hint"
        ),
        kind="grow",
    )


def _cost_card(data: ChartData, draft: LimitsDraft, context: PageContext) -> html.Section:
    if draft.row is None or draft.phase is None:
        return card(html.P("Choose another baseline.", className="dim"), title="What they say")
    pairs = [
        pair
        for pair in provenance(draft.row, draft.phase, context.clock)
        if pair[0] not in ("Model", "Proposed")
    ]
    in_baseline = draft.last - draft.first + 1
    pairs += [
        ("Beyond, in the baseline", f"{draft.outside_baseline:,} of {in_baseline:,} parts"),
        ("Beyond, since then", f"{draft.outside_since:,} of {draft.since:,} parts"),
    ]
    if draft.phase.provisional:
        pairs.append(("Too short", "worth too few parts; they would be provisional"))
    now = next((row for row in data.phases if row.status == "active"), None)
    if now is not None:
        old = phase_from_dict(now.phase)
        words = f"centre {number(old.center)}, LCL {number(old.lcl)}, UCL {number(old.ucl)}"
        pairs.append((f"In force now, #{now.phase_id}", words))
    return card(
        facts(pairs),
        html.P(false_alarm_words(draft.phase), className="expectation"),
        title="What they say",
    )


def _excluded_card(
    data: ChartData, draft: LimitsDraft, view: LimitsView, context: PageContext
) -> html.Section | None:
    """Return the points left out, and those of the address that the baseline does not hold."""
    if not draft.excluded:
        return None
    series = data.series
    rows = [
        [
            series.part_ids[at],
            context.clock.words_of(series.captured_at[at]),
            number(float(series.values[at])),
            dcc.Link(
                "Take in again",
                href=address(changed(view, {"exclude": toggled(view, series.pass_ids[at])})),
            ),
        ]
        for at in draft.excluded
    ]
    outside = len(excluded_passes(view)) - len(draft.excluded)
    return card(
        table(["Part", "Captured", "Value", ""], rows, caption="Points left out", numeric=(2,)),
        html.P(f"{outside:,} more lie outside this baseline.", className="hint")
        if outside
        else None,
        title="Left out of the baseline",
    )


PAGE = Page("/limits", "Limits", "chart", LimitsView, filters, content, place="nowhere")
