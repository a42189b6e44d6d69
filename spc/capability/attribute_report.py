"""The capability report of counts."""

from spc.arrays import Values
from spc.capability.attribute import AttributeFindings, attribute
from spc.capability.report import Capability
from spc.capability.specification import Specification


def attribute_capability(
    counts: Values, method: str, *, opportunities: Values | None = None, confidence: float = 0.95
) -> Capability:
    """Return the capability of counts; parameters and errors as `attribute`.

    Examples
    --------
    >>> found = attribute_capability([3, 1, 2], "binomial", opportunities=[500, 500, 1000])
    >>> found.ppm.value
    3000.0

    """
    found = attribute(counts, method, opportunities=opportunities, confidence=confidence)
    how = "Clopper and Pearson 1934" if method == "binomial" else "Garwood 1936"
    return Capability(
        method=method,
        estimator=method,
        n=found.points,
        specification=Specification(),
        ppk=found.equivalent_ppk,
        ppm=found.ppm,
        equivalent_ppk=found.equivalent_ppk,
        mean=found.rate.value,
        parameters=_attribute_parameters(found),
        intervals=(("ppk, ppm, equivalent_ppk", how),),
        notes=_attribute_notes(found),
        confidence=confidence,
    )


def _attribute_parameters(found: AttributeFindings) -> tuple[tuple[str, float], ...]:
    return (
        ("rate", found.rate.value or 0.0),
        ("rate_low", found.rate.low or 0.0),
        ("rate_high", found.rate.high or 0.0),
        ("found", found.found),
        ("inspected", found.inspected),
        ("dispersion", found.dispersion),
    )


def _attribute_notes(found: AttributeFindings) -> tuple[str, ...]:
    if found.dispersion == 1:
        return ()
    return (
        (
            f"The counts vary {found.dispersion:.1f} times as much as chance allows; the intervals are "
            "widened to match (Rao and Scott 1992)."
        ),
    )
