"""How well the parts on the chart keep their specification, by the method that fits them."""

import math
from dataclasses import dataclass

import numpy as np

from spc.advice import recommend_chart
from spc.arrays import FloatArray
from spc.capability.attribute_report import attribute_capability
from spc.capability.capability import capability
from spc.capability.normality import normality_p
from spc.capability.report import Capability
from spc.capability.specification import Specification
from spc.errors import SpcError
from spc.laws.negative_binomial import NegativeBinomial

FEWEST = 30
"""Fewer parts than this say next to nothing about the share beyond a specification."""
ENOUGH_FOR_PERCENTILES = 5000
"""From here on the intervals of sample percentiles hold what they say (docs/capability.md)."""
NEWEST = 200_000
"""At most this many parts, the newest, are looked at."""
NORMAL_LEVEL = 0.01

METHOD_WORDS = {
    "normal": "normal law, sigma from moving ranges (Cpk) and overall (Ppk)",
    "law": "the likeliest of lognormal, Weibull and gamma laws",
    "percentile": "percentiles of the parts themselves, no law",
    "two-part": "share of zeros, and lognormal sizes above zero",
    "counted": "nonconforming parts counted, exact interval; expected ppm by the law of the counts",
}


@dataclass(frozen=True, slots=True, eq=False)
class ProcessCapability:
    """Capability of the parts shown, or why there is none.

    Attributes
    ----------
    report : None where there is none, and `reason` says why.
    method : a key of `METHOD_WORDS`, empty without a report.
    expected_ppm : parts per million expected beyond the specification.
    observed : parts beyond the specification.
    n : parts looked at.
    none_beyond : no part counted was beyond, so that only a lower bound of the equivalent Ppk can
        be stated.

    """

    report: Capability | None = None
    method: str = ""
    reason: str = ""
    expected_ppm: float | None = None
    observed: int = 0
    n: int = 0
    none_beyond: bool = False


def process_capability(
    values: FloatArray, lower: float | None, upper: float | None
) -> ProcessCapability:
    """Return the capability of `values` against a specification.

    Counts are judged by the number of nonconforming parts, whose interval is exact: no continuous
    law has their steps. Areas and lengths get the two-part law, measurements the normal law where it
    is not contradicted, else the law or the percentiles that fit.

    Parameters
    ----------
    values : shape (n,), oldest first; NaN is missing.
    lower, upper : specification limits in the unit of the values, None without one.

    Examples
    --------
    >>> process_capability(np.arange(50.0), None, None).reason
    'No specification limit is set: without one there is nothing to keep.'
    >>> sizes = np.random.default_rng(1).lognormal(0.0, 0.5, 400) * (np.arange(400) % 3 > 0)
    >>> process_capability(sizes, None, 6.0).method
    'two-part'

    """
    if lower is None and upper is None:
        return _none("No specification limit is set: without one there is nothing to keep.")
    known = values[np.isfinite(values)][-NEWEST:]
    if known.size < FEWEST:
        return _none(
            f"{known.size:,} parts are too few for a statement on capability; {FEWEST} are needed."
        )
    try:
        specification = Specification(lower, upper)
        kind = recommend_chart(known).chart
        if kind in ("c", "nb"):
            return _counted(known, specification)
        return _measured(known, specification, kind)
    except SpcError as error:
        return _none(f"{str(error)[:1].upper()}{str(error)[1:]}.")


def method_for(known: FloatArray, specification: Specification, kind: str) -> str:
    """Return the method for sizes and measurements, by the chart that suits them."""
    lower, upper = specification.lower, specification.upper
    one_sided = upper is not None and upper > 0 and (lower is None or lower <= 0)
    if kind == "two-part" and one_sided:
        return "two-part"
    if kind != "two-part" and normality_p(known) >= NORMAL_LEVEL:
        return "normal"
    if known.size >= ENOUGH_FOR_PERCENTILES or known.min() <= 0:
        return "percentile"
    return "law"


def _measured(known: FloatArray, specification: Specification, kind: str) -> ProcessCapability:
    method = method_for(known, specification, kind)
    report = capability(known, specification, method=method)
    return ProcessCapability(
        report=report,
        method=method,
        expected_ppm=report.ppm.value,
        observed=_beyond(known, specification),
        n=known.size,
    )


def _counted(known: FloatArray, specification: Specification) -> ProcessCapability:
    low, high = specification.limits
    bad = (known < low) | (known > high)
    report = attribute_capability(bad.astype(np.float64), "binomial")
    law = NegativeBinomial.fit(known)
    share = 0.0
    if math.isfinite(high):
        share += float(law.above(np.array([math.floor(high)]))[0])
    if math.isfinite(low):
        share += 1.0 - float(law.above(np.array([math.ceil(low) - 1.0]))[0])
    return ProcessCapability(
        report=report,
        method="counted",
        expected_ppm=1e6 * share,
        observed=int(bad.sum()),
        n=known.size,
        none_beyond=not bad.any(),
    )


def _beyond(known: FloatArray, specification: Specification) -> int:
    low, high = specification.limits
    return int(np.count_nonzero((known < low) | (known > high)))


def _none(reason: str) -> ProcessCapability:
    return ProcessCapability(reason=reason)
