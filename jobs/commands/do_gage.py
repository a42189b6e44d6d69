"""`blemish gage`."""

from dataclasses import dataclass
from pathlib import Path

from jobs.commands.output import print_json, print_table, show
from jobs.errors import InputError
from jobs.tables.chart_table import ChartTable, read_table
from spc.gage.anova import gage_anova
from spc.gage.attribute import Agreement, attribute_agreement
from spc.gage.average_range import gage_range
from spc.gage.report import GageReport

METHODS = ("anova", "range", "attribute")
FEWEST_CATEGORIES = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; None where it says nothing."""

    table: Path
    value: str
    part: str
    operator: str
    method: str = "anova"
    tolerance: float | None = None
    pooled_above: float = 0.25
    reference: str | None = None
    bad: str | None = None
    confidence: float = 0.95

    def refuse_contradictions(self) -> None:
        """Refuse an unknown method, and options that do not go with it.

        Raises
        ------
        InputError
            As said.

        """
        if self.method not in METHODS:
            raise InputError(
                f"there is no gage method '{self.method}'; the methods are: {', '.join(METHODS)}"
            )
        of_judgements = self.method == "attribute"
        if of_judgements and self.tolerance is not None:
            raise InputError("--method attribute takes no --tolerance: judgements have no width")
        if not of_judgements and (self.reference is not None or self.bad is not None):
            raise InputError(f"--method {self.method} takes no --reference and no --bad")

    def read(self) -> ChartTable:
        """Read the columns that are asked for."""
        columns = (self.value, self.part, self.operator, self.reference)
        return read_table(self.table, [name for name in columns if name is not None])


def run(asked: Asked, *, as_json: bool) -> int:
    """Judge a measurement system and print what varies."""
    asked.refuse_contradictions()
    table = asked.read()
    parts, operators = table.labels(asked.part), table.labels(asked.operator)
    if asked.method == "attribute":
        agreement = attribute_agreement(
            table.labels(asked.value),
            parts,
            operators,
            reference=table.labels(asked.reference) if asked.reference else None,
            bad=asked.bad,
            confidence=asked.confidence,
        )
        if as_json:
            print_json(agreement.to_dict())
        else:
            _print_agreement(agreement)
        return 0
    values = table.numbers(asked.value)
    if asked.method == "range":
        report = gage_range(values, parts, operators, tolerance=asked.tolerance)
    else:
        report = gage_anova(
            values,
            parts,
            operators,
            pooled_above=asked.pooled_above,
            tolerance=asked.tolerance,
            confidence=asked.confidence,
        )
    if as_json:
        print_json(report.to_dict())
    else:
        _print(report)
    return 0


def _print(report: GageReport) -> None:
    show(
        f"method {report.method}: {report.parts} parts, {report.operators} operators, "
        f"{report.trials} trials"
    )
    shares = (
        ("repeatability (EV)", report.ev),
        ("reproducibility (AV)", report.av),
        ("interaction", report.interaction),
        ("gage (GRR)", report.grr),
        ("parts (PV)", report.pv),
        ("total (TV)", report.tv),
    )
    print_table(
        ("variation", "sigma", "% of total"),
        [(name, sigma, 100 * sigma / report.tv) for name, sigma in shares],
    )
    low, high = report.grr_interval.low, report.grr_interval.high
    between = "" if low is None or high is None else f", between {low:.1f} and {high:.1f} %"
    show(f"GRR is {report.grr_percent_tv:.1f} % of the total variation{between}: {report.verdict}")
    if report.grr_percent_tolerance is not None:
        show(f"six GRR are {report.grr_percent_tolerance:.1f} % of the tolerance")
    if report.ndc is not None:
        enough = "" if report.ndc >= FEWEST_CATEGORIES else f", fewer than {FEWEST_CATEGORIES}"
        show(f"distinct categories: {report.ndc}{enough}")
    if report.interaction_p is not None:
        kept = "pooled with the error" if report.pooled else "kept"
        show(f"interaction of operators and parts: p = {report.interaction_p:.3f}, {kept}")


def _print_agreement(agreement: Agreement) -> None:
    show(
        f"method attribute: {agreement.parts} parts, {len(agreement.judges)} operators, "
        f"{agreement.trials} trials"
    )
    print_table(
        ("operator", "repeatability", "effectiveness", "kappa", "missed", "false alarms"),
        [
            (
                judge.name,
                judge.repeatability.value,
                judge.effectiveness.value,
                judge.kappa,
                judge.missed,
                judge.false_alarms,
            )
            for judge in agreement.judges
        ],
    )
    kappa = "not defined" if agreement.kappa is None else f"{agreement.kappa:.3f}"
    show(f"all operators agree on {agreement.agreement.value or 0.0:.1%} of the parts")
    show(f"Fleiss' kappa of all judgements: {kappa}")
