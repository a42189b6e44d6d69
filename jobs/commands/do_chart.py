"""`blemish chart`."""

import math
from pathlib import Path

import numpy as np

from jobs.commands.chart_request import Asked, parse_baseline
from jobs.commands.output import print_json, print_table, say, show
from jobs.errors import InputError
from jobs.tables.chart_page import write_chart_page
from jobs.tables.chart_table import ChartTable
from spc.advice import recommend_chart
from spc.advising.advice import FEWEST_FOR_ADVICE, Candidate
from spc.advising.advice import advise as full_advice
from spc.advising.design import DEFAULT_BUDGET
from spc.result import ChartResult, Panel, Signal
from spc.rules import rule_in_words

SHOWN_SIGNALS = 20


def run(asked: Asked, *, as_json: bool, html: Path | None) -> int:
    """Chart a column and print limits and signals."""
    table = asked.read()
    kind = asked.kind
    if kind is None:
        kind, reason = _fitting_kind(asked, table)
        say(f"chart {kind}: {reason}")
    result = asked.evaluate(table, kind)
    if html is not None:
        write_chart_page(html, result, title=f"{', '.join(asked.columns)} ({asked.table.name})")
    if as_json:
        print_json(result.to_dict())
    else:
        _print(result)
    return 0


def advise(asked: Asked, *, as_json: bool) -> int:
    """Say which chart fits the column, why, and what it costs."""
    if len(asked.columns) != 1:
        raise InputError("--advise looks at one column; give one --value")
    if not asked.plain:
        raise InputError(
            "--advise looks at single values: leave out subgroups, stages, opportunities, rules and "
            "the options of charts, or name a chart with --chart"
        )
    values = _baseline_values(asked, asked.read().numbers(asked.columns[0]))
    budget = DEFAULT_BUDGET if asked.options.budget is None else asked.options.budget
    if _known(values) < FEWEST_FOR_ADVICE:
        recommended = recommend_chart(values)
        return _show_kind(recommended.chart, recommended.reason, as_json=as_json)
    advice = full_advice(values, budget=budget)
    if as_json:
        chart = advice.recommended.chart
        print_json({"chart": chart, "advice": " ".join(advice.reasons), **advice.to_dict()})
        return 0
    show(f"{advice.recommended.chart}: {advice.reasons[0]}")
    for reason in advice.reasons[1:]:
        show(reason)
    print_table(
        ("chart", "rules", "flagged / 1000", "episodes / 1000", "until 1 sigma", "until doubled"),
        [_cost_row(advice.recommended), _cost_row(advice.textbook)],
    )
    return 0


def _cost_row(candidate: Candidate) -> tuple[object, ...]:
    cost = candidate.cost
    return (
        candidate.chart,
        candidate.rules,
        round(cost.flagged_points_per_1000, 1),
        round(cost.episodes_per_1000, 1),
        cost.delay_one_sigma,
        cost.delay_doubling,
    )


def _show_kind(chart: str, reason: str, *, as_json: bool) -> int:
    if as_json:
        print_json({"chart": chart, "advice": reason})
    else:
        show(f"{chart}: {reason}")
    return 0


def _fitting_kind(asked: Asked, table: ChartTable) -> tuple[str, str]:
    """The kind for a column that none was named for: the advised one where it can be learnt."""
    values = _baseline_values(asked, table.numbers(asked.columns[0]))
    recommended = recommend_chart(values)
    if asked.plain and _known(values) >= FEWEST_FOR_ADVICE:
        return "combined", recommended.reason
    return recommended.chart, recommended.reason


def _known(values: list[float]) -> int:
    return sum(not math.isnan(value) for value in values)


def _baseline_values(asked: Asked, values: list[float]) -> list[float]:
    first, last = parse_baseline(asked.baseline) or (1, len(values))
    return values[max(first - 1, 0) : last]


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
