"""Where limits come from, in words: points, dates, method, model, who, when, why."""

from datetime import datetime

from dashboard.clock import PlantClock
from dashboard.figures.wording import number
from dashboard.reader import Approval
from dashboard.stages import EvaluatedStage
from spc.phase import Phase
from warehouse.journal.phases import PhaseRow

METHODS = {
    "nb": "negative binomial counts",
    "c": "Poisson counts",
    "two-part": "two-part law: share of zeros, and size above zero",
    "lognormal": "individuals, lognormal law",
    "imr": "individuals, normal law",
}


def method_words(phase: Phase) -> str:
    """Say which law the limits follow."""
    return METHODS.get(phase.chart, phase.chart)


def stage_label(row: PhaseRow) -> str:
    """Name a phase on the chart."""
    words = {"proposed": "proposed limits", "retired": "limits", "active": "limits"}
    return f"#{row.phase_id} {words[row.status]}"


def provenance(
    row: PhaseRow, phase: Phase, clock: PlantClock, approval: Approval | None = None
) -> list[tuple[str, str]]:
    """Return term and value of everything a person should know about a phase's limits."""
    effective = f", worth {phase.effective_n:,.0f} independent ones"
    points = f"{phase.n:,} parts" + (effective if phase.effective_n < 0.95 * phase.n else "")
    if phase.exclusions:
        points += f", {len(phase.exclusions)} excluded"
    facts = [
        ("Baseline", points),
        ("Captured", clock.span(row.first_pass_at, row.last_pass_at)),
        ("Method", method_words(phase)),
        ("Limits", _limits(phase)),
        ("Model", row.model_id[:12]),
        ("Proposed", _act(row.created_by, row.created_at, row.reason, clock)),
    ]
    if approval is not None:
        facts.append(("Approved", _act(approval.who, approval.at, approval.reason, clock)))
    return facts


def _act(who: str, at: datetime, reason: str, clock: PlantClock) -> str:
    words = f"by {who}, {clock.words(at)}"
    return f"{words}: {reason}" if reason else words


def provenance_lines(
    stage: EvaluatedStage, clock: PlantClock, approval: Approval | None = None
) -> list[str]:
    """Return the provenance as lines for a hover box."""
    facts = provenance(stage.row, stage.phase, clock, approval)
    return [stage_label(stage.row), *(f"{term}: {value}" for term, value in facts)]


def false_alarm_words(phase: Phase) -> str:
    """Say what the chart costs while nothing is wrong, the error of its limits included."""
    flagged = number(phase.flagged_points_per_1000)
    episodes = number(phase.episodes_per_1000)
    words = f"{flagged} flagged parts and {episodes} separate alarms per 1,000 parts"
    if phase.episodes_per_1000 <= 0:
        return f"While nothing changes, this chart is expected to raise {words}."
    parts = float(f"{1000 / phase.episodes_per_1000:.2g}")
    return (
        f"While nothing changes, this chart is expected to raise one false alarm in about "
        f"{parts:,.0f} parts ({words})."
    )


def _limits(phase: Phase) -> str:
    words = [f"centre {number(phase.center)}"]
    words += [f"LCL {number(phase.lcl)}"] if phase.lcl is not None else []
    words += [f"UCL {number(phase.ucl)}"] if phase.ucl is not None else []
    return ", ".join(words)
