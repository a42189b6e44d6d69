"""The strip about the newest run: what became of every file it saw."""

from datetime import datetime

from dash import html

from dashboard.components import Content, badge, icon, named
from dashboard.context import PageContext
from dashboard.errors import without_folders
from warehouse.records import RunRow


def run_strip(
    run: RunRow | None, published_at: datetime | None, context: PageContext
) -> html.Section | None:
    """Return the newest run in words and figures; None when there was none."""
    if run is None:
        return None
    button = html.Button(
        [icon("run"), "Run now"], id="overview-run-now", className="button", n_clicks=0
    )
    return html.Section(
        [
            html.Div(
                [
                    html.H2(f"Run {run.run_id}"),
                    html.P(run_words(run, published_at, context), className="dim"),
                    html.P(share_words(run), className="dim") if run.finished_at else None,
                ],
                className="run-head",
            ),
            _ledger(run),
            html.Div(
                [_identity_badge(run), button if context.can_run else None],
                className="run-actions",
            ),
        ],
        className="card run-strip",
        **named("The newest run"),
    )


def run_words(run: RunRow, published_at: datetime | None, context: PageContext) -> str:
    """Say when the run ended, and when its results were published."""
    clock = context.clock
    if run.finished_at is None:
        return f"in progress since {clock.short(run.started_at)} ({run.trigger})"
    words = f"finished {clock.short(run.finished_at)}, {clock.age(run.finished_at)} ({run.trigger})"
    if published_at is not None and published_at < run.finished_at:
        words += f"; pages show {clock.short(published_at)}"
    return words


def share_words(run: RunRow) -> str:
    """Say how much of what was looked at anew was refused, and how much waits.

    Examples
    --------
    >>> moment = datetime(2026, 1, 1)
    >>> share_words(RunRow(1, moment, moment, "", None, 210, 198, 2, 1, 9, 0, None))
    '1 % quarantined, 9 files wait'
    >>> share_words(RunRow(1, moment, moment, "", None, 9, 0, 0, 0, 0, 9, None))
    'nothing new, no file waits'

    """
    judged = run.measured + run.quarantined
    share = f"{100 * run.quarantined / judged:.2g} % quarantined" if judged else "nothing new"
    waiting = {0: "no file waits", 1: "1 file waits"}.get(
        run.deferred, f"{run.deferred:,} files wait"
    )
    return f"{share}, {waiting}"


def identity_holds(run: RunRow) -> bool:
    """Tell whether every file seen is accounted for.

    Examples
    --------
    >>> moment = datetime(2026, 1, 1)
    >>> identity_holds(RunRow(1, moment, moment, "", None, 9, 5, 1, 1, 1, 1, None))
    True

    """
    return run.seen == run.measured + run.quarantined + run.ignored + run.deferred + run.known


def _identity_badge(run: RunRow) -> html.Span:
    if run.error:
        return badge(f"Stopped: {without_folders(run.error)}", tone="bad", icon_name="error")
    if run.finished_at is None:
        return badge("Running", tone="plain", icon_name="run")
    if identity_holds(run):
        return badge("Every file accounted for", tone="good", icon_name="check")
    return badge("Files unaccounted for", tone="bad", icon_name="error")


def _ledger(run: RunRow) -> html.P:
    """Write the identity out: seen = measured + quarantined + …."""
    terms = [
        (run.measured, "measured"),
        (run.quarantined, "quarantined"),
        (run.ignored, "ignored"),
        (run.deferred, "deferred"),
        (run.known, "known"),
    ]
    words: list[Content] = [_count(run.seen, "seen"), html.Span("=", className="sign")]
    for at, (count, word) in enumerate(terms):
        words += [html.Span("+", className="sign")] if at else []
        words.append(_count(count, word))
    return html.P(words, className="ledger")


def _count(count: int, word: str) -> html.Span:
    return html.Span(
        [html.Strong(f"{count:,}"), " ", word], className="count" if count else "count count-none"
    )
