"""Models: what a newer one measured in shadow, which limits it would start with, and the decision."""

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import ChartView, ReprocessView, address
from dashboard.components import Content, badge, card, facts, heading, notice, select, table
from dashboard.context import Page, PageContext
from dashboard.figures.wording import number
from dashboard.metric_names import metric_name
from dashboard.pages.settings import stream_words
from dashboard.who_field import who_field
from warehouse.journal.model_trials import ModelTrial, TrialStatus
from warehouse.records import Stream

LOOKS: dict[TrialStatus, tuple[str, str, str]] = {
    "shadow": ("Waits for a decision", "warn", "few"),
    "active": ("In use", "good", "check"),
    "retired": ("Was in use", "plain", "nodata"),
    "turned down": ("Turned down", "plain", "nodata"),
}

HOW = (
    "A newer model is measured in shadow on the machine that runs blemish: "
    "blemish reprocess --site SITE --model FILE"
)


def filters(view: ReprocessView, context: PageContext) -> Content:
    """Return the choice of a model."""
    trials = [] if context.desk is None else context.desk.models()
    chosen = _chosen(trials, view)
    if chosen is None:
        return None
    listed = [
        {"value": one.model_id, "label": f"{one.name}, {context.clock.words(one.measured_at)}"}
        for one in trials
    ]
    return select("model", "Model", listed, chosen.model_id, wide=True)


def content(view: ReprocessView, context: PageContext) -> list[Content]:
    """Return the report of one model, with the form that decides about it."""
    trials = [] if context.desk is None else context.desk.models()
    trial = _chosen(trials, view)
    if trial is None:
        return [heading("Models"), notice("No model waits", HOW)]
    report = trial.report
    may_decide = context.desk is not None and context.desk.edits_characteristics
    return [
        heading(
            "Models",
            below=html.Span(f"{trial.name}, {trial.model_id[:12]}", className="dim"),
            beside=_badge(trial),
        ),
        html.Div(
            [_bias_card(report), _summary_card(trial, context)],
            className="chart-columns",
        ),
        _limits_card(report),
        _left_card(report),
        _decision(trial, may_decide=may_decide and context.may_decide_models),
    ]


def _chosen(trials: list[ModelTrial], view: ReprocessView) -> ModelTrial | None:
    """The model of the address, else one that waits, else the newest."""
    named = [one for one in trials if view.model and one.model_id.startswith(view.model)]
    waiting = [one for one in trials if one.status == "shadow"]
    return next(iter([*named, *waiting, *trials]), None)


def _badge(trial: ModelTrial) -> html.Span:
    words, tone, icon_name = LOOKS[trial.status]
    return badge(words, tone=tone, icon_name=icon_name)


def _summary_card(trial: ModelTrial, context: PageContext) -> html.Section:
    report = trial.report
    pairs: list[tuple[str, Content]] = [
        ("Measured", context.clock.words(trial.measured_at)),
        ("Parts compared", f"{report.get('parts', 0):,}"),
    ]
    for each in report.get("streams", ()):
        verdicts = each.get("verdicts", {})
        if verdicts.get("share") is not None:
            words = (
                f"{_stream(each['stream'])}: {100 * verdicts['share']:.3g} % of "
                f"{verdicts['pairs']:,} change: {verdicts['now_failed']:,} to fail, "
                f"{verdicts['now_passed']:,} to pass"
            )
            pairs.append(("Verdicts", words))
    if trial.decided_by is not None:
        when = "" if trial.decided_at is None else f", {context.clock.words(trial.decided_at)}"
        pairs.append(("Decided by", f"{trial.decided_by}{when}"))
        pairs.append(("Reason", trial.reason or "–"))
    return card(facts(pairs), title="The comparison")


