"""Evaluations as rows for people: each figure with its interval, for the console and the card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from inference.classes import CLASS_NAMES
from inference.datasets.dataset import LabelledImage

SCORE_LABELS: Final[Mapping[str, str]] = {
    "iou": "IoU",
    "recall": "recall",
    "precision": "precision",
    "object_recall": "object recall",
    "object_precision": "object precision",
    "object_f1": "object F1",
}
AGREEMENT_LABELS: Final[Mapping[str, str]] = {
    "spearman": "rank correlation",
    "bias": "bias (found − true)",
    "scatter": "scatter",
}
_CLEAN_TIER: Final = "A"

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportedSet:
    """Images that a card reports on together: a title, and their names."""

    title: str
    names: frozenset[str]


def with_interval(value: float | None, interval: Sequence[float] | None, *, digits: int = 2) -> str:
    """A figure and its interval.

    Examples
    --------
    >>> with_interval(0.345, (0.27, 0.4)), with_interval(None, None)
    ('0.34 [0.27, 0.40]', '–')

    """
    if value is None:
        return "–"
    spread = "" if interval is None else " [{:z.{d}f}, {:z.{d}f}]".format(*interval, d=digits)
    return f"{value:z.{digits}f}{spread}"


def score_row(evaluation: Mapping[str, Any], defect_class: str) -> Row:
    """The scores of a class, in the order of `SCORE_LABELS`; `evaluation` as its `to_dict`."""
    scores, intervals = evaluation["classes"][defect_class], evaluation["intervals"][defect_class]
    return tuple(with_interval(scores[name], intervals[name]) for name in SCORE_LABELS)


def agreement_row(evaluation: Mapping[str, Any], metric: str) -> Row:
    """The agreement of a metric, in the order of `AGREEMENT_LABELS`."""
    values, intervals = evaluation["metrics"][metric], evaluation["metric_intervals"][metric]
    digits = {"spearman": 2, "bias": _digits(values), "scatter": _digits(values)}
    return tuple(
        with_interval(values[name], intervals[name], digits=digits[name])
        for name in AGREEMENT_LABELS
    )


def confusion_rows(evaluation: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """Of each true class the pixels by what they were called, and the same in percent."""
    return [
        (name, *counts, *(None if each is None else round(each, 2) for each in percentages))
        for name, counts, percentages in zip(
            CLASS_NAMES, evaluation["confusion"], evaluation["recall_pct"], strict=True
        )
    ]


def accuracy_text(evaluation: Mapping[str, Any]) -> str:
    """Pixel accuracy beside that of no defect anywhere, and the interval of the difference."""
    accuracy, background = evaluation["accuracy"], evaluation["background_accuracy"]
    if accuracy is None:
        return "pixel accuracy unknown: no pixel was judged"
    gain = with_interval(accuracy - background, evaluation["gain_interval"], digits=4)
    return f"pixel accuracy {accuracy:.4f}, all background {background:.4f}, gain {gain}"


def evaluation_markdown(evaluation: Mapping[str, Any]) -> str:
    """An evaluation, as its `to_dict` or the entry of a card, in Markdown tables."""
    classes = list(evaluation["classes"])
    columns = [score_row(evaluation, name) for name in classes]
    scores = list(zip(SCORE_LABELS.values(), *columns, strict=True))
    metrics = [(f"`{name}`", *agreement_row(evaluation, name)) for name in evaluation["metrics"]]
    confusion = [
        (f"pixels of {name}", *(_cell(value) for value in row))
        for name, *row in confusion_rows(evaluation)
    ]
    called = [f"called {name}" for name in CLASS_NAMES]
    return "\n\n".join(
        (
            f"{evaluation['n']} images; {accuracy_text(evaluation)}.",
            _table(("", *called, *(f"% {name}" for name in CLASS_NAMES)), confusion),
            _table(("", *classes), scores),
            _table(("metric", *AGREEMENT_LABELS.values()), metrics),
        )
    )


def reported_sets(
    items: Sequence[LabelledImage], tier_of: Mapping[str, str], *, calibrated: int
) -> tuple[ReportedSet, ...]:
    """The sets a card reports on: those that chose the thresholds, and the others, tier A apart.

    Parameters
    ----------
    items
        All labelled images, in the order of their names.
    tier_of
        Quality tier by name; empty where no tiers are known.
    calibrated
        How many of them, from the first on, chose the thresholds.

    """
    chosen = frozenset(item.name for item in items[:calibrated])
    others = frozenset(item.name for item in items[calibrated:])
    clean = frozenset(name for name, tier in tier_of.items() if tier == _CLEAN_TIER)
    sets = (
        ReportedSet("Reporting half", others),
        ReportedSet(f"Reporting half, tier {_CLEAN_TIER}", others & clean),
        ReportedSet("Calibration half (it chose the thresholds)", chosen),
        ReportedSet(f"Tier {_CLEAN_TIER} of both halves", clean & (chosen | others)),
    )
    return tuple(each for each in sets if each.names)


def _digits(values: Mapping[str, float | None]) -> int:
    """Two digits for what varies by ones, none for hundreds."""
    size = max(abs(values[name] or 0.0) for name in ("bias", "scatter"))
    return 2 if size < 10 else 0


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if isinstance(value, float) else f"{value:,}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
