"""The form that decides on one alert, opened by `alert` in the address so that it can be linked."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import AlertsView
from dashboard.alert_board import SILENCE_SCOPES, SILENCE_TIMES, AlertBoard
from dashboard.components import named
from dashboard.who_field import who_field
from warehouse.journal.alert_plan import EpisodeRow


def alert_dialog(board: AlertBoard, view: AlertsView) -> dmc.Modal | None:
    """Return the open form of the alert that the address names; None without one."""
    row = next((one for one in board.episodes if one.episode_id == view.alert), None)
    if row is None or row.state == "resolved":
        return None
    return dmc.Modal(
        id="alert-dialog",
        title=row.headline,
        opened=True,
        closeButtonProps=named("Close"),
        size="lg",
        children=[
            dcc.Store(id="alert-id", data=row.episode_id),
            html.P(_standing(row), className="dim"),
            who_field("alert-who"),
            dmc.TextInput(
                id="alert-reason",
                label="Note",
                description="Needed to investigate, resolve or silence",
                placeholder="what you saw, or what you do",
            ),
            html.Div(
                [
                    _act("Acknowledge", "acknowledged", main=row.state in ("pending", "firing")),
                    _act("Investigate", "investigating", main=row.state == "acknowledged"),
                    _act("Resolve", "resolved", main=row.state == "investigating"),
                ],
                className="form-buttons",
            ),
            html.Div(
                [
                    dmc.Select(
                        id="alert-silence-scope",
                        label="Silence",
                        data=[
                            {"value": key, "label": name} for key, name in SILENCE_SCOPES.items()
                        ],
                        value="alert",
                        allowDeselect=False,
                        comboboxProps={"withinPortal": True},
                    ),
                    dmc.Select(
                        id="alert-silence-time",
                        label="for",
                        data=[
                            {"value": key, "label": name}
                            for key, (_, name) in SILENCE_TIMES.items()
                        ],
                        value="8h",
                        allowDeselect=False,
                        comboboxProps={"withinPortal": True},
                    ),
                    _act("Silence", "silence", main=False),
                ],
                className="form-row",
            ),
            html.P(id="alert-message", className="form-message", role="status"),
        ],
    )


def _standing(row: EpisodeRow) -> str:
    meaning = {
        "pending": "It has fired a moment ago and will be mailed if it lasts.",
        "firing": "Nobody has taken it on yet.",
        "acknowledged": "Somebody knows of it; it ends by itself when the evidence is gone.",
        "investigating": "Somebody works on it; only a person ends it.",
    }
    return meaning.get(row.state, "")


def _act(words: str, act: str, *, main: bool) -> html.Button:
    return html.Button(
        words,
        id={"type": "alert-act", "name": act},
        className="button button-main" if main else "button",
        n_clicks=0,
    )
