"""What a change of settings means, in words: before and after, and what follows from it."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from dashboard.errors import FormError
from dashboard.metric_names import metric_name, short_unit
from warehouse.journal.characteristic_rules import judges_parts, setting_problem
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.records import Stream

KINDS: Final[Mapping[str, str]] = {
    "": "By the data",
    "nb": "Counts, negative binomial",
    "c": "Counts, Poisson",
    "two-part": "Sizes with many zeros",
    "imr": "Measurements, normal",
}
RULES: Final[Mapping[str, str]] = {"beyond-limits": "Beyond limits"}


def plain(row: CharacteristicRow) -> dict[str, Any]:
    """Return a characteristic as a form keeps it: as it was seen."""
    return asdict(row)


def seen_row(data: Any) -> CharacteristicRow:
    """Return the characteristic that a form kept; FormError for what is none.

    Examples
    --------
    >>> row = CharacteristicRow(
    ...     "L/S/T/F:stain_count", Stream("L", "S", "T", "F"), "stain_count",
    ...     None, "beyond-limits", None, 12.0, "stains", True,
    ... )
    >>> seen_row(plain(row)) == row
    True

    """
    try:
        limits = [None if data[side] is None else float(data[side]) for side in _SIDES]
        return CharacteristicRow(
            **{
                **data,
                "stream": Stream(**data["stream"]),
                "spec_lower": limits[0],
                "spec_upper": limits[1],
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FormError("This form is not complete any more; open it again.") from error


_SIDES: Final = ("spec_lower", "spec_upper")


def wanted_row(
    seen: CharacteristicRow, *, lower: Any, upper: Any, chart: Any, rules: Any, enabled: Any
) -> CharacteristicRow:
    """Return what a form asks for; FormError with one sentence where it cannot be."""
    row = replace(
        seen,
        spec_lower=limit_of("lower", lower),
        spec_upper=limit_of("upper", upper),
        chart=str(chart) if chart else None,
        rules=str(rules or seen.rules),
        enabled=bool(enabled),
    )
    if problem := setting_problem(row):
        raise FormError(f"{problem[0].upper()}{problem[1:]}.")
    return row


def limit_of(side: str, value: Any) -> float | None:
    """Return a limit from its field; None for an empty one.

    Examples
    --------
    >>> limit_of("upper", "12,5"), limit_of("upper", "")
    (12.5, None)
    >>> limit_of("upper", "a dozen")
    Traceback (most recent call last):
    dashboard.errors.FormError: The upper limit 'a dozen' is no number.

    """
    if value is None or isinstance(value, bool):
        return None
    text = str(value).strip()
    if not text:
        return None
    try:
        # Both ways of writing a decimal; a thousand is written without a mark.
        return float(text.replace(",", "."))
    except ValueError as error:
        raise FormError(f"The {side} limit {text[:40]!r} is no number.") from error


def limits_words(row: CharacteristicRow) -> str:
    """Return the specification of a characteristic.

    Examples
    --------
    >>> limits_words(CharacteristicRow(
    ...     "L/S/T/F:total_stain_pct", Stream("L", "S", "T", "F"), "total_stain_pct",
    ...     None, "beyond-limits", 0.5, 3.0, "%", True,
    ... ))
    '0.5 to 3 %'

    """
    unit = short_unit(row.metric)
    low, high = row.spec_lower, row.spec_upper
    if low is not None and high is not None:
        words = f"{_exact(low)} to {_exact(high)}"
    elif high is not None:
        words = f"at most {_exact(high)}"
    elif low is not None:
        words = f"at least {_exact(low)}"
    else:
        return "none"
    return f"{words} {unit}".strip()


def _exact(limit: float) -> str:
    """Write a limit as it is: what a person set is not rounded."""
    return f"{limit:.12g}".replace("-", "\N{MINUS SIGN}")


def differences(before: CharacteristicRow, after: CharacteristicRow) -> list[tuple[str, str, str]]:
    """Return what differs: its name, before, after."""
    pairs = [
        ("Specification", limits_words(before), limits_words(after)),
        ("Chart", KINDS[before.chart or ""], KINDS[after.chart or ""]),
        ("Rules", RULES.get(before.rules, before.rules), RULES.get(after.rules, after.rules)),
        ("Monitored", _on(enabled=before.enabled), _on(enabled=after.enabled)),
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _on(*, enabled: bool) -> str:
    return "on" if enabled else "off"


def consequences(
    before: CharacteristicRow, after: CharacteristicRow, phase_id: int | None
) -> list[str]:
    """Return what a change means, a sentence each; `phase_id` are the limits in force."""
    said = []
    if limits_words(before) != limits_words(after):
        said.append(
            "Parts captured from now on pass or fail by it, and the next run judges them so. "
            "Verdicts and alerts of parts captured before stay as they are."
            if judges_parts(after.metric)
            else "It fails no part: values beyond it, of parts captured from now on, raise an alert."
        )
    if before.chart != after.chart:
        said.append(
            f"Limits #{phase_id} stay in force with the chart they were learnt for, until somebody "
            "puts limits of the new kind in force: see Limits on the chart page."
            if phase_id is not None
            else "Limits are learnt anew with the new kind and wait for approval."
        )
    if before.enabled and not after.enabled:
        said.append(
            "From the next run on there is no tile, no chart and no alert of it; what is stored "
            "stays, and parts pass or fail as before."
        )
    if after.enabled and not before.enabled:
        said.append("The next run evaluates it again, with the limits it had.")
    return said


def characteristic_words(row: CharacteristicRow) -> str:
    """Return a characteristic's name with its place."""
    stream = row.stream
    name = metric_name(row.metric).label
    return f"{name}, {stream.line} / {stream.station} / {stream.tool} / {stream.family}"
