"""What a reader of a capability report should know: a law that does not fit, correlated values."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from spc.arrays import FloatArray
from spc.capability.boxcox import geometric_mean, transformed
from spc.capability.dependence import evidence_of
from spc.capability.interval import NOTHING
from spc.capability.normality import normality_p
from spc.capability.report import Capability
from spc.capability.sample import Findings, Sample

_UNLIKELY = 0.01


def law_notes(method: str, sample: Sample, found: Findings) -> tuple[str, ...]:
    """Say where the values contradict the law that was asked for."""
    tested = _should_be_normal(method, sample.known, found)
    if tested is None or normality_p(tested) >= _UNLIKELY:
        return ()
    zeros = int(np.count_nonzero(sample.known == 0))
    if method == "normal" and zeros and sample.known.min() == 0:
        return (
            (
                f"The values are not normal, and {zeros} of {sample.known.size} are 0: "
                "the method two-part fits areas and lengths with zeros."
            ),
        )
    scale = {"normal": "values", "boxcox": "transformed values"}.get(method, "logarithms")
    other = "boxcox, law or percentile" if method == "normal" else "percentile"
    return (
        (
            f"The {scale} are not normal (Anderson-Darling, p below {_UNLIKELY}): "
            f"the ppm may be far off; compare with the method {other}."
        ),
    )


def _should_be_normal(method: str, known: FloatArray, found: Findings) -> FloatArray | None:
    if method == "normal":
        return known
    if method == "boxcox":
        return transformed(known / geometric_mean(known), dict(found.parameters)["lambda"])
    if found.estimator in ("lognormal", "lognormal with zeros"):
        return np.log(known[known > 0])
    return None


def with_dependence(
    report: Capability, sample: Sample, method: Callable[[Sample], Findings]
) -> Capability:
    """Add what autocorrelation does to the interval of Ppk."""
    evidence = evidence_of(sample.values)
    if evidence.for_mean == 1:
        return report
    effective = evidence.for_mean * report.n
    correlated = method(replace(sample, evidence=evidence)).overall.worse
    if correlated.low is None or correlated.high is None:
        correlated = NOTHING
        interval = ""
    else:
        interval = f"; with that, Ppk lies between {correlated.low:.2f} and {correlated.high:.2f}"
    note = (
        f"Neighbouring values are correlated: {report.n} values are worth {effective:.0f} "
        f"independent ones, and the intervals stated for independent values are too narrow"
        f"{interval}. Sigma from neighbours (Cp, Cpk) is below that of the long run: judge by Ppk."
    )
    return replace(
        report,
        effective_n=effective,
        ppk_correlated=correlated,
        notes=(*report.notes, note),
    )
