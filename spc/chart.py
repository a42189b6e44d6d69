"""One entry for every chart kind: values in, evaluated chart out; what `blemish chart` prints."""

from dataclasses import replace

import numpy as np

from spc.advice import advise
from spc.arrays import FloatArray, Values
from spc.baseline import Exclusions, baseline_values
from spc.errors import ChartError
from spc.false_alarms import replay_false_alarms
from spc.kinds import KINDS, ChartKind
from spc.layout import Labels, Layout, arrange
from spc.options import ChartOptions
from spc.result import ChartResult
from spc.rules import rule_set
from spc.simulation import LONGEST

# Fewer points than this do not show what their law is.
_FEWEST_FOR_FIGURES = 10


def chart(
    values: Values,
    *,
    kind: str,
    rules: str = "nelson",
    baseline: tuple[int, int] | None = None,
    exclusions: Exclusions = (),
    subgroup: Labels | None = None,
    size: int | None = None,
    opportunities: Values | None = None,
    options: ChartOptions | None = None,
    figures: bool = True,
) -> ChartResult:
    """Learn limits from a baseline and evaluate every point with them.

    Parameters
    ----------
    values : shape (n,), oldest first; NaN is missing.
    kind : chart kind, such as "imr"
    rules : name of a rule set
    baseline : first and last point of the baseline, counted from 1, both included
        The default is every point. Points outside never move the limits.
    exclusions : (index from 0, reason) of points of the baseline left out of the estimates
    subgroup : shape (n,), labels of the subgroups, for xbar-r and xbar-s
    size : values per subgroup, in place of labels
    opportunities : shape (n,), number inspected per point, for p, np, u, laney-p and laney-u
    options : given centre and sigma, estimator, λ, L, k, h
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
    if kind not in KINDS:
        raise ChartError(f"chart kind '{kind}' is not available yet; available: {', '.join(KINDS)}")
    chosen = KINDS[kind]
    rule_set(rules)
    options = options or ChartOptions()
    points = arrange(
        values, chosen.layout, subgroup=subgroup, size=size, opportunities=opportunities
    )
    first, last = baseline or (1, points.shape[0])
    base = baseline_values(points, first=first - 1, last=last - 1, exclusions=exclusions)
    result = chosen.evaluate(base, points, rules, options)
    phase = result.phase | {
        "first": first,
        "last": last,
        "exclusions": [{"index": index + 1, "reason": reason} for index, reason in exclusions],
    }
    advice = advise(kind, base) if chosen.layout is Layout.SINGLE else None
    result = replace(result, phase=phase, advice=advice)
    return _with_figures(result, chosen, base, options) if figures and rules != "none" else result


def _with_figures(
    result: ChartResult, kind: ChartKind, base: FloatArray, options: ChartOptions
) -> ChartResult:
    """Add the expected false alarms, where the baseline is long enough to know its law."""
    n = int(np.count_nonzero(~np.isnan(base.reshape(base.shape[0], -1)).all(axis=1)))
    if n < _FEWEST_FOR_FIGURES:
        return result

    def evaluate(drawn: FloatArray, points: FloatArray) -> ChartResult:
        return kind.evaluate(drawn, points, result.rules, options)

    alarms = replay_false_alarms(
        evaluate, kind.in_control(base, options), n=min(n, LONGEST), panels=kind.panels
    )
    if alarms is None:
        return result
    return replace(
        result,
        flagged_points_per_1000=alarms.flagged_points_per_1000,
        episodes_per_1000=alarms.episodes_per_1000,
    )
