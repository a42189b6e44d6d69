"""One entry for every chart kind: values in, evaluated chart out; what `blemish chart` prints."""

from dataclasses import dataclass, replace

import numpy as np

from spc.advice import advise
from spc.arrays import FloatArray, Values
from spc.baseline import Exclusions
from spc.errors import BaselineError, ChartError, SpcError
from spc.false_alarms import REPLAYS, replay_false_alarms
from spc.kinds import ChartKind, chart_kind
from spc.layout import Points, Source, arrange
from spc.learning import Lesson, learn
from spc.options import ChartOptions
from spc.result import ChartResult, JsonDict
from spc.rules import rule_set
from spc.simulation import LONGEST
from spc.stages import joined, stage_starts
from spc.subgrouping import Labels
from spc.task import Task

# Fewer points than this do not show what their law is.
_FEWEST_FOR_FIGURES = 10
# Each replay of a CUSUM of counts designs its limits by Markov chain: seconds in all.
_DESIGNED_REPLAYS = 40


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What holds for every stage of a chart."""

    name: str
    kind: ChartKind
    rules: str
    options: ChartOptions
    trial_limits: bool
    figures: bool


def chart(
    values: Values,
    *,
    kind: str,
    rules: str = "nelson",
    baseline: tuple[int, int] | None = None,
    exclusions: Exclusions = (),
    trial_limits: bool = False,
    stage: Labels | None = None,
    subgroup: Labels | None = None,
    size: int | None = None,
    window: float | None = None,
    times: Values | None = None,
    opportunities: Values | None = None,
    part: Labels | None = None,
    targets: Values | None = None,
    names: tuple[str, ...] = (),
    options: ChartOptions | None = None,
    figures: bool = True,
) -> ChartResult:
    """Learn limits from a baseline and evaluate every point with them.

    Parameters
    ----------
    values : shape (n,), or (n, variables) for t2 and mewma, oldest first; NaN is missing.
    kind : chart kind, such as "imr"
    rules : name of a rule set, or rules of one's own such as "nelson-1,2-of-3-beyond-1.5"
    baseline : first and last point of the baseline, counted from 1, both included
        The default is every point. Points outside never move the limits.
    exclusions : (index from 0, reason) of points of the baseline left out of the estimates, one at a
        time; `phase["steps"]` records each
    trial_limits : leave out points of the baseline outside their limits, step by step
    stage : shape (n,), labels; each run of equal labels has limits of its own
    subgroup : shape (n,), labels of the subgroups, for xbar-r, xbar-s, three-way and t2,
        and for the means of imr and combined
    size : values per subgroup, in place of labels
    window : seconds per subgroup, in place of labels; needs `times`
    times : shape (n,), seconds, rising
    opportunities : shape (n,), number inspected per point, for p, np, u, laney-p, laney-u and
        beta-binomial, and where given for nb and combined
    part, targets : shape (n,), part type and target of each value, for z
    names : of the variables, for t2 and mewma
    options : given centre and sigma, estimator, λ, L, k, h and what else a kind takes
    figures : whether to replay what the chart costs in false alarms (a fraction of a second)

    Returns
    -------
    ChartResult
        With limits also from short baselines, which `phase` then marks as provisional.

    Raises
    ------
    SpcError
        Its subclasses name values, baselines, options, kinds and rule sets that cannot be used.

    Examples
    --------
    >>> result = chart([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1], kind="imr")
    >>> round(result.center, 2), round(float(result.panels[0].ucl[0]), 2)
    (50.81, 55.8)
    >>> result.phase["provisional"]
    True

    """
    wishes = _Wishes(
        kind,
        chart_kind(kind, over=opportunities is not None),
        rules,
        options or ChartOptions(),
        trial_limits,
        figures,
    )
    rule_set(rules)
    source = Source(subgroup, size, window, times, opportunities, part, targets, names)
    points = arrange(values, wishes.kind.layout, source)
    if stage is None:
        result = _one_stage(points, wishes, baseline, exclusions)
    elif baseline is not None:
        raise ChartError("stages have their own baselines; give stages or a baseline, not both")
    else:
        result = _staged(points, wishes, stage, exclusions)
    if points.members is None:
        return result
    return replace(result, phase=result.phase | {"subgrouping": points.members.to_dict()})


def _one_stage(
    points: Points,
    wishes: _Wishes,
    baseline: tuple[int, int] | None,
    exclusions: Exclusions,
) -> ChartResult:
    first, last = baseline or (1, points.array.shape[0])
    lesson = Lesson(
        wishes.kind,
        points.array,
        first - 1,
        last - 1,
        exclusions,
        wishes.rules,
        wishes.options,
        points.names,
        points.times,
    )
    result, base = learn(lesson, trial_limits=wishes.trial_limits)
    special = wishes.options.law or wishes.options.autocorrelation
    if wishes.kind.advised and not special:
        result = replace(result, advice=advise(wishes.name, base))
    if not wishes.figures or wishes.kind.in_control is None or wishes.rules == "none":
        return result
    return _with_figures(result, lesson, base)


def _staged(points: Points, wishes: _Wishes, stage: Labels, exclusions: Exclusions) -> ChartResult:
    n = points.array.shape[0]
    starts, labels = stage_starts(stage, n, points.members)
    ends = np.append(starts[1:], n).tolist()
    stray = [index for index, _ in exclusions if not 0 <= index < n]
    if stray:
        raise BaselineError(f"point {stray[0] + 1} cannot be excluded: it is outside 1:{n}")
    results = []
    for label, start, end in zip(labels, starts.tolist(), ends, strict=True):
        own = [(index - start, reason) for index, reason in exclusions if start <= index < end]
        part = replace(
            points,
            array=points.array[start:end],
            times=None if points.times is None else points.times[start:end],
        )
        last_one = replace(wishes, figures=wishes.figures and end == n)
        try:
            result = _one_stage(part, last_one, None, own)
        except SpcError as error:
            raise type(error)(f"stage '{label}' (points {start + 1}:{end}): {error}") from error
        results.append(replace(result, phase=_shifted(result.phase, start)))
    return joined(results, starts, labels)


def _shifted(phase: JsonDict, start: int) -> JsonDict:
    """Count the points that a phase names within the whole series."""
    if start == 0:
        return phase

    def moved(value: object) -> object:
        if isinstance(value, list):
            return [moved(each) for each in value]
        if isinstance(value, dict):
            return {
                key: each + start if key == "index" else moved(each) for key, each in value.items()
            }
        return value

    shifted = {key: moved(value) for key, value in phase.items()}
    return shifted | {
        "first": _number(phase["first"]) + start,
        "last": _number(phase["last"]) + start,
    }


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _with_figures(result: ChartResult, lesson: Lesson, base: FloatArray) -> ChartResult:
    """Add the expected false alarms, where the baseline is long enough to know its law."""
    n = int(np.count_nonzero(~np.isnan(base.reshape(base.shape[0], -1)).all(axis=1)))
    if n < _FEWEST_FOR_FIGURES or lesson.kind.in_control is None:
        return result

    def evaluate(drawn: FloatArray, points: FloatArray) -> ChartResult:
        return lesson.kind.evaluate(
            Task(drawn, points, result.rules, lesson.options, names=lesson.names)
        )

    draw = lesson.kind.in_control(base, lesson.options)
    designed = lesson.options.law is not None and result.chart == "cusum"
    alarms = replay_false_alarms(
        evaluate,
        draw,
        n=min(n, LONGEST),
        panels=lesson.kind.panels,
        replays=_DESIGNED_REPLAYS if designed else REPLAYS,
    )
    if alarms is None:
        return result
    return replace(
        result,
        flagged_points_per_1000=alarms.flagged_points_per_1000,
        episodes_per_1000=alarms.episodes_per_1000,
    )
