"""Give every stream its characteristics when it is first seen: six metrics, data-chosen charts.

What a person changed afterwards is never touched again: a characteristic is added once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dashboard.metric_names import metric_name
from jobs.configuration.sections import SpecificationSettings
from warehouse.journal.characteristics import (
    CharacteristicRow,
    add_missing_characteristics,
    characteristic_id,
)
from warehouse.journal.store import Journal
from warehouse.records import METRICS, Stream

SYSTEM = "blemish"
"""Who stands in the audit trail where no person acted."""

RULES = "beyond-limits"
"""Rule set of a new characteristic: its limits are budgeted, and zone rules would add to that."""


def default_characteristics(
    stream: Stream, specification: SpecificationSettings
) -> tuple[CharacteristicRow, ...]:
    """Return the six characteristics of a new stream, limits from the settings.

    Examples
    --------
    >>> rows = default_characteristics(
    ...     Stream("L1", "S10", "T1", "HS"), SpecificationSettings.model_validate({"stain_count": 5})
    ... )
    >>> [(row.metric, row.spec_upper, row.unit) for row in rows][:2]
    [('stain_count', 5.0, 'stains per part'), ('total_stain_pct', None, '% of the surface')]

    """
    return tuple(_characteristic(stream, metric, specification) for metric in METRICS)


def _characteristic(
    stream: Stream, metric: str, specification: SpecificationSettings
) -> CharacteristicRow:
    limits = getattr(specification, metric)
    return CharacteristicRow(
        characteristic_id=characteristic_id(stream, metric),
        stream=stream,
        metric=metric,
        chart=None,
        rules=RULES,
        spec_lower=None if limits is None else limits.lower,
        spec_upper=None if limits is None else limits.upper,
        unit=metric_name(metric).unit,
        enabled=True,
    )


def ensure_characteristics(
    journal: Journal,
    streams: Iterable[Stream],
    specification: SpecificationSettings,
    *,
    now: datetime,
) -> list[CharacteristicRow]:
    """Add what is missing for `streams` and return the added rows; a repeat adds nothing."""
    rows = [row for stream in streams for row in default_characteristics(stream, specification)]
    return add_missing_characteristics(journal, rows, who=SYSTEM, now=now)
