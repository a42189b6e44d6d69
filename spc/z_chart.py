"""Short-run chart: values of several part types, each standardised by its own centre and sigma."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from spc.arrays import FloatArray, present
from spc.baseline import FEWEST_FOR_FIRM_LIMITS, estimate_baseline, moving_ranges
from spc.constants import c4, d2, d3
from spc.errors import ChartError, ConstantSeriesError, SpcError, TooFewPointsError, ValuesError
from spc.patterns import in_order, panel_signals
from spc.result import ChartResult, JsonDict, Panel
from spc.rules import rule_set

ESTIMATORS: Mapping[str, str] = MappingProxyType(
    {
        "mr": "mean moving range within each part type / d2",
        "overall": "standard deviation of each part type / c4",
        "pooled": "standard deviation pooled over the part types / c4",
        "given": "given",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class PartBaseline:
    """Centre and sigma of each part type.

    Attributes
    ----------
    names : of the part types.
    center : shape (types,), mean of each, NaN where every value brings its own target.
    sigma : shape (types,), NaN for types that the baseline does not have.
    counted : shape (types,), values of each in the baseline.
    estimator : of sigma.

    """

    names: tuple[str, ...]
    center: FloatArray
    sigma: FloatArray
    counted: FloatArray
    estimator: str

    def to_dict(self) -> JsonDict:
        """Return the provenance, JSON-safe."""
        n = int(self.counted.sum())
        parts = {
            name: {
                "center": None if np.isnan(center) else center,
                "sigma": None if np.isnan(sigma) else sigma,
                "points": int(counted),
            }
            for name, center, sigma, counted in zip(
                self.names,
                self.center.tolist(),
                self.sigma.tolist(),
                self.counted.tolist(),
                strict=True,
            )
        }
        return {
            "points": n,
            "parts": parts,
            "method": f"z by part type, sigma: {ESTIMATORS[self.estimator]}",
            "provisional": self.estimator != "given" and n < FEWEST_FOR_FIRM_LIMITS,
        }


def estimate_parts(
    base: FloatArray, names: tuple[str, ...], *, estimator: str = "mr", sigma: float | None = None
) -> PartBaseline:
    """Learn centre and sigma of each part type.

    Parameters
    ----------
    base : shape (n, 3): value, number of the part type, target or NaN
    names : of the part types
    estimator : "mr" or "overall" for each part type by itself, "pooled" for one sigma of all
    sigma : given, for all part types

    Raises
    ------
    SpcError
        A part type with too few values or no variation (named), unknown estimator.

    """
    if estimator not in ESTIMATORS:
        raise ChartError(
            f"there is no sigma estimator '{estimator}' for a z chart; the estimators are: mr, "
            "overall, pooled"
        )
    own_targets = not np.isnan(base[:, 2]).all()
    series = [base[base[:, 1] == number] for number in range(len(names))]
    deviations = [part[:, 0] - (part[:, 2] if own_targets else 0.0) for part in series]
    known = [present(part) for part in deviations]
    counted = np.array([part.size for part in known], dtype=np.float64)
    center = np.array(
        [np.nan if own_targets or part.size == 0 else float(part.mean()) for part in known]
    )
    if not counted.any() and not (own_targets and sigma is not None):
        raise TooFewPointsError("every value of the baseline is missing, so there is no centre")
    if sigma is not None:
        # With targets and sigma given there is nothing to learn, so no part type is unknown.
        given = np.where((counted > 0) | own_targets, sigma, np.nan)
        return PartBaseline(names, center, given, counted, "given")
    if estimator == "pooled":
        sigmas = np.where(counted > 0, _pooled(known), np.nan)
    else:
        sigmas = np.array(
            [
                _own_sigma(part, name, estimator) if count else np.nan
                for part, name, count in zip(deviations, names, counted, strict=True)
            ]
        )
    return PartBaseline(names, center, sigmas, counted, estimator)


def _own_sigma(values: FloatArray, name: str, estimator: str) -> float:
    try:
        return estimate_baseline(values, estimator=estimator).sigma
    except SpcError as error:
        raise type(error)(
            f"part type '{name}': {error}; or pool sigma over the part types (estimator 'pooled')"
        ) from error


def _pooled(series: list[FloatArray]) -> float:
    freedom = sum(max(part.size - 1, 0) for part in series)
    if freedom == 0:
        raise TooFewPointsError("no part type has two values in the baseline, so there is no sigma")
    squares = sum(float(np.sum((part - part.mean()) ** 2)) for part in series if part.size)
    if squares == 0:
        raise ConstantSeriesError("no variation: the values of each part type are all the same")
    return float(np.sqrt(squares / freedom)) / c4(freedom + 1)


def z_chart(points: FloatArray, baseline: PartBaseline, *, rules: str = "nelson") -> ChartResult:
    """Evaluate a Z and moving range chart over `points`, oldest first.

    Each value is charted as its distance from the centre of its part type (or from its own target) in
    sigmas of that type, so short runs of different parts share one chart.

    Parameters
    ----------
    points : shape (n, 3): value, number of the part type, target or NaN
    baseline : by `estimate_parts`
    rules : name of a rule set
        All rules apply to the z values; to the moving ranges only the rule of the limits.

    Raises
    ------
    ValuesError
        A part type that the baseline does not have; its first value is named.

    References
    ----------
    Farnum, N. R. (1992). J. Quality Technology 24(3), 138-144.

    Examples
    --------
    >>> points = np.array([[10.0, 0, np.nan], [12.0, 0, np.nan], [50.0, 1, np.nan], [53.0, 1, np.nan]])
    >>> result = z_chart(points, estimate_parts(points, ("a", "b"), sigma=1.0))
    >>> result.panels[0].value.tolist()
    [-1.0, 1.0, -1.5, 1.5]

    """
    wanted = rule_set(rules)
    there = ~np.isnan(points[:, 0])
    number = points[:, 1].astype(np.intp)
    unknown = np.flatnonzero(there & np.isnan(baseline.sigma[number]))
    if unknown.size:
        raise ValuesError(
            f"part type '{baseline.names[number[unknown[0]]]}' of values[{unknown[0]}] has no values in "
            "the baseline; choose a baseline with every part type"
        )
    middle = np.where(np.isnan(points[:, 2]), baseline.center[number], points[:, 2])
    z = (points[:, 0] - middle) / baseline.sigma[number]
    standardised = Panel.of_levels("z", z, 0.0, -3.0, 3.0)
    ranges = Panel.of_levels("moving-range", moving_ranges(z), d2(2), 0.0, d2(2) + 3 * d3(2))
    return ChartResult(
        chart="z",
        rules=rules,
        estimator=baseline.estimator,
        center=0.0,
        sigma=1.0,
        panels=(standardised, ranges),
        signals=in_order(panel_signals(standardised, wanted, z), panel_signals(ranges, wanted)),
    )
