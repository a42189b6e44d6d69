"""The period before and after the one a page shows, as links and for the keys `[` and `]`."""

import re
from dataclasses import fields
from datetime import date, timedelta

from dash import dcc, html

from dashboard.address import AnyView, address, changed
from dashboard.clock import PlantClock
from dashboard.components import Content, icon, named
from dashboard.period import RELATIVE, is_period

_DAYS = re.compile(r"(.{10})\.\.(.{10})")


def period_steps(view: AnyView, clock: PlantClock) -> html.Nav | None:
    """Return links to the periods before and after; None where a page has no period or all of it."""
    if not any(one.name == "range" and one.metadata.get("period") for one in fields(view)):
        return None
    shown = str(getattr(view, "range", ""))
    earlier, later = (stepped(shown, step, clock.today()) for step in (-1, 1))
    if earlier is None:
        return None
    return html.Nav(
        [
            _link([icon("previous"), "Earlier"], view, earlier),
            _link(["Later", icon("next")], view, later),
        ],
        className="neighbours period-steps",
        **named("Periods"),
    )


def stepped(text: str, step: int, today: date) -> str | None:
    """Return the period of the same length before (-1) or after (1); None where there is none.

    Nothing lies after today: the step that would pass it ends today, as a relative period where
    there is one of this length.

    Examples
    --------
    >>> today = date(2026, 5, 20)
    >>> stepped("7d", -1, today), stepped("7d", 1, today), stepped("all", -1, today)
    ('2026-05-07..2026-05-13', None, None)
    >>> stepped("2026-05-07..2026-05-13", 1, today)
    '7d'
    >>> stepped("2026-05-01..2026-05-02", 1, today)
    '2026-05-03..2026-05-04'

    """
    length, _ = RELATIVE.get(text, (None, ""))
    if length is not None:
        return _days(today - 2 * length + timedelta(days=1), length) if step < 0 else None
    found = _DAYS.fullmatch(text) if is_period(text) else None
    if found is None:
        return None
    first, last = (date.fromisoformat(day) for day in found.groups())
    span = last - first + timedelta(days=1)
    if step < 0:
        return _days(first - span, span) if first.year > 1900 else None
    if last >= today:
        return None
    if last + span < today:
        return _days(last + timedelta(days=1), span)
    same = [name for name, (length, _) in RELATIVE.items() if length == span]
    return same[0] if same else _days(today - span + timedelta(days=1), span)


def _days(first: date, span: timedelta) -> str:
    return f"{first}..{first + span - timedelta(days=1)}"


def _link(words: list[Content], view: AnyView, target: str | None) -> dcc.Link | html.Span:
    if target is None:
        return html.Span(words, className="button button-quiet button-off")
    href = address(changed(view, {"range": target, "page": 1}))
    return dcc.Link(words, href=href, className="button button-quiet")
