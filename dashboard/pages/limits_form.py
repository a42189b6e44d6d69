"""The form that stores limits that were tried out."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import LimitsView, query_of
from dashboard.components import card
from dashboard.limits_draft import LimitsDraft
from dashboard.who_field import who_field


def limits_form(draft: LimitsDraft, view: LimitsView) -> html.Section:
    """Return name, reason, whom else it concerns, and what to do with the limits."""
    assert draft.phase is not None
    excluded = len(draft.excluded)
    why = (
        f"why these limits, and why {excluded:,} points are left out"
        if excluded
        else "the process was changed on that day"
    )
    in_force = (
        None
        if draft.phase.provisional
        else html.Button(
            "Put in force", id="limits-use", className="button button-main", n_clicks=0
        )
    )
    return card(
        html.Div(
            [
                # What is stored is what is shown, whatever the address says by then.
                dcc.Store(id="limits-tried", data=query_of(view)),
                who_field("limits-who", size="xs"),
                dmc.TextInput(
                    id="limits-reason",
                    label="Reason",
                    size="xs",
                    required=True,
                    placeholder=why,
                    className="grow",
                ),
                dmc.Checkbox(
                    id="limits-others",
                    label="Propose the same baseline and method for other streams, too",
                    size="xs",
                    radius="sm",
                ),
                in_force or html.Span(id="limits-use"),
                html.Button("Propose", id="limits-propose", className="button", n_clicks=0),
                html.P(id="limits-message", className="form-message", role="status"),
            ],
            className="form-row",
        ),
        title="Store these limits",
        kind="proposal",
    )
