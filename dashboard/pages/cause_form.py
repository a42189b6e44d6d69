"""The form for the cause of a signal, opened by `signal` in the address so it can be linked."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import LONGEST, ChartView, LimitsView, address
from dashboard.chart_model import ChartModel
from dashboard.components import named
from dashboard.limits_draft import SEPARATOR
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
        closeButtonProps=named("Close"),
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
            html.P(
                [
                    "Points with a known cause teach no limits: ",
                    dcc.Link("try limits without them", href=address(without_points(group, view))),
                    ".",
                ],
                className="hint",
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


def without_points(group: SignalGroup, view: ChartView) -> LimitsView:
    """Return the page that tries limits out, with the points of a signal left out."""
    keys = dict.fromkeys(signal.completing_pass_id for signal in group.signals)
    found, length = [], 0
    for key in keys:
        # As many as an address holds; the page there takes more one by one.
        length += len(key) + len(SEPARATOR)
        if length > LONGEST:
            break
        found.append(key)
    return LimitsView(characteristic=view.characteristic, exclude=SEPARATOR.join(found))
