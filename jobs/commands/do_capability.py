"""`blemish capability`."""

from dataclasses import dataclass
from pathlib import Path

from jobs.commands.output import print_json, print_table, say, show
from jobs.errors import InputError
from jobs.tables.capability_page import write_capability_page
from jobs.tables.chart_table import ChartTable, read_table
from spc.capability.attribute import ATTRIBUTE_METHODS
from spc.capability.attribute_report import attribute_capability
from spc.capability.capability import capability
from spc.capability.interval import Estimate
from spc.capability.report import Capability
from spc.capability.specification import Specification


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; None where it says nothing."""

    table: Path
    value: str
    lower: float | None = None
    upper: float | None = None
    target: float | None = None
    subgroup: str | None = None
    size: int | None = None
    method: str = "normal"
    estimator: str | None = None
    opportunities: str | None = None
    confidence: float = 0.95

    def refuse_contradictions(self) -> None:
        """Refuse options that do not go together.

        Raises
        ------
        InputError
            Limits or subgroups of counts; opportunities of measurements; two kinds of subgroups.

        """
        if self.subgroup is not None and self.size is not None:
            raise InputError("--subgroup and --size both make subgroups: give one of them")
        if self.method in ATTRIBUTE_METHODS:
            given = [
                option
                for option, value in (
                    ("--lsl", self.lower),
                    ("--usl", self.upper),
                    ("--target", self.target),
                    ("--subgroup", self.subgroup),
                    ("--size", self.size),
                    ("--estimator", self.estimator),
                )
                if value is not None
            ]
            if given:
                raise InputError(f"--method {self.method} takes no {given[0]}: every count is bad")
        elif self.opportunities is not None:
            raise InputError(
                f"--method {self.method} takes no --opportunities; binomial and poisson do"
            )

    def read(self) -> ChartTable:
        """Read the columns that are asked for."""
        columns = (self.value, self.subgroup, self.opportunities)
        return read_table(self.table, [name for name in columns if name is not None])


def run(asked: Asked, *, as_json: bool, html: Path | None) -> int:
    """Judge a column and print its indices."""
    asked.refuse_contradictions()
    table = asked.read()
    values = table.numbers(asked.value)
    report = _report(asked, table, values)
    if html is not None:
        title = f"Capability of {asked.value} ({asked.table.name})"
        write_capability_page(html, report, values, title=title)
    if as_json:
        print_json(report.to_dict())
    else:
        _print(report)
    return 0


def _report(asked: Asked, table: ChartTable, values: list[float]) -> Capability:
    if asked.method in ATTRIBUTE_METHODS:
        inspected = table.numbers(asked.opportunities) if asked.opportunities else None
        return attribute_capability(
            values, asked.method, opportunities=inspected, confidence=asked.confidence
        )
    return capability(
        values,
        Specification(asked.lower, asked.upper, asked.target),
        method=asked.method,
        subgroup=table.labels(asked.subgroup) if asked.subgroup else None,
        size=asked.size,
        estimator=asked.estimator,
        confidence=asked.confidence,
    )


def _print(report: Capability) -> None:
    show(f"method {report.method}, estimator {report.estimator}, {report.n} values")
    estimates = [
        *report.indices(),
        ("ppm", report.ppm),
        ("equivalent_ppk", report.equivalent_ppk),
        ("ppk_correlated", report.ppk_correlated),
    ]
    rows = [(name, each.value, each.low, each.high) for name, each in estimates if _stated(each)]
    share = f"{report.confidence:.4g}"
    print_table(("index", "value", f"low ({share})", f"high ({share})"), rows)
    rows_of_numbers = [
        ("mean", report.mean),
        ("sigma within", report.sigma_within),
        ("sigma overall", report.sigma_overall),
        ("observed ppm", report.observed_ppm),
        ("effective n", report.effective_n),
        *report.parameters,
    ]
    print_table(("", "number"), [row for row in rows_of_numbers if row[1] is not None])
    for index, how in report.intervals:
        show(f"interval of {index}: {how}")
    for note in report.notes:
        say(note)


def _stated(estimate: Estimate) -> bool:
    return estimate.value is not None or estimate.low is not None
