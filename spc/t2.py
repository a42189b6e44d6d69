"""Hotelling T² chart of several variables, for single points and for subgroups."""

import numpy as np
from scipy.special import betaincinv, fdtri

from spc.arrays import BoolArray, FloatArray
from spc.errors import ChartError
from spc.multivariate import MultiBaseline, contributions, group_means, squared_distance
from spc.patterns import panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set

# Of a false alarm at one point, as on a normal chart with three-sigma limits.
DEFAULT_PROBABILITY = 0.0027


def t2_chart(
    points: FloatArray,
    baseline: MultiBaseline,
    *,
    names: tuple[str, ...],
    taught: BoolArray | None = None,
    probability: float = DEFAULT_PROBABILITY,
    rules: str = "beyond-limits",
) -> ChartResult:
    """Evaluate a Hotelling T² chart over `points`, oldest first.

    Points that taught the limits have phase I limits (beta law for single points), all others the wider
    phase II limits (F law): a point that helped to estimate mean and covariance lies nearer to them.
    The centre line is the median of the same law.

    Parameters
    ----------
    points : shape (n, p), or (n, largest size, p) for subgroups, padded with NaN
        A point with a missing variable is missing.
    baseline : mean and covariance in control
    names : of the p variables
    taught : shape (n,), which points the baseline was learnt from; None for none
    probability : in (0, 1), of a point in control beyond the limit
    rules : name of a rule set; only its rule of the limits applies

    Raises
    ------
    SpcError
        `probability` out of range, unknown rules.

    References
    ----------
    Tracy, N. D., Young, J. C. and Mason, R. L. (1992). J. Quality Technology 24, 88-95.
    Montgomery, D. C. Introduction to Statistical Quality Control, section 11.3.

    Examples
    --------
    >>> points = np.random.default_rng(0).normal(size=(40, 2))
    >>> points[7] = [6.0, -5.0]
    >>> result = t2_chart(points, MultiBaseline.of_points(points, ("x", "y")), names=("x", "y"))
    >>> [signal.index for signal in result.signals]
    [7]

    """
    if not 0 < probability < 1:
        raise ChartError(f"probability must be in (0, 1), but got {probability:g}")
    grouped = points.ndim == 3
    taught = np.zeros(points.shape[0], dtype=np.bool_) if taught is None else taught
    if grouped:
        sizes = np.count_nonzero(~np.isnan(points[:, :, 0]), axis=1).astype(np.float64)
        deviations = (group_means(points) - baseline.mean) * np.sqrt(sizes)[:, None]
        high, middle = (
            group_limit(baseline, sizes, tail, taught=taught) for tail in (probability, 0.5)
        )
    else:
        deviations = points - baseline.mean
        high, middle = (
            np.where(
                taught,
                single_limit(baseline, tail, taught=True),
                single_limit(baseline, tail, taught=False),
            )
            for tail in (probability, 0.5)
        )
    statistic = squared_distance(deviations, baseline.covariance)
    # Where there is no point there is no limit of its size either.
    high, middle = (np.where(np.isnan(statistic), np.nan, line) for line in (high, middle))
    panel = Panel("t2", statistic, middle, np.zeros(statistic.size), high)
    return ChartResult(
        chart="t2",
        rules=rules,
        estimator=baseline.method,
        center=single_limit(baseline, 0.5, taught=False) if not grouped else float(middle[0]),
        sigma=None,
        panels=(panel,),
        signals=panel_signals(panel, rule_set(rules)),
        contributions=contributions(deviations, baseline.covariance, names),
    )


def single_limit(baseline: MultiBaseline, tail: float, *, taught: bool) -> float:
    """Return the T² of single points that is exceeded with probability `tail`.

    Phase I: (m − 1)² / m · Beta(p/2, (m − p − 1)/2); phase II: p (m + 1)(m − 1) / (m² − m p) · F(p, m − p).

    Examples
    --------
    >>> baseline = MultiBaseline(np.zeros(2), np.eye(2), 30, 30.0, 29.0, "")
    >>> round(single_limit(baseline, 0.01, taught=False), 3)
    11.672

    """
    m, p = baseline.n, baseline.mean.size
    if taught:
        return (m - 1) ** 2 / m * float(betaincinv(p / 2, (m - p - 1) / 2, 1 - tail))
    return p * (m + 1) * (m - 1) / (m * (m - p)) * float(fdtri(p, m - p, 1 - tail))


def group_limit(
    baseline: MultiBaseline, sizes: FloatArray, tail: float, *, taught: BoolArray
) -> FloatArray:
    """Return the T² of subgroups that is exceeded with probability `tail`, for each size.

    With m subgroups of n it is p (m ∓ 1)(n − 1) / (mn − m − p + 1) · F(p, mn − m − p + 1), the upper sign
    in phase I.

    Examples
    --------
    >>> baseline = MultiBaseline(np.zeros(2), np.eye(2), 20, 200.0, 180.0, "")
    >>> limit = group_limit(baseline, np.array([10.0, 10.0]), 0.001, taught=np.array([True, False]))
    >>> limit.round(2).tolist()
    [13.72, 15.17]

    """
    p, freedom = baseline.mean.size, baseline.degrees_of_freedom
    spread = p * freedom / (freedom - p + 1) * float(fdtri(p, freedom - p + 1, 1 - tail))
    limit: FloatArray = spread * (1 + np.where(taught, -sizes, sizes) / baseline.values)
    return limit
