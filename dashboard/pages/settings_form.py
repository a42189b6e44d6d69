"""The form that changes one characteristic, opened by `edit` in the address."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components import Content, named
from dashboard.metric_names import metric_name, short_unit
from dashboard.settings_words import KINDS, RULES, characteristic_words, plain
from dashboard.who_field import who_field
from warehouse.journal.characteristic_rules import RANGES, SITE_RULES
from warehouse.journal.characteristics import CharacteristicRow


def characteristic_dialog(
    row: CharacteristicRow, phase_id: int | None, *, others: int
) -> dmc.Modal:
    """Return the open form of a characteristic.

    Parameters
    ----------
    phase_id
        Its limits in force; None without any.
    others
        How many other streams have this metric.

    """
    allowed = RANGES[row.metric]
    return dmc.Modal(
        id="settings-dialog",
        title=characteristic_words(row),
        opened=True,
        closeButtonProps=named("Close"),
        size="lg",
        children=[
            dcc.Store(id="settings-seen", data=plain(row)),
            dcc.Store(id="settings-phase", data=phase_id),
            html.P(metric_name(row.metric).meaning, className="dim"),
            _limits(row) if allowed.limits else html.Div(_hidden_limits()),
            _chart(row) if allowed.charts else html.Div(_hidden_chart(row)),
            dmc.Switch(
                id="settings-enabled",
                label="Monitored: a tile, a chart and alerts",
                checked=row.enabled,
                size="sm",
            ),
            dmc.Checkbox(
                id="settings-others",
                label=f"Set the same specification on the {others:,} other streams with this metric",
                size="sm",
                radius="sm",
                checked=False,
                style={} if others and allowed.limits else {"display": "none"},
            ),
            html.Div(id="settings-preview", className="settings-preview", role="status"),
            who_field("settings-who"),
            dmc.TextInput(
                id="settings-reason",
                label="Reason",
                placeholder="drawing 4711, revision C",
                required=True,
            ),
            html.Div(
                html.Button("Save", id="settings-save", className="button button-main", n_clicks=0),
                className="form-buttons",
            ),
            html.P(id="settings-message", className="form-message", role="status"),
        ],
    )


def _limits(row: CharacteristicRow) -> html.Div:
    unit = short_unit(row.metric) or metric_name(row.metric).unit
    sides = (("lower", "Lower limit", row.spec_lower), ("upper", "Upper limit", row.spec_upper))
    return html.Div(
        [
            dmc.TextInput(
                id=f"settings-{side}",
                label=f"{words}, {unit}" if unit else words,
                description="empty: no limit",
                value="" if level is None else f"{level:.12g}",
                inputProps={"inputMode": "decimal"},
                debounce=300,
                className="grow",
            )
            for side, words, level in sides
        ],
        className="form-row",
    )


def _hidden_limits() -> list[Content]:
    """The fields of a metric that takes no limits: the callbacks of the form need them."""
    return [
        dmc.TextInput(id=f"settings-{side}", value="", style={"display": "none"})
        for side in ("lower", "upper")
    ]


def _chart(row: CharacteristicRow) -> html.Div:
    kinds = ["", *RANGES[row.metric].charts]
    return html.Div(
        [
            dmc.Select(
                id="settings-chart",
                label="Chart",
                data=[{"value": kind or "auto", "label": KINDS[kind]} for kind in kinds],
                value=row.chart or "auto",
                allowDeselect=False,
                comboboxProps={"withinPortal": True},
                className="grow",
            ),
            dmc.Select(
                id="settings-rules",
                label="Rules",
                description="its limits spend the whole false-alarm budget",
                data=[{"value": name, "label": RULES[name]} for name in SITE_RULES],
                value=row.rules,
                allowDeselect=False,
                comboboxProps={"withinPortal": True},
                className="grow",
            ),
        ],
        className="form-row",
    )


def _hidden_chart(row: CharacteristicRow) -> list[Content]:
    return [
        dmc.TextInput(id=f"settings-{name}", value=value, style={"display": "none"})
        for name, value in (("chart", "auto"), ("rules", row.rules))
    ]
