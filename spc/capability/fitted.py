"""Capability from a fitted law: its percentiles for Pp and Ppk, its tails for the ppm."""

import math

import numpy as np

from spc.arrays import FloatArray
from spc.capability.draws import spread_points
from spc.capability.laws import LAWS, Parameters, PositiveLaw
from spc.capability.percentile import SHARES, percentile_indices, with_intervals
from spc.capability.sample import Findings, Indices, Sample
from spc.capability.tails import Tails
from spc.errors import ValuesError


def fitted(sample: Sample, name: str) -> Findings:
    """Return Pp and Ppk by the percentiles of a fitted law (ISO 22514-2).

    Parameters
    ----------
    name : a name of `LAWS`, or "law" for the one with the smallest AIC.

    Raises
    ------
    ValuesError
        A value of 0 or less.

    """
    lowest = float(sample.known.min())
    if lowest <= 0:
        raise ValuesError(
            f"the {name} method takes values above 0, but the smallest is {lowest:g}; "
            "for areas with zeros use the method two-part"
        )
    law = likeliest_law(sample.known) if name == "law" else LAWS[name]
    estimate = law.fit(sample.known)
    found = (np.array([estimate[0]]), np.array([estimate[1]]))
    drawn = law.draws(estimate, sample.worth, spread_points(2))
    limits = sample.specification
    how = "generalised (Krishnamoorthy and Mathew 2003)"
    if law.name != "lognormal":
        how = "delta method on the logarithms of the likeliest parameters"
    return Findings(
        estimator=law.name,
        within=Indices(),
        overall=with_intervals(
            percentile_indices(_percentiles(law, found), limits),
            percentile_indices(_percentiles(law, drawn), limits),
            sample.confidence,
        ),
        tails=_tails(sample, law, found, drawn),
        parameters=tuple(zip(law.parameter_names, estimate, strict=True)),
        intervals=(("pp, ppk, ppm, equivalent_ppk", how),),
    )


def likeliest_law(values: FloatArray) -> PositiveLaw:
    """Return the law with the smallest AIC; all have two parameters, so the likeliest.

    Examples
    --------
    >>> likeliest_law(np.exp(np.random.default_rng(0).normal(size=500))).name
    'lognormal'

    """
    return max(LAWS.values(), key=lambda law: law.log_likelihood(values, law.fit(values)))


def _percentiles(law: PositiveLaw, parameters: Parameters) -> FloatArray:
    return np.array([law.quantile(share, parameters) for share in SHARES])


def _tails(sample: Sample, law: PositiveLaw, found: Parameters, drawn: Parameters) -> Tails:
    low, high = sample.specification.limits
    nothing = np.zeros(drawn[0].size)
    return Tails(
        below=float(law.below(low, found)[0]),
        above=float(law.above(high, found)[0]) if math.isfinite(high) else 0.0,
        below_draws=law.below(low, drawn) if math.isfinite(low) else nothing,
        above_draws=law.above(high, drawn) if math.isfinite(high) else nothing,
    )
