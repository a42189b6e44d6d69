"""What the metrics are called on pages, and their units."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MetricName:
    """Words for one metric: a short label, its unit, and what it is in a sentence."""

    label: str
    unit: str
    meaning: str


NAMES: dict[str, MetricName] = {
    "stain_count": MetricName("Stain count", "stains per part", "Stains found on the part"),
    "total_stain_pct": MetricName(
        "Stained area", "% of the surface", "Share of the surface that is stained"
    ),
    "largest_stain_area_px": MetricName("Largest stain", "px²", "Area of the largest stain"),
    "scratch_count": MetricName(
        "Scratch count", "scratches per part", "Scratches found on the part"
    ),
    "longest_scratch_px": MetricName("Longest scratch", "px", "Length of the longest scratch"),
    "total_scratch_pct": MetricName(
        "Scratched area", "% of the surface", "Share of the surface that is scratched"
    ),
    "nonconforming_share": MetricName(
        "Nonconforming parts", "parts of 20", "Parts of 20 in a row that break a specification"
    ),
    "refused_share": MetricName(
        "Refused pictures", "pictures of 20", "Pictures of 20 in a row that could not be measured"
    ),
    "brightness": MetricName(
        "Camera brightness", "grey levels", "Mean grey value of the part's pictures"
    ),
    "contrast": MetricName(
        "Camera contrast", "grey levels", "Scatter of the grey values of the part's pictures"
    ),
    "focus": MetricName(
        "Camera focus", "grey levels²", "Sharpness: variance of the Laplacian of the pictures"
    ),
    "mean_confidence": MetricName(
        "Model doubt", "log10", "log10 (1 - mean confidence), corrected for the part's defects"
    ),
    "entropy": MetricName(
        "Model entropy", "log10", "log10 of the mean entropy, corrected for the part's defects"
    ),
    "stain_location": MetricName(
        "Stain positions", "−log₁₀ p", "Nightly test whether stains lie elsewhere than before"
    ),
    "scratch_location": MetricName(
        "Scratch positions", "−log₁₀ p", "Nightly test whether scratches lie elsewhere than before"
    ),
}


def metric_name(metric: str) -> MetricName:
    """Return the words for a metric; one without words is called by its column.

    Examples
    --------
    >>> metric_name("stain_count").label, metric_name("lens_age").label
    ('Stain count', 'lens age')

    """
    return NAMES.get(metric, MetricName(metric.replace("_", " "), "", metric))


def defect_class_of(metric: str) -> str:
    """Return the class of defect a metric measures.

    Examples
    --------
    >>> defect_class_of("longest_scratch_px"), defect_class_of("stain_count")
    ('scratch', 'stain')

    """
    return "scratch" if "scratch" in metric else "stain"


def short_unit(metric: str) -> str:
    """Return the unit as it stands behind a number.

    Examples
    --------
    >>> short_unit("stain_count"), short_unit("total_stain_pct")
    ('', '%')

    """
    unit = metric_name(metric).unit
    if unit.startswith("%"):
        return "%"
    return "" if "per part" in unit else unit
