"""One front for the run length of any chart kind: exact where there is a chain, simulated elsewhere."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from spc.arrays import BoolArray, FloatArray, IntArray
from spc.cusum import DEFAULT_DECISION, DEFAULT_SLACK
from spc.errors import ChartError
from spc.ewma import DEFAULT_SMOOTHING, DEFAULT_WIDTH
from spc.kinds import chart_kind
from spc.laws.law import Law
from spc.laws.normal import Normal
from spc.layout import Layout
from spc.moving_average import DEFAULT_SPAN
from spc.options import ChartOptions
from spc.rules import rule_set
from spc.run_lengths.changes import NO_CHANGE, Change, mean_of
from spc.run_lengths.exact import EXACT, count_limits
from spc.run_lengths.result import RunLength
from spc.run_lengths.simulated import (
    BURN_IN,
    AverageStep,
    GroupedPaths,
    Scores,
    simulated_average,
    simulated_rules,
)
from spc.run_lengths.situation import Situation
from spc.run_lengths.statistics import CusumCopies, EwmaCopies, MovingAverageCopies
from spc.simulation import SeriesModel
from spc.task import Task

STANDARD = SeriesModel(Normal(0.0, 1.0))

_RUNS = 10_000
_SEED = 20
# Charts that only their own code knows are run one by one, on limits from a very long baseline.
_SINGLE_RUNS, _BASELINE = 400, 4000
_FIRST, _LONGEST = 128, 8192


def run_length(
    kind: str,
    law: Law | SeriesModel = STANDARD,
    *,
    rules: str = "beyond-limits",
    options: ChartOptions | None = None,
    change: Change = NO_CHANGE,
    steady: bool = False,
    size: int = 1,
    chances: float = 1.0,
    dimensions: int = 1,
    seed: int = _SEED,
) -> RunLength:
    """Run length of a chart whose limits come from an endless baseline.

    Parameters
    ----------
    kind : chart kind, such as "imr"
    law : of single values in control; a `SeriesModel` where they are autocorrelated. For p and np
        its mean is the share nonconforming, for u the rate.
    rules : name of a rule set
    options : of the chart; λ, L, k, h, given centre and sigma. For t2 and mewma the limit is
        `decision`.
    change : of the process
    steady : the change comes after a time in control without a signal, as it does on a chart that
        has run for long; else it is there from the first point on.
    size : values per subgroup
    chances : opportunities per point, for p, np and u
    dimensions : values per point, for t2 and mewma; the change is then a Mahalanobis distance.
    seed : of the simulation, where there is one

    Returns
    -------
    RunLength
        Exact, with no standard error, for Shewhart charts of any law with every rule over zones
        (Champ and Woodall), limits on autocorrelated values, EWMA, CUSUM, T² and MEWMA charts;
        simulated for trend and alternation, moving averages, averages of autocorrelated values and
        the other kinds.

    Raises
    ------
    ChartError
        A kind without run lengths, or options it does not take.

    Examples
    --------
    >>> round(run_length("imr").arl, 1), round(run_length("imr", rules="western-electric").arl, 2)
    (370.4, 91.75)
    >>> late = run_length("ewma", change=Change(sigmas=1.0), steady=True)
    >>> round(late.arl, 1), late.median
    (10.3, 9)

    """
    model = law if isinstance(law, SeriesModel) else SeriesModel(law)
    case = Situation(
        kind=kind,
        model=model,
        rules=rule_set(rules),
        change=change,
        steady=steady and not change.is_none,
        options=options or ChartOptions(),
        size=size,
        chances=chances,
        dimensions=dimensions,
    )
    if not case.rules:
        raise ChartError("without rules a chart never signals; choose a rule set")
    chart_kind(kind)
    if kind in EXACT and (found := EXACT[kind](case)) is not None:
        return found
    if kind in _STATISTICS:
        step = _STATISTICS[kind](case)
        after = case.after if case.steady else None
        return simulated_average(case.paths(seed, _RUNS), step, runs=_RUNS, after=after)
    if kind in _SCORES:
        after = case.after if case.steady else None
        paths = GroupedPaths(case.paths(seed, _RUNS), case.size)
        return simulated_rules(case.rules, paths, _SCORES[kind](case), runs=_RUNS, after=after)
    return _one_by_one(case, rules, seed)


def _ewma_copies(case: Situation) -> AverageStep:
    if case.options.autocorrelation not in (None, "none"):
        raise ChartError(
            "the run length of an EWMA chart with autocorrelation in its limits: give the width as a "
            "plain chart of the same values would have it"
        )
    return EwmaCopies(
        _RUNS,
        center=case.center,
        sigma=case.sigma,
        smoothing=case.options.smoothing or DEFAULT_SMOOTHING,
        width=case.options.width or DEFAULT_WIDTH,
        asymptotic=False,
    )


def _cusum_copies(case: Situation) -> AverageStep:
    options = case.options
    return CusumCopies(
        _RUNS,
        center=case.center,
        sigma=case.sigma,
        slack=DEFAULT_SLACK if options.slack is None else options.slack,
        decision=DEFAULT_DECISION if options.decision is None else options.decision,
        head_start=options.head_start or 0.0,
    )


def _moving_average_copies(case: Situation) -> AverageStep:
    return MovingAverageCopies(
        _RUNS,
        center=case.center,
        sigma=case.sigma,
        span=case.options.span or DEFAULT_SPAN,
        width=case.options.width or 3.0,
    )


def _measured_scores(case: Situation) -> Scores:
    center, sigma = case.center, case.sigma

    def scores(values: FloatArray) -> tuple[FloatArray, BoolArray]:
        z = (values - center) / sigma
        return z, np.asarray(np.abs(z) > 3)

    return scores


def _mean_scores(case: Situation) -> Scores:
    """Of subgroup means, sigma within subgroups taken as that of independent values of the law."""
    center = mean_of(case.before) if case.options.center is None else case.options.center
    sigma = case.before.sigma if case.options.sigma is None else case.options.sigma
    error = sigma / math.sqrt(case.size)

    def scores(values: FloatArray) -> tuple[FloatArray, BoolArray]:
        z = (values - center) / error
        return z, np.asarray(np.abs(z) > 3)

    return scores


def _counted_scores(case: Situation) -> Scores:
    law, (lcl, ucl) = case.before, count_limits(case)

    def scores(values: FloatArray) -> tuple[FloatArray, BoolArray]:
        z = law.z(values.ravel()).reshape(values.shape)
        return z, np.asarray((values > ucl) | (values < lcl))

    return scores


_STATISTICS: Mapping[str, Callable[[Situation], AverageStep]] = MappingProxyType(
    {"ewma": _ewma_copies, "cusum": _cusum_copies, "ma": _moving_average_copies}
)
_SCORES: Mapping[str, Callable[[Situation], Scores]] = MappingProxyType(
    {
        "imr": _measured_scores,
        "xbar-r": _mean_scores,
        "xbar-s": _mean_scores,
        "c": _counted_scores,
        "nb": _counted_scores,
    }
)


def _one_by_one(case: Situation, rules: str, seed: int) -> RunLength:
    """Run the chart itself on series after series, with limits from one long baseline."""
    kind = chart_kind(case.kind)
    if kind.layout is not Layout.SINGLE or kind.in_control is None:
        raise ChartError(
            f"the run length of {case.kind} charts is not known here; use chart's figures"
        )
    random = np.random.default_rng(seed)
    base = case.model.draw(random, _BASELINE)
    lengths: list[int] = []
    censored = 0
    start = BURN_IN if case.steady else 0

    def flagged(points: FloatArray) -> list[int]:
        signals = kind.evaluate(Task(base, points, rules, case.options)).signals
        return [s.index for s in signals if kind.panels is None or s.panel in kind.panels]

    for _ in range(_SINGLE_RUNS):
        length = _first_signal(case, flagged, random, start)
        if length is None:
            continue
        censored += length > _LONGEST
        lengths.append(min(length, _LONGEST))
    found: IntArray = np.array(lengths, dtype=np.intp)
    return RunLength.of_sample(found, f"simulation of {found.size} charts", censored=censored)


def _first_signal(
    case: Situation,
    flagged: Callable[[FloatArray], list[int]],
    random: np.random.Generator,
    start: int,
) -> int | None:
    """Points until the first signal; None where one came before the change."""
    first = case.before if case.steady else case.after
    paths = SeriesModel(first, case.model.share, case.model.decay).paths(random, 1)
    points = paths.take(start)[0] if start else np.empty(0)
    paths.change(case.after)
    piece = _FIRST
    while points.size - start < _LONGEST:
        points = np.concatenate([points, paths.take(piece)[0]])
        piece = points.size
        if found := flagged(points):
            at = min(found)
            return at - start + 1 if at >= start else None
    return _LONGEST + 1
