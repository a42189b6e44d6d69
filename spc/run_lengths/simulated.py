"""Run lengths by simulation, with standard errors: what has no finite chain.

Many series are drawn side by side and evaluated in one call, a missing value between them: it cuts
every rule. Series without a signal go on where they left off; the points that a rule may still
count are evaluated again with the new ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from spc.arrays import BoolArray, FloatArray
from spc.laws.law import Law
from spc.patterns import completing_points
from spc.rule import Rule
from spc.run_lengths.result import RunLength
from spc.simulation import Paths

# Takes values of shape (runs, n); gives z values and whether the points are outside the limits.
Scores = Callable[[FloatArray], tuple[FloatArray, BoolArray]]
# Takes values of shape (runs, n) and returns whether each point of a running chart signals.
Signals = Callable[[FloatArray], BoolArray]

RUNS = 10_000
# Points in control before a shift that does not come at the start.
BURN_IN = 100
# Values drawn at a time, and the points of one series that this may be.
_PIECE, _SHORTEST, _LONGEST = 400_000, 24, 2048
# Points that all series together may have before those without a signal are cut.
_MOST_POINTS = 12_000_000


@dataclass(frozen=True, slots=True)
class GroupedPaths:
    """Series of means of so many successive values; of the values themselves where `size` is 1."""

    paths: Paths
    size: int

    def take(self, n: int) -> FloatArray:
        """Return the next `n` means of every series, shape (runs, n)."""
        values = self.paths.take(n * self.size)
        if self.size == 1:
            return values
        means: FloatArray = values.reshape(values.shape[0], n, self.size).mean(axis=2)
        return means

    def keep(self, chosen: BoolArray) -> None:
        """Go on with these series only."""
        self.paths.keep(chosen)

    def change(self, law: Law) -> None:
        """Let the values follow `law` from the next one on."""
        self.paths.change(law)


def simulated_rules(
    rules: Sequence[Rule],
    paths: GroupedPaths | Paths,
    scores: Scores,
    *,
    runs: int = RUNS,
    after: Law | None = None,
) -> RunLength:
    """Run length of a rule set on simulated series.

    Parameters
    ----------
    rules : any, trend and alternation included
    paths : of `runs` series
    scores : of their values, as the chart computes them
    after : law that the values change to after a time in control without a signal.

    """
    overlap = max(rule.m for rule in rules)
    kept = np.empty((runs, 0))

    def signals(values: FloatArray) -> BoolArray:
        nonlocal kept
        known = kept.shape[1]
        both = np.concatenate([kept, values], axis=1)
        kept = both[:, max(both.shape[1] - overlap, 0) :]
        z, outside = scores(both)
        return rule_signals(rules, z, outside)[:, known:]

    def keep(chosen: BoolArray) -> None:
        nonlocal kept
        kept = kept[chosen]
        paths.keep(chosen)

    copies = Copies(signals, paths.take, keep)
    return simulated_run_length(copies, runs=runs, change=_change(paths, after))


def rule_signals(rules: Sequence[Rule], z: FloatArray, outside: BoolArray) -> BoolArray:
    """Return where any rule completes in many series side by side, shape (runs, n)."""
    runs, n = z.shape
    cut = np.full((runs, n + 1), np.nan)
    cut[:, :n] = z
    out = np.zeros((runs, n + 1), dtype=np.bool_)
    out[:, :n] = outside
    found = np.zeros(cut.size, dtype=np.bool_)
    for rule in rules:
        found |= completing_points(cut.ravel(), rule, outside=out.ravel())
    return found.reshape(runs, n + 1)[:, :n]


@dataclass(frozen=True, slots=True)
class Copies:
    """Many copies of a chart that run side by side.

    Attributes
    ----------
    signals : takes the next values of all copies, shape (copies, n), and remembers what it needs.
    take : draws so many further values for each copy.
    keep : drops the copies that have signalled.

    """

    signals: Signals
    take: Callable[[int], FloatArray]
    keep: Callable[[BoolArray], None]


def simulated_run_length(
    copies: Copies, *, runs: int = RUNS, change: Callable[[], None] | None = None
) -> RunLength:
    """Run length of a chart of which many copies run side by side.

    Parameters
    ----------
    copies : of the chart, `runs` of them
    change : of the process, which then comes after a time in control without a signal; run lengths
        count from it.

    """
    alive = runs
    method = f"simulation of {runs} runs"
    if change is not None:
        quiet = np.asarray(~copies.signals(copies.take(BURN_IN)).any(axis=1))
        copies.keep(quiet)
        alive = int(quiet.sum())
        change()
        method = f"{method}, shift after {BURN_IN} points without a signal"
    lengths = np.zeros(alive, dtype=np.intp)
    left = np.arange(alive)
    points = 0
    while left.size and points < _MOST_POINTS:
        piece = min(max(_PIECE // left.size, _SHORTEST), _LONGEST)
        found = copies.signals(copies.take(piece))
        signalled = np.asarray(found.any(axis=1))
        lengths[left] += np.where(signalled, found.argmax(axis=1) + 1, piece)
        points += left.size * piece
        left = left[~signalled]
        copies.keep(~signalled)
    return RunLength.of_sample(lengths, method, censored=left.size)


class AverageStep(Protocol):
    """A chart's statistic over many series side by side."""

    def signals(self, values: FloatArray) -> BoolArray:
        """Carry the statistic through the next values, shape (copies, n): where it signals."""

    def keep(self, chosen: BoolArray) -> None:
        """Go on with these copies only."""


def simulated_average(
    paths: Paths,
    step: AverageStep,
    *,
    runs: int = RUNS,
    after: Law | None = None,
) -> RunLength:
    """Run length of a chart whose statistic is carried from point to point.

    Parameters
    ----------
    paths : of `runs` series
    step : the statistic of the chart
    after : law that the values change to after a time in control without a signal.

    """
    copies = Copies(step.signals, paths.take, lambda chosen: _keep_both(paths, step, chosen))
    return simulated_run_length(copies, runs=runs, change=_change(paths, after))


def _keep_both(paths: Paths, step: AverageStep, chosen: BoolArray) -> None:
    paths.keep(chosen)
    step.keep(chosen)


def _change(paths: GroupedPaths | Paths, after: Law | None) -> Callable[[], None] | None:
    return None if after is None else partial(paths.change, after)
