"""What `blemish chart` is asked for, read from the command line and the table."""

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from jobs.errors import InputError
from jobs.tables.chart_table import ChartTable, read_table
from spc.chart import chart
from spc.layout import Source
from spc.options import ChartOptions
from spc.result import ChartResult
from spc.rule_text import rules_from_json

SEVERAL = ("t2", "mewma")
_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_LARGEST_RULE_FILE = 2**20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; None where it says nothing."""

    table: Path
    values: tuple[str, ...]
    kind: str | None = None
    rules: str = "nelson"
    baseline: str | None = None
    exclude: tuple[str, ...] = ()
    trial_limits: bool = False
    stage: str | None = None
    subgroup: str | None = None
    size: int | None = None
    window: str | None = None
    time: str | None = None
    opportunities: str | None = None
    part: str | None = None
    targets: str | None = None
    options: ChartOptions = field(default_factory=ChartOptions)
    target: float | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns to chart: several for a multivariate chart only."""
        if self.kind in SEVERAL:
            split = tuple(
                part.strip() for value in self.values for part in value.split(",") if part.strip()
            )
            if len(split) < 2:
                raise InputError(
                    f"a {self.kind} chart takes two columns or more, such as --value x,y"
                )
            return split
        if len(self.values) != 1:
            raise InputError(
                "one --value makes one chart; several columns make a chart with --chart t2 or mewma"
            )
        return self.values

    @property
    def advisable(self) -> bool:
        """Whether nothing is asked for that belongs to a chart already chosen."""
        others = (self.stage, self.part, self.targets, self.target)
        options = replace(self.options, budget=None)
        return self.rules == "nelson" and options == ChartOptions() and not any(others)

    @property
    def grouped(self) -> bool:
        """Whether values form subgroups."""
        return any(asked is not None for asked in (self.subgroup, self.size, self.window))

    def source(self, table: ChartTable) -> Source:
        """Return what the table gives beside the values, for subgroups and opportunities."""
        return Source(
            subgroup=_labels(table, self.subgroup),
            size=self.size,
            window=None if self.window is None else parse_window(self.window),
            times=table.times(self.time) if self.time else None,
            opportunities=table.numbers(self.opportunities) if self.opportunities else None,
        )

    def baseline_of(self, n: int) -> tuple[int, int]:
        """Return first and last point of the baseline, from 1; all `n` points by default."""
        asked = parse_baseline(self.baseline)
        if asked is None:
            return 1, n
        first, last = asked
        if not 1 <= first <= last <= n:
            raise InputError(f"the baseline {first}:{last} does not lie within the points 1:{n}")
        return asked

    def read(self) -> ChartTable:
        """Read the columns that are asked for."""
        others = (
            self.stage,
            self.subgroup,
            self.time,
            self.opportunities,
            self.part,
            self.targets,
        )
        return read_table(self.table, [*self.columns, *filter(None, others)])

    def evaluate(self, table: ChartTable, kind: str) -> ChartResult:
        """Draw the chart that is asked for, of this kind."""
        columns = [table.numbers(name) for name in self.columns]
        several = kind in SEVERAL
        # A z chart's groups are its part types; a moving average's size is its span.
        part = self.subgroup if kind == "z" and self.part is None else self.part
        subgroup = None if kind == "z" else self.subgroup
        return chart(
            np.column_stack(columns) if several else columns[0],
            kind=kind,
            rules=read_rules(self.rules),
            baseline=parse_baseline(self.baseline),
            exclusions=[parse_exclusion(text) for text in self.exclude],
            trial_limits=self.trial_limits,
            stage=_labels(table, self.stage),
            subgroup=_labels(table, subgroup),
            size=None if kind == "ma" else self.size,
            window=None if self.window is None else parse_window(self.window),
            times=table.times(self.time) if self.time else None,
            opportunities=table.numbers(self.opportunities) if self.opportunities else None,
            part=_labels(table, part),
            targets=table.numbers(self.targets) if self.targets else None,
            names=self.columns if several else (),
            options=self.options_for(kind),
        )

    def options_for(self, kind: str) -> ChartOptions:
        """Return what may be set on a chart of this kind."""
        options = self.options
        if self.target is not None:
            if options.center is not None:
                raise InputError("--target is another word for --center: give one of them")
            options = replace(options, center=self.target)
        if kind == "ma" and self.size is not None:
            options = replace(options, span=self.size)
        return options


def _labels(table: ChartTable, column: str | None) -> list[str] | None:
    return None if column is None else table.labels(column)


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


def parse_exclusion(text: str) -> tuple[int, str]:
    """Read `INDEX:REASON`, a point counted from 1 and why it is left out.

    Examples
    --------
    >>> parse_exclusion("7:dropped part")
    (6, 'dropped part')

    """
    match = re.fullmatch(r"(\d{1,9})(?::(.*))?", text.strip(), re.DOTALL)
    if match is None or int(match[1]) == 0:
        raise InputError(
            f"--exclude takes a point from 1 and a reason, such as 7:dropped, got {text!r}"
        )
    return int(match[1]) - 1, (match[2] or "").strip() or "excluded on the command line"


def parse_window(text: str) -> float:
    """Read a length of time such as 8h, in seconds.

    Examples
    --------
    >>> parse_window("8h"), parse_window("90 s"), parse_window("30min"), parse_window("1d")
    (28800.0, 90.0, 1800.0, 86400.0)

    """
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|min|h|d)", text.strip())
    if match is None:
        raise InputError(f"--window takes a length of time such as 30min, 8h or 1d, got {text!r}")
    return float(match[1]) * _UNITS[match[2]]


def read_rules(text: str) -> str:
    """Return a rule set as `spc` takes it; a name that ends in .json is a file of rules."""
    if not text.endswith(".json"):
        return text
    path = Path(text)
    try:
        if path.stat().st_size > _LARGEST_RULE_FILE:
            raise InputError(f"{path} is too large for a set of rules")
        return rules_from_json(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path}: {error}") from error
