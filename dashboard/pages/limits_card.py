"""Where the limits of a chart come from, and the proposal that a person may approve."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import ChartView, address, changed
from dashboard.chart_model import ChartModel
from dashboard.components import Content, badge, button_link, card, facts
from dashboard.context import PageContext
from dashboard.figures.wording import number
from dashboard.metric_names import short_unit
from dashboard.provenance import false_alarm_words, method_words, provenance
from dashboard.reader import Approval, ChartData
from dashboard.stages import EvaluatedStage
from dashboard.who_field import who_field
from spc.phase import phase_from_dict
from warehouse.journal.phases import PhaseRow


def limits_card(data: ChartData, model: ChartModel, context: PageContext) -> html.Section:
    """Return the phases drawn, newest first, each with its provenance."""
    row = data.characteristic
    spec = [
        (words, f"{number(level)} {short_unit(row.metric)}".strip())
        for words, level in (
            ("Upper specification", row.spec_upper),
            ("Lower specification", row.spec_lower),
        )
        if level is not None
    ]
    stages: list[Content] = [
        _stage(stage, context, data.approvals.get(stage.row.phase_id), is_open=at == 0)
        for at, stage in enumerate(reversed(model.stages))
    ]
    return card(
        *(stages or [html.P("There are no control limits yet.", className="dim")]),
        facts(spec) if spec else html.P("No specification limit is set.", className="dim"),
        title="Limits",
        kind="limits",
    )


def _stage(
    stage: EvaluatedStage, context: PageContext, approval: Approval | None, *, is_open: bool
) -> html.Details:
    label = [html.Strong(f"#{stage.row.phase_id}"), _status(stage)]
    return html.Details(
        [
            html.Summary(label),
            facts(provenance(stage.row, stage.phase, context.clock, approval)),
            html.P(false_alarm_words(stage.phase), className="expectation"),
        ],
        open=is_open,
        className="phase",
    )


def _status(stage: EvaluatedStage) -> html.Span:
    if stage.row.status == "active":
        return badge("In force", tone="good", icon_name="check")
    if stage.row.status == "retired":
        return badge("Retired", tone="plain", icon_name="nodata")
    words = "Provisional" if stage.phase.provisional else "Proposed"
    return badge(words, tone="warn", icon_name="few")


def proposal_card(data: ChartData, view: ChartView, context: PageContext) -> html.Section | None:
    """Return the newest proposal with the form that puts it in force; None without one."""
    proposed = [row for row in data.phases if row.status == "proposed"]
    if not proposed:
        return None
    if (shadow := _in_shadow(data, proposed)) is not None:
        return shadow
    row = max(proposed, key=lambda one: one.phase_id)
    phase = phase_from_dict(row.phase)
    in_force = any(one.status == "active" for one in data.phases)
    if phase.provisional:
        words = (
            f"Limits from {phase.n:,} parts are provisional: they alarm nobody. "
            "With more parts better ones will be proposed."
        )
    else:
        words = (
            f"Limits from {phase.n:,} parts are proposed ({method_words(phase)}). They alarm "
            "nobody until a person approves them."
        )
    preview = (
        button_link(
            "Show the old limits" if view.phase else "Preview",
            address(changed(view, {"phase": 0 if view.phase else row.phase_id})),
        )
        if in_force
        else None
    )
    return card(
        html.P(words),
        preview,
        _form(row.phase_id) if context.may_decide and not phase.provisional else None,
        title=f"Limits #{row.phase_id} wait for approval" if not phase.provisional else None,
        kind="proposal",
    )


def _in_shadow(data: ChartData, proposed: list[PhaseRow]) -> html.Section | None:
    """Say that limits belong to a model in shadow; None where the newest ones do not."""
    row = max(proposed, key=lambda one: one.phase_id)
    if not len(data.series) or row.model_id in data.series.model_ids:
        return None
    return card(
        html.P(
            f"Limits #{row.phase_id} belong to model {row.model_id[:12]}, which has measured these "
            "parts in shadow only. They come in force with the model: "
            "blemish reprocess --activate MODEL_ID"
        ),
        kind="proposal",
    )


def _form(phase_id: int) -> html.Div:
    return html.Div(
        [
            dcc.Store(id="chart-proposal", data=phase_id),
            who_field("chart-approve-who", size="xs"),
            dmc.TextInput(
                id="chart-approve-reason",
                label="Reason",
                size="xs",
                placeholder="the baseline was a normal week",
                className="grow",
            ),
            html.Button("Approve", id="chart-approve", className="button button-main", n_clicks=0),
            html.Button("Turn down", id="chart-turn-down", className="button", n_clicks=0),
            html.P(id="chart-approve-message", className="form-message", role="status"),
        ],
        className="form-row",
    )