def _bias_card(report: dict[str, Any]) -> html.Section:
    """The paired difference of each metric: bold where its interval excludes no difference."""
    rows = []
    for each in report.get("streams", ()):
        for metric in each["metrics"]:
            low, high = metric["low"], metric["high"]
            certain = low is not None and high is not None and (low > 0 or high < 0)
            words = f"{_signed(metric['difference'])}"
            rows.append(
                [
                    metric_name(metric["metric"]).label,
                    _stream(each["stream"]),
                    f"{metric['pairs']:,}",
                    number(metric["old_mean"]),
                    number(metric["new_mean"]),
                    html.Strong(words) if certain else words,
                    "–" if low is None else f"{_signed(low)} to {_signed(high)}",
                    number(metric["correlation"]),
                ]
            )
    heads = ["Metric", "Stream", "Parts", "Old", "New", "New − old", "95 % interval", "Correlation"]
    return card(
        table(heads, rows, caption="Paired differences, old to new", numeric=(2, 3, 4, 5, 6, 7)),
        html.P(
            "The same parts, measured by both models. A difference in bold is one that chance does "
            "not explain.",
            className="hint",
        ),
        title="Old and new on the same parts",
        kind="grow settings-wide",
    )


def _limits_card(report: dict[str, Any]) -> html.Section | None:
    """Limits in use beside those that the model would start with."""
    rows = []
    for each in report.get("limits", ()):
        stream, _, metric = each["characteristic"].rpartition(":")
        before, after = each["before"], each["proposed"]
        rows.append(
            [
                dcc.Link(
                    metric_name(metric).label,
                    href=address(ChartView(characteristic=each["characteristic"])),
                ),
                _stream(stream),
                *_three(before),
                *(_three(after) if after else ("–", "–", "–")),
                _remark(each),
            ]
        )
    if not rows:
        return None
    heads = ["Characteristic", "Stream", "Centre", "LCL", "UCL"]
    heads += ["New centre", "New LCL", "New UCL", "Remark"]
    return card(
        table(heads, rows, caption="Limits now and with the model", numeric=(2, 3, 4, 5, 6, 7)),
        title="Limits it would start with",
        kind="settings-wide",
    )


def _three(limits: dict[str, Any]) -> tuple[str, str, str]:
    return number(limits["center"]), number(limits["lcl"]), number(limits["ucl"])


def _remark(each: dict[str, Any]) -> str:
    if each["refusal"]:
        return f"no limits: {each['refusal']}"
    proposed = each["proposed"]
    words = f"from {proposed['n']:,} parts"
    return f"{words}, provisional" if proposed["provisional"] else words


def _left_card(report: dict[str, Any]) -> html.Section | None:
    listed = report.get("left_listed", ())
    if not listed:
        return None
    rows = [[each["pass_id"], each["reason"]] for each in listed]
    more = report.get("left", 0) - len(listed)
    return card(
        table(["Pass", "Why"], rows, caption="Passes that are not compared"),
        html.P(f"{more:,} more.", className="hint") if more > 0 else None,
        title="Not compared",
    )


def _decision(trial: ModelTrial, *, may_decide: bool) -> html.Section | None:
    if trial.status != "shadow":
        return None
    if not may_decide:
        words = "Nothing has changed yet: an engineer decides, here or with blemish reprocess."
        return card(html.P(words), kind="proposal")
    return card(
        html.P(
            "If approved, the next run measures with this model, and its limits are in force for "
            "parts captured after the last one that another model measured. What was measured "
            "before keeps its numbers and its limits."
        ),
        html.Div(
            [
                dcc.Store(id="model-id", data=trial.model_id),
                who_field("model-who", size="xs"),
                dmc.TextInput(
                    id="model-reason",
                    label="Reason",
                    size="xs",
                    required=True,
                    placeholder="finds the thin scratches",
                    className="grow",
                ),
                html.Button(
                    "Approve", id="model-activate", className="button button-main", n_clicks=0
                ),
                html.Button("Turn down", id="model-turn-down", className="button", n_clicks=0),
                html.P(id="model-message", className="form-message", role="status"),
            ],
            className="form-row",
        ),
        title="Decide about this model",
        kind="proposal",
    )


def _stream(key: str) -> str:
    return stream_words(Stream.from_key(key))


def _signed(value: float) -> str:
    words = number(value)
    return f"+{words}" if value > 0 else words


PAGE = Page("/reprocess", "Models", "model", ReprocessView, filters, content, place="menu")
