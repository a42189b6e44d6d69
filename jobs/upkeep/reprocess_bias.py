"""By how much a new model measures other than the one before, on the same parts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spc.paired import paired_increase
from warehouse.records import METRICS, Stream
from warehouse.shadow import ShadowPairs

FEW_PAIRS = 3
"""Below so many pairs a correlation says nothing."""


@dataclass(frozen=True, slots=True)
class MetricBias:
    """One metric on one stream: means, their paired difference (new − old), how close both are.

    Attributes
    ----------
    low, high : float or None
        95 % interval of the difference, allowing for days that differ; None with a single part.
    correlation : float or None
        Pearson's, between old and new; None where one of them does not vary.

    """

    metric: str
    pairs: int
    old_mean: float
    new_mean: float
    difference: float
    low: float | None
    high: float | None
    correlation: float | None

    @property
    def certain(self) -> bool:
        """Whether the interval excludes no difference."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class VerdictChanges:
    """Parts whose verdict would be another one, of those that are judged at all."""

    pairs: int
    now_failed: int
    now_passed: int

    @property
    def share(self) -> float | None:
        """Share of parts whose verdict changes; None without specification limits."""
        return (self.now_failed + self.now_passed) / self.pairs if self.pairs else None


@dataclass(frozen=True, slots=True)
class StreamBias:
    """All of it for one stream; `models_before` made the numbers it is compared with."""

    stream: Stream
    models_before: tuple[str, ...]
    parts: int
    metrics: tuple[MetricBias, ...]
    verdicts: VerdictChanges


def stream_bias(stream: Stream, pairs: ShadowPairs) -> StreamBias:
    """Return the bias of every metric of a stream that has at least one pair."""
    days = pairs.captured_at.astype("datetime64[D]")
    return StreamBias(
        stream=stream,
        models_before=tuple(sorted(set(pairs.models_before))),
        parts=len(pairs.pass_ids),
        metrics=tuple(
            metric_bias(metric, pairs.old[metric], pairs.new[metric], days) for metric in METRICS
        ),
        verdicts=verdict_changes(pairs.passed_before, pairs.passed),
    )


def metric_bias(
    metric: str,
    old: NDArray[np.float64],
    new: NDArray[np.float64],
    days: NDArray[np.datetime64],
) -> MetricBias:
    """Return the paired difference of two measurements of the same parts.

    Parameters
    ----------
    old, new : shape (n,), n >= 1
        The same parts in the same order, in the unit of the metric.
    days : shape (n,)
        The day of each part: parts of one day resemble each other (`spc.paired`).

    Examples
    --------
    Four parts of one day that differ by 0, 1, 2 and 3, as in `spc.paired`:

    >>> day = np.array(["2026-03-02"] * 4, dtype="datetime64[D]")
    >>> found = metric_bias("stain_count", np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 5, 7]), day)
    >>> found.difference, round(found.high, 4), found.correlation
    (1.5, 3.5543, 1.0)

    """
    change = new - old
    _, group = np.unique(days, return_inverse=True)
    found = paired_increase(
        np.bincount(group),
        np.bincount(group, weights=change),
        np.bincount(group, weights=np.square(change)),
    )
    is_known = bool(np.isfinite(found.low) and np.isfinite(found.high))
    return MetricBias(
        metric=metric,
        pairs=found.pairs,
        old_mean=float(old.mean()),
        new_mean=float(new.mean()),
        difference=found.mean,
        low=found.low if is_known else None,
        high=found.high if is_known else None,
        correlation=_correlation(old, new),
    )


def verdict_changes(before: Sequence[bool | None], after: Sequence[bool | None]) -> VerdictChanges:
    """Count the parts whose verdict changes.

    Examples
    --------
    >>> verdict_changes([True, True, False, None], [True, False, True, None])
    VerdictChanges(pairs=3, now_failed=1, now_passed=1)

    """
    judged = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if old is not None and new is not None
    ]
    return VerdictChanges(
        pairs=len(judged),
        now_failed=sum(old and not new for old, new in judged),
        now_passed=sum(new and not old for old, new in judged),
    )


def _correlation(old: NDArray[np.float64], new: NDArray[np.float64]) -> float | None:
    if old.size < FEW_PAIRS or np.ptp(old) == 0 or np.ptp(new) == 0:
        return None
    return round(float(np.corrcoef(old, new)[0, 1]), 12)
