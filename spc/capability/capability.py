"""Capability of a process: one call for every method."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from spc.arrays import FloatArray, Values, as_values, present
from spc.baseline import ESTIMATORS, refuse_constant
from spc.capability.attribute import ATTRIBUTE_METHODS
from spc.capability.boxcox import boxcox
from spc.capability.fitted import fitted
from spc.capability.interval import refuse_confidence
from spc.capability.normal import normal
from spc.capability.percentile import percentile
from spc.capability.remarks import law_notes, with_dependence
from spc.capability.report import Capability
from spc.capability.sample import Findings, Sample
from spc.capability.specification import Specification
from spc.capability.two_part import two_part
from spc.errors import ChartError
from spc.layout import Layout, Source, arrange
from spc.subgrouping import Labels
from spc.xbar import WITHIN_ESTIMATORS

METHODS: Mapping[str, Callable[[Sample], Findings]] = MappingProxyType(
    {
        "normal": normal,
        "boxcox": boxcox,
        "percentile": percentile,
        "two-part": two_part,
        "law": lambda sample: fitted(sample, "law"),
        "lognormal": lambda sample: fitted(sample, "lognormal"),
        "weibull": lambda sample: fitted(sample, "weibull"),
        "gamma": lambda sample: fitted(sample, "gamma"),
    }
)


def capability(
    values: Values,
    specification: Specification,
    *,
    method: str = "normal",
    subgroup: Labels | None = None,
    size: int | None = None,
    estimator: str | None = None,
    confidence: float = 0.95,
) -> Capability:
    """Return how well the process behind `values` keeps its specification.

    Parameters
    ----------
    values : shape (n,), oldest first
        NaN is missing. Not constant.
    specification : with one limit at least.
    method : a name of `METHODS`
        "normal"; "boxcox"; "percentile" (of the sample); "two-part" (zeros and lognormal sizes);
        "lognormal", "weibull", "gamma" or "law", which takes the likeliest of them.
    subgroup, size : labels or a number of values, as on Xbar charts
        Where given, sigma within is that of the subgroups, else that of moving ranges.
    estimator : of sigma within, for "normal" and "boxcox"
        With subgroups "rbar" (the default up to 10 values each), "sbar" or "pooled" (above);
        without "mr" (the default) or "median-mr".
    confidence : of the intervals, in (0, 1)

    Raises
    ------
    SpecificationError
        No limit, or limits that do not suit the method.
    ChartError
        Unknown method or estimator, or an option that the method does not take.
    TooFewPointsError, ConstantSeriesError, ValuesError
        Values that no capability can be read from.

    Examples
    --------
    >>> found = capability([9.9, 10.1, 10.0, 10.2, 9.8, 10.0], Specification(9.0, 11.0))
    >>> round(found.pp.value, 3), found.estimator
    (2.357, 'mr')

    """
    if method not in METHODS:
        known = ", ".join((*METHODS, *ATTRIBUTE_METHODS))
        raise ChartError(f"there is no capability method '{method}'; the methods are: {known}")
    refuse_confidence(confidence)
    array = as_values(values)
    specification.refuse_unlimited()
    refuse_constant(present(array))
    grouped = subgroup is not None or size is not None
    _refuse_estimator(estimator, method, grouped=grouped)
    sample = Sample(
        values=array,
        specification=specification,
        groups=_groups(array, subgroup, size) if grouped else None,
        estimator=estimator,
        confidence=confidence,
    )
    found = METHODS[method](sample)
    report = _report(method, sample, found)
    return with_dependence(report, sample, METHODS[method])


def _groups(values: FloatArray, subgroup: Labels | None, size: int | None) -> FloatArray:
    return arrange(values, Layout.SUBGROUPS, Source(subgroup=subgroup, size=size)).array


def _refuse_estimator(estimator: str | None, method: str, *, grouped: bool) -> None:
    if estimator is None:
        return
    if method not in ("normal", "boxcox"):
        raise ChartError(f"the method {method} takes no estimator; it has no sigma within")
    names = tuple(WITHIN_ESTIMATORS) if grouped else tuple(set(ESTIMATORS) - {"overall"})
    if estimator not in names:
        which = "with" if grouped else "without"
        raise ChartError(
            f"there is no estimator '{estimator}' {which} subgroups; the estimators are: "
            f"{', '.join(sorted(names))}"
        )


def _report(method: str, sample: Sample, found: Findings) -> Capability:
    within, overall = found.within, found.overall
    return Capability(
        method=method,
        estimator=found.estimator,
        n=sample.known.size,
        specification=sample.specification,
        cp=within.spread,
        cpk=within.worse,
        cpl=within.lower,
        cpu=within.upper,
        cpm=within.target,
        pp=overall.spread,
        ppk=overall.worse,
        ppl=overall.lower,
        ppu=overall.upper,
        cpm_overall=overall.target,
        ppm=found.tails.ppm(sample.confidence),
        equivalent_ppk=found.tails.equivalent_ppk(sample.confidence),
        observed_ppm=1e6 * sample.observed_share,
        mean=sample.mean,
        sigma_within=found.sigma_within,
        sigma_overall=sample.sigma,
        freedom_within=found.freedom_within,
        freedom_overall=float(sample.known.size - 1),
        effective_n=float(sample.known.size),
        parameters=found.parameters,
        intervals=found.intervals,
        notes=(*found.notes, *law_notes(method, sample, found)),
        confidence=sample.confidence,
    )
