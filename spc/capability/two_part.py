"""Capability of areas and lengths with a mass at zero: a share of zeros and a lognormal size."""

import math

import numpy as np
from scipy.special import ndtr

from spc.capability.draws import normal_draws, share_draws, spread_points
from spc.capability.errors import SpecificationError
from spc.capability.interval import NOTHING
from spc.capability.sample import Findings, Indices, Sample
from spc.capability.tails import Tails
from spc.errors import TooFewPointsError, ValuesError
from spc.laws.zero_lognormal import ZeroLognormal


def two_part(sample: Sample) -> Findings:
    """Return the share above the upper limit, zeros and sizes modelled apart.

    The Ppk is the equivalent one: that of a normal process with the same share beyond the limit.
    A defect area is better the smaller it is, so there is an upper limit and no Pp.

    Raises
    ------
    SpecificationError
        No upper limit, or a lower limit above 0.
    ValuesError
        A negative value.
    TooFewPointsError
        Fewer than two different sizes above 0.

    """
    limits = sample.specification
    if limits.upper is None or not limits.upper > 0:
        raise SpecificationError("the two-part method needs an upper limit above 0")
    if limits.lower is not None and limits.lower > 0:
        raise SpecificationError(
            f"the two-part method takes no lower limit above 0, but got {limits.lower:g}: "
            "a part without a defect would be a bad one"
        )
    known = sample.known
    if known.min() < 0:
        raise ValuesError(
            f"the two-part method takes values of at least 0, but got {known.min():g}"
        )
    sizes = np.log(known[known > 0])
    if sizes.size < 2 or sizes.min() == sizes.max():
        raise TooFewPointsError(
            f"the two-part method needs two different sizes above 0, but {sizes.size} of "
            f"{known.size} values are above 0 and they do not differ"
        )
    law = ZeroLognormal.fit(known)
    tails = _tails(sample, law, sizes.size, math.log(limits.upper))
    return Findings(
        estimator=law.name,
        within=Indices(),
        overall=Indices(
            worse=tails.equivalent_ppk(sample.confidence),
            lower=NOTHING,
            upper=tails.equivalent_ppk(sample.confidence),
        ),
        tails=tails,
        parameters=tuple((name, float(value)) for name, value in law.parameters()),
        intervals=(
            (
                "ppk, ppm, equivalent_ppk",
                (
                    "generalised for the lognormal size (Krishnamoorthy and Mathew 2003), "
                    "Jeffreys' for the share of zeros"
                ),
            ),
        ),
    )


def _tails(sample: Sample, law: ZeroLognormal, positive: int, limit: float) -> Tails:
    """Shares above the limit, given by the logarithm `limit`."""
    zeros = sample.known.size - positive
    evidence = sample.evidence
    points = spread_points(3)
    mean, sigma = normal_draws(
        law.log_mean,
        law.log_sigma,
        positive * evidence.for_mean,
        max((positive - 1) * evidence.for_sigma, 1.0),
        points[:2],
    )
    zero_share = share_draws(
        zeros * evidence.for_mean, sample.known.size * evidence.for_mean, points[2]
    )
    above = float((1 - law.zero_share) * ndtr((law.log_mean - limit) / law.log_sigma))
    return Tails(
        below=0.0,
        above=above,
        below_draws=np.zeros(zero_share.size),
        above_draws=(1 - zero_share) * ndtr((mean - limit) / sigma),
    )
