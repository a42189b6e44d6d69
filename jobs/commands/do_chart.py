"""`blemish chart`."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jobs.commands.output import print_json, print_table, say, show
from jobs.errors import InputError
from jobs.tables.chart_page import write_chart_page
from jobs.tables.chart_table import ChartTable, read_table
from spc.advice import recommend_chart
from spc.chart import chart
from spc.options import ChartOptions
from spc.result import ChartResult, Panel
from spc.rules import rule_in_words

SHOWN_SIGNALS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; None where it says nothing."""

    table: Path
    values: tuple[str, ...]
    kind: str | None = None
    rules: str = "nelson"
    baseline: str | None = None
    subgroup: str | None = None
    size: int | None = None
    opportunities: str | None = None
    center: float | None = None
    target: float | None = None
    sigma: float | None = None
    estimator: str | None = None
    smoothing: float | None = None
    width: float | None = None
    slack: float | None = None
    decision: float | None = None

    @property
    def value(self) -> str:
        """The one column to chart."""
        if len(self.values) != 1:
            raise InputError("one --value makes one chart; charts of several columns are to come")
        return self.values[0]

    def options(self) -> ChartOptions:
        """Return what may be set on a chart."""
        if self.center is not None and self.target is not None:
            raise InputError("--target is another word for --center: give one of them")
        return ChartOptions(
            center=self.target if self.center is None else self.center,
            sigma=self.sigma,
            estimator=self.estimator,
            smoothing=self.smoothing,
            width=self.width,
            slack=self.slack,
            decision=self.decision,
        )

    def read(self) -> ChartTable:
        """Read the columns that are asked for."""
        columns = (self.value, self.subgroup, self.opportunities)
        return read_table(self.table, [name for name in columns if name is not None])


def run(asked: Asked, *, as_json: bool, html: Path | None) -> int:
    """Chart a column and print limits and signals."""
    baseline = parse_baseline(asked.baseline)
    options = asked.options()
    table = asked.read()
    values = table.numbers(asked.value)
    kind = asked.kind
    if kind is None:
        recommended = recommend_chart(_part(values, baseline))
        kind = recommended.chart
        say(f"chart {kind}: {recommended.reason}")
    result = chart(
        values,
        kind=kind,
        rules=asked.rules,
        baseline=baseline,
        subgroup=table.labels(asked.subgroup) if asked.subgroup else None,
        size=asked.size,
        opportunities=table.numbers(asked.opportunities) if asked.opportunities else None,
        options=options,
    )
    if html is not None:
        write_chart_page(html, result, title=f"{asked.value} ({asked.table.name})")
    if as_json:
        print_json(result.to_dict())
    else:
        _print(result)
    return 0


def advise(asked: Asked, *, as_json: bool) -> int:
    """Say which chart fits the column, and why."""
    values = asked.read().numbers(asked.value)
    recommended = recommend_chart(_part(values, parse_baseline(asked.baseline)))
    if as_json:
        print_json({"chart": recommended.chart, "advice": recommended.reason})
    else:
        show(f"{recommended.chart}: {recommended.reason}")
    return 0


def parse_baseline(text: str | None) -> tuple[int, int] | None:
    """Read `A:B`, the first and the last point of the baseline, counted from 1.

    Examples
    --------
    >>> parse_baseline("1:20")
    (1, 20)

    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,9}):(\d{1,9})", text.strip())
    if match is None:
        raise InputError(f"--baseline takes first:last, such as 1:20, got {text!r}")
    return int(match[1]), int(match[2])


def _part(values: list[float], baseline: tuple[int, int] | None) -> list[float]:
    first, last = baseline or (1, len(values))
    return values[max(first - 1, 0) : last]


def _print(result: ChartResult) -> None:
    provisional = ", provisional" if result.phase.get("provisional") else ""
    show(f"chart {result.chart}, rules {result.rules}{provisional}")
    rows = [
        (panel.name, *(_level(panel, name) for name in ("lcl", "center", "ucl")))
        for panel in result.panels
    ]
    print_table(("panel", "lcl", "center", "ucl"), rows)
    if result.signals:
        found = [
            (signal.index + 1, signal.panel, rule_in_words(signal.rule), _run(signal.run))
            for signal in result.signals[:SHOWN_SIGNALS]
        ]
        print_table(("point", "panel", "rule", "points of the run"), found)
        if more := len(result.signals) - len(found):
            show(f"and {more} more; --json and --html have all of them")
    else:
        show("no signals")
    if result.flagged_points_per_1000 is not None:
        show(
            f"in control, {result.flagged_points_per_1000:.1f} of 1000 points would be flagged, "
            f"in {result.episodes_per_1000 or 0.0:.1f} episodes"
        )
    if result.advice:
        show(result.advice)


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
