"""A capability in words, for the page and for reports."""

from dashboard.chart_capability import METHOD_WORDS, ProcessCapability
from dashboard.figures.wording import number
from spc.capability.interval import Estimate


def capability_rows(found: ProcessCapability) -> list[tuple[str, str]]:
    """Return the indices with their intervals as term and value; nothing without capability."""
    report = found.report
    if report is None:
        return []
    rows = [("Method", METHOD_WORDS[found.method]), ("Parts", _worth(found))]
    if found.method == "counted":
        words = _at_least(found) if found.none_beyond else _interval(report.ppk)
        rows.append(("Equivalent Ppk", words))
    else:
        rows += [("Cpk", _interval(report.cpk))] if report.cpk.value is not None else []
        best = report.ppk if report.ppk_correlated.value is None else report.ppk_correlated
        rows.append(("Ppk", _interval(best)))
    return [
        *rows,
        ("Expected beyond", f"{_ppm(found.expected_ppm)} ppm{_ppm_interval(found)}"),
        ("Observed beyond", f"{found.observed:,} of {found.n:,} parts"),
    ]


def _worth(found: ProcessCapability) -> str:
    worth = None if found.report is None else found.report.effective_n
    if worth is None or worth > 0.95 * found.n:
        return f"{found.n:,}"
    return f"{found.n:,}, worth {worth:,.0f} independent ones"


def _interval(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    words = f"{estimate.value:.2f}"
    if estimate.low is None or estimate.high is None:
        return words
    return f"{words} ({estimate.low:.2f} to {estimate.high:.2f})"


def _at_least(found: ProcessCapability) -> str:
    low = None if found.report is None else found.report.ppk.low
    return "–" if low is None else f"at least {low:.2f}: no part was beyond"


def _ppm(value: float | None) -> str:
    if value is None:
        return "–"
    return "below 0.1" if value < 0.1 else number(value)


def _ppm_interval(found: ProcessCapability) -> str:
    if found.report is None or found.report.ppm.low is None or found.report.ppm.high is None:
        return ""
    low, high = found.report.ppm.low, found.report.ppm.high
    # Of parts that were counted the interval holds the share itself; what is expected is their law's.
    words = "counted: " if found.method == "counted" else ""
    return (
        f" ({words}at most {_ppm(high)})" if low < 0.1 else f" ({words}{_ppm(low)} to {_ppm(high)})"
    )
