"""MEWMA chart: a multivariate EWMA, with a limit computed for the run length that is asked for."""

import math
from functools import lru_cache

import numpy as np

from spc.arrays import FloatArray
from spc.errors import ChartError
from spc.ewma import exponential_average
from spc.multivariate import MultiBaseline, contributions, squared_distance
from spc.patterns import beyond_limits, limit_rule
from spc.result import ChartResult, Panel, Signal
from spc.run_lengths.mewma import mewma_run_length

# The weight of the examples in Lowry and others (1992), and the run length of Shewhart limits.
DEFAULT_SMOOTHING = 0.1
DEFAULT_ARL = 370.0
# Points looked back over at first for the start of a run.
_SHORTEST_LOOK = 32


def mewma_chart(
    points: FloatArray,
    baseline: MultiBaseline,
    *,
    names: tuple[str, ...],
    smoothing: float = DEFAULT_SMOOTHING,
    limit: float | None = None,
    arl: float = DEFAULT_ARL,
    rules: str = "beyond-limits",
) -> ChartResult:
    """Evaluate a MEWMA chart over `points`, oldest first.

    The statistic is z′ Σz⁻¹ z with the exact covariance Σz of the EWMA vector, which grows over the first
    points, as on the EWMA chart. The run of a signal begins where the EWMA vector last turned to the
    side on which it signals, as that of an EWMA chart does where the average left the other side.

    Parameters
    ----------
    points : shape (n, p)
        A point with a missing variable is missing: the average carries on from the last.
    baseline : mean and covariance in control
    names : of the p variables
    smoothing : in (0, 1], weight of the newest point (λ)
    limit : above 0 (H); by default computed by `mewma_limit`
    arl : in-control run length that the limit is computed for
    rules : name of a rule set; only its rule of the limits applies

    Raises
    ------
    SpcError
        Options out of range, unknown rules.

    References
    ----------
    Lowry, C. A., Woodall, W. H., Champ, C. W. and Rigdon, S. E. (1992). Technometrics 34, 46-53.

    Examples
    --------
    >>> baseline = MultiBaseline(np.zeros(2), np.eye(2), 30, 30.0, 29.0, "")
    >>> result = mewma_chart(np.array([[1.0, 1.0], [2.0, 2.0]]), baseline, names=("x", "y"))
    >>> result.panels[0].value.round(4).tolist()
    [2.0, 9.2928]

    """
    _check(smoothing)
    if limit is None:
        limit = mewma_limit(arl, variables=len(names), smoothing=smoothing)
    elif not (limit > 0 and math.isfinite(limit)):
        raise ChartError(f"the limit (h) of a MEWMA chart must be above 0, but got {limit:g}")
    deviations = points - baseline.mean
    average = np.column_stack(
        [exponential_average(column, smoothing, start=0.0) for column in deviations.T]
    )
    age = np.maximum(np.cumsum(~np.isnan(points[:, 0])), 1)
    variance = smoothing / (2 - smoothing) * (1 - (1 - smoothing) ** (2.0 * age))
    scaled = average / np.sqrt(variance)[:, None]
    statistic = squared_distance(scaled, baseline.covariance)
    panel = Panel.of_levels("mewma", statistic, 0.0, None, limit)
    rule = limit_rule(rules)
    return ChartResult(
        chart="mewma",
        rules=rules,
        estimator=baseline.method,
        center=0.0,
        sigma=None,
        panels=(panel,),
        signals=_signals(panel, scaled, baseline.covariance, rule) if rule else (),
        contributions=contributions(scaled, baseline.covariance, names),
    )


@lru_cache(maxsize=256)
def mewma_limit(arl: float, *, variables: int, smoothing: float) -> float:
    """Return the limit H that gives the in-control average run length `arl`, to six digits.

    Raises
    ------
    ChartError
        `arl` is not above 1, or out of reach of the computation (10⁶).

    Examples
    --------
    >>> round(mewma_limit(200.0, variables=2, smoothing=0.1), 2)
    8.63

    """
    if not 1 < arl <= 1e6:
        raise ChartError(f"the average run length must be in (1, 1e6], but got {arl:g}")
    low, high = 1e-3, float(variables + 10)
    while mewma_run_length(smoothing, high, variables).arl < arl:
        low, high = high, 1.5 * high
    while high / low > 1 + 1e-7:
        middle = math.sqrt(low * high)
        reached = mewma_run_length(smoothing, middle, variables).arl >= arl
        low, high = (low, middle) if reached else (middle, high)
    return high


def _signals(
    panel: Panel, average: FloatArray, covariance: FloatArray, rule: str
) -> tuple[Signal, ...]:
    """Signal the points above the limit, each with its run."""
    points = np.flatnonzero(beyond_limits(panel.value, panel.lcl, panel.ucl)).tolist()
    return tuple(
        Signal(point, panel.name, rule, (_run_start(average, covariance, point), point))
        for point in points
    )


def _run_start(average: FloatArray, covariance: FloatArray, point: int) -> int:
    """First point from which the average has stayed on the side of its vector at `point`."""
    direction = np.linalg.solve(covariance, average[point])
    first, length = point, _SHORTEST_LOOK
    while first > 0:
        first = max(point - length, 0)
        # Missing points have no average and are passed over.
        away = np.flatnonzero(average[first:point] @ direction <= 0)
        if away.size:
            turned = first + int(away[-1]) + 1
            return turned + int(np.argmax(~np.isnan(average[turned : point + 1, 0])))
        length *= 2
    return int(np.argmax(~np.isnan(average[: point + 1, 0])))


def _check(smoothing: float) -> None:
    if not 0 < smoothing <= 1:
        raise ChartError(f"smoothing (lambda) must be in (0, 1], but got {smoothing}")
