"""Give every stream its characteristics when it is first seen; the data choose their charts.

What a person changed afterwards is never touched again: a characteristic is added once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dashboard.metric_names import metric_name
from jobs.configuration.chart_sections import SpecificationSettings
from jobs.monitoring.shares import NONCONFORMING, REFUSED
from warehouse.journal.characteristic_rules import judges_parts
from warehouse.journal.characteristics import (
    CharacteristicRow,
    add_missing_characteristics,
    characteristic_id,
    characteristics,
)
from warehouse.journal.store import Journal
from warehouse.records import HEALTH_METRICS, LOCATION_METRICS, METRICS, Stream

SYSTEM = "blemish"
"""Who stands in the audit trail where no person acted."""

RULES = "beyond-limits"
"""Rule set of a new characteristic: its limits are budgeted, and zone rules would add to that."""

STREAM_METRICS = (*METRICS, *HEALTH_METRICS, *LOCATION_METRICS)
"""What every stream has; the share of nonconforming parts comes with a specification."""


def default_characteristics(
    stream: Stream, specification: SpecificationSettings
) -> tuple[CharacteristicRow, ...]:
    """Return the characteristics of a new stream, limits from the settings.

    Examples
    --------
    >>> rows = default_characteristics(
    ...     Stream("L1", "S10", "T1", "HS"), SpecificationSettings.model_validate({"stain_count": 5})
    ... )
    >>> [(row.metric, row.spec_upper, row.unit) for row in rows][:2]
    [('stain_count', 5.0, 'stains per part'), ('total_stain_pct', None, '% of the surface')]
    >>> [row.metric for row in rows][-3:]
    ['stain_location', 'scratch_location', 'nonconforming_share']

    """
    judged = any(getattr(specification, name) for name in type(specification).model_fields)
    metrics = (*STREAM_METRICS, NONCONFORMING) if judged else STREAM_METRICS
    return tuple(_characteristic(stream, metric, specification) for metric in metrics)


def _characteristic(
    stream: Stream, metric: str, specification: SpecificationSettings
) -> CharacteristicRow:
    limits = getattr(specification, metric, None)
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
    arrivals: Iterable[Stream] = (),
) -> list[CharacteristicRow]:
    """Add what is missing for `streams` and return the added rows; a repeat adds nothing.

    `arrivals` are the streams, or the whole site, in which refused pictures are counted. Where a
    person gave a stream its first specification, its nonconforming parts are counted from then on.
    """
    judged = {
        row.stream
        for row in characteristics(journal)
        if judges_parts(row.metric) and (row.spec_lower, row.spec_upper) != (None, None)
    }
    rows: list[CharacteristicRow] = []
    for stream in streams:
        rows += default_characteristics(stream, specification)
        if stream in judged:
            rows.append(_characteristic(stream, NONCONFORMING, specification))
    rows += [_characteristic(stream, REFUSED, specification) for stream in arrivals]
    return add_missing_characteristics(journal, rows, who=SYSTEM, now=now)
