"""`blemish chart`."""

from pathlib import Path

import numpy as np

from jobs.commands.chart_request import Asked
from jobs.commands.do_advise import fitting_kind
from jobs.commands.output import print_json, print_table, say, show
from jobs.tables.chart_page import write_chart_page
from spc.result import ChartResult, Panel, Signal
from spc.rules import rule_in_words

SHOWN_SIGNALS = 20


def run(asked: Asked, *, as_json: bool, html: Path | None) -> int:
    """Chart a column and print limits and signals."""
    table = asked.read()
    kind = asked.kind
    if kind is None:
        kind, reason = fitting_kind(asked, table)
        say(f"chart {kind}: {reason}")
    result = asked.evaluate(table, kind)
    if html is not None:
        write_chart_page(html, result, title=f"{', '.join(asked.columns)} ({asked.table.name})")
    if as_json:
        print_json(result.to_dict())
    else:
        _print(result)
    return 0


def _print(result: ChartResult) -> None:
    provisional = ", provisional" if result.phase.get("provisional") else ""
    show(f"chart {result.chart}, rules {result.rules}{provisional}")
    rows = [
        (panel.name, *(_level(panel, name) for name in ("lcl", "center", "ucl")))
        for panel in result.panels
    ]
    print_table(("panel", "lcl", "center", "ucl"), rows)
    _print_exclusions(result)
    _print_signals(result)
    if result.flagged_points_per_1000 is not None:
        show(
            f"in control, {result.flagged_points_per_1000:.1f} of 1000 points would be flagged, "
            f"in {result.episodes_per_1000 or 0.0:.1f} episodes"
        )
    if result.advice:
        show(result.advice)


def _print_exclusions(result: ChartResult) -> None:
    exclusions = result.phase.get("exclusions")
    if isinstance(exclusions, list) and exclusions:
        told = [(exclusion["index"], exclusion["reason"]) for exclusion in exclusions]
        print_table(("left out of the limits", "reason"), told)


def _print_signals(result: ChartResult) -> None:
    if not result.signals:
        show("no signals")
        return
    several = bool(result.contributions)
    found = [
        (
            signal.index + 1,
            signal.panel,
            rule_in_words(signal.rule),
            _run(signal.run),
            *([_blamed(result, signal)] if several else []),
        )
        for signal in result.signals[:SHOWN_SIGNALS]
    ]
    columns = ("point", "panel", "rule", "points of the run")
    print_table((*columns, "mostly by") if several else columns, found)
    if more := len(result.signals) - len(found):
        show(f"and {more} more; --json and --html have all of them")


def _blamed(result: ChartResult, signal: Signal) -> str:
    """Name the variable that adds most at the point of a signal."""
    return max(result.contributions, key=lambda name: result.contributions[name][signal.index])


def _level(panel: Panel, name: str) -> object:
    """A limit where it is the same for all points; else that it is not."""
    levels = getattr(panel, name)
    known = levels[~np.isnan(levels)]
    if known.size == 0:
        return None
    return float(known[0]) if np.ptp(known) == 0 else "per point"


def _run(run: tuple[int, int]) -> str:
    first, last = run
    return str(last + 1) if first == last else f"{first + 1}-{last + 1}"
