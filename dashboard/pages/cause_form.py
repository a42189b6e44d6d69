"""The form for the cause of a signal, opened by `signal` in the address so it can be linked."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import ChartView
from dashboard.chart_model import ChartModel
from dashboard.signal_groups import SignalGroup
from dashboard.who_field import who_field

CODES = (
    "cleaning",
    "handling",
    "plating bath",
    "tool or fixture",
    "material lot",
    "operator",
    "camera or light",
    "segmentation model",
    "false alarm",
    "unknown",
)
"""What stood behind a signal; the text says the rest."""


def cause_dialog(model: ChartModel, view: ChartView) -> dmc.Modal | None:
    """Return the open form for the signal that the address names; None without one."""
    group = asked_group(model, view.signal)
    if group is None:
        return None
    cause = group.cause
    return dmc.Modal(
        id="chart-cause-dialog",
        title=f"Cause of signal {group.number}: {group.words}",
        opened=True,
        size="lg",
        children=[
            dcc.Store(id="chart-cause-signal", data=group.signals[0].signal_id),
            html.Div(
                [
                    dmc.Select(
                        id="chart-cause-code",
                        label="Cause",
                        data=list(CODES),
                        value=cause.code if cause and cause.code in CODES else None,
                        searchable=True,
                        required=True,
                        comboboxProps={"withinPortal": True},
                    ),
                    dmc.TextInput(
                        id="chart-cause-owner",
                        label="Owner",
                        value=cause.owner if cause else "",
                    ),
                    dmc.DateInput(
                        id="chart-cause-due",
                        label="Due",
                        value=cause.due.isoformat() if cause and cause.due else None,
                        valueFormat="D MMM YYYY",
                        clearable=True,
                    ),
                ],
                className="form-columns",
            ),
            dmc.Textarea(
                id="chart-cause-text",
                label="What happened",
                value=cause.text if cause else "",
                autosize=True,
                minRows=2,
            ),
            dmc.Textarea(
                id="chart-cause-action",
                label="What is done about it",
                value=cause.action if cause else "",
                autosize=True,
                minRows=2,
            ),
            who_field("chart-cause-who"),
            html.P(id="chart-cause-message", className="form-message", role="status"),
            html.Div(
                html.Button(
                    "Save", id="chart-cause-save", className="button button-main", n_clicks=0
                ),
                className="form-end",
            ),
        ],
    )


def asked_group(model: ChartModel, signal_id: str) -> SignalGroup | None:
    """Return the group that holds a signal; None when the period shows none such."""
    for group in model.groups:
        if any(signal.signal_id == signal_id for signal in group.signals):
            return group
    return None
