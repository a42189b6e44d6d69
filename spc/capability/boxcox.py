"""Capability after the power transformation of Box and Cox that makes the values most normal."""

import math
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtr

from spc.arrays import FloatArray
from spc.capability.draws import normal_draws, spread_points
from spc.capability.errors import SpecificationError
from spc.capability.interval import NOTHING, Estimate, of_draws
from spc.capability.normal import normal, smaller
from spc.capability.sample import Findings, Indices, Sample
from spc.capability.specification import Specification
from spc.capability.tails import Tails
from spc.errors import ValuesError

_LARGEST_POWER = 5.0
_NODES = 41


def boxcox(sample: Sample) -> Findings:
    """Return the indices of (y^λ − 1) / λ, y the value over the geometric mean; limits alike.

    λ is that of maximum likelihood. A power needs values above 0, so a lower limit of 0 or less
    never binds and is left out. The intervals of Pp, Ppk and ppm include the error of λ: each
    power counts by how likely it is.

    Raises
    ------
    ValuesError
        A value of 0 or less.
    SpecificationError
        No limit above 0.

    """
    lowest = float(sample.known.min())
    if lowest <= 0:
        raise ValuesError(
            f"the Box-Cox method takes values above 0, but the smallest is {lowest:g}; "
            "for areas with zeros use the method two-part"
        )
    sample, notes = _without_idle_limit(sample)
    power = likeliest_power(sample.known)
    middle = geometric_mean(sample.known)
    plain = normal(sample.mapped(lambda values: transformed(values / middle, power)))
    overall, tails = _with_error_of_power(sample, power, plain)
    return replace(
        plain,
        overall=overall,
        tails=tails,
        parameters=(("lambda", power), ("geometric_mean", middle)),
        intervals=(
            (
                "cp, cpk, cpm",
                "those of the normal law for the transformed values, λ taken as known",
            ),
            ("pp, ppk, ppm, equivalent_ppk", "generalised, λ weighted by its profile likelihood"),
        ),
        notes=(*plain.notes, *notes),
    )


def geometric_mean(values: FloatArray) -> float:
    """Return the geometric mean of values above 0.

    Examples
    --------
    >>> round(geometric_mean(np.array([1.0, 4.0])), 6)
    2.0

    """
    return math.exp(float(np.log(values).mean()))


def transformed(values: FloatArray, power: float) -> FloatArray:
    """Return (x^λ − 1) / λ, the logarithm where λ is 0.

    Examples
    --------
    >>> transformed(np.array([1.0, 4.0]), 0.5)
    array([0., 2.])

    """
    return _of_logs(np.log(values), power)


def likeliest_power(values: FloatArray) -> float:
    """Return the λ of maximum likelihood for values above 0, within ±5.

    Examples
    --------
    >>> bool(abs(likeliest_power(np.exp(np.random.default_rng(0).normal(size=5000)))) < 0.05)
    True

    """
    logs = np.log(values / geometric_mean(values))
    found = minimize_scalar(
        lambda power: -_profile(logs, power),
        bounds=(-_LARGEST_POWER, _LARGEST_POWER),
        method="bounded",
        options={"xatol": 1e-8},
    )
    return float(found.x)


def _of_logs(logs: FloatArray, power: float) -> FloatArray:
    result: FloatArray = logs if power == 0 else np.expm1(power * logs) / power
    return result


def _profile(logs: FloatArray, power: float) -> float:
    """Log-likelihood of λ with its own mean and sigma, up to a constant; `logs` have the mean 0."""
    # About the geometric mean the Jacobian is 1.
    return -0.5 * logs.size * math.log(float(np.var(_of_logs(logs, power))))


def _with_error_of_power(sample: Sample, power: float, plain: Findings) -> tuple[Indices, Tails]:
    """Pp, Ppk and the shares beyond the limits, over draws of λ, mean and sigma."""
    middle = geometric_mean(sample.known)
    logs = np.log(sample.known / middle)
    nodes, cumulated = _likely_powers(logs, power, sample.evidence.for_mean)
    points = spread_points(3)
    chosen = np.searchsorted(cumulated, points[2]).clip(0, _NODES - 1)
    spec = sample.specification
    scores = np.array([_limit_scores(logs, spec, middle, node) for node in nodes.tolist()])[chosen]
    mean, sigma = normal_draws(0.0, 1.0, sample.worth, sample.freedom, points[:2])
    below, above = (mean - scores[:, 0]) / sigma, (scores[:, 1] - mean) / sigma
    overall = plain.overall

    def drawn(index: Estimate, draws: FloatArray) -> Estimate:
        return NOTHING if index.value is None else of_draws(index.value, draws, sample.confidence)

    lower, upper = drawn(overall.lower, below / 3), drawn(overall.upper, above / 3)
    indices = Indices(
        spread=drawn(overall.spread, (scores[:, 1] - scores[:, 0]) / (6 * sigma)),
        worse=smaller(lower, upper),
        lower=lower,
        upper=upper,
        target=overall.target,
    )
    tails = Tails(
        below=plain.tails.below,
        above=plain.tails.above,
        below_draws=np.asarray(ndtr(-below)),
        above_draws=np.asarray(ndtr(-above)),
    )
    return indices, tails


def _likely_powers(logs: FloatArray, power: float, worth: float) -> tuple[FloatArray, FloatArray]:
    """Powers within four standard errors, and their cumulated weights."""
    step = 1e-2
    before, best, after = (_profile(logs, power + shift) for shift in (-step, 0.0, step))
    curvature = worth * max(2 * best - before - after, 1e-12) / step**2
    reach = min(4 / math.sqrt(curvature), _LARGEST_POWER)
    nodes = np.linspace(power - reach, power + reach, _NODES)
    log_weight = worth * np.array([_profile(logs, node) for node in nodes.tolist()])
    cumulated = np.cumsum(np.exp(log_weight - log_weight.max()))
    return nodes, cumulated / cumulated[-1]


def _limit_scores(
    logs: FloatArray, limits: Specification, middle: float, power: float
) -> tuple[float, float]:
    """Limits in sigma from the mean on the scale of one power; infinite without a limit."""
    values = _of_logs(logs, power)
    mean, sigma = float(values.mean()), float(values.std(ddof=1))

    def score(limit: float | None, absent: float) -> float:
        if limit is None:
            return absent
        return (float(transformed(np.array(limit / middle), power)) - mean) / sigma

    return score(limits.lower, -math.inf), score(limits.upper, math.inf)


def _without_idle_limit(sample: Sample) -> tuple[Sample, tuple[str, ...]]:
    limits = sample.specification
    lower = limits.lower
    if lower is None or lower > 0:
        if limits.upper is not None and limits.upper <= 0:
            raise SpecificationError(
                f"the upper limit {limits.upper:g} is not above 0, where all Box-Cox values lie"
            )
        return sample, ()
    if limits.upper is None or limits.upper <= 0:
        raise SpecificationError("the Box-Cox method needs a specification limit above 0")
    target = limits.target if limits.target is not None and limits.target > 0 else None
    return replace(sample, specification=Specification(None, limits.upper, target)), (
        f"The lower limit {lower:g} was left out: the values are above 0 by nature.",
    )
