"""By which specification limits a part is judged: those of its stream when it was captured.

`[specification]` of the settings seeds the characteristics of a new stream and judges what no chart
shows. From then on the journal counts, with the time from which each change holds. What a run judged
by lies in the archive with its settings, so that a rebuild gives every inspection the verdict it had.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from inference.specification import SpecificationLimit
from jobs.configuration.chart_sections import SpecificationSettings
from jobs.settings import BY_STREAM, Settings, measuring_settings, settings_hash
from warehouse.errors import JournalError
from warehouse.journal.characteristics import CharacteristicRow, characteristics
from warehouse.journal.specification_changes import (
    Pair,
    SpecificationChange,
    specification_changes,
)
from warehouse.journal.store import Journal, open_journal
from warehouse.records import ImageRow, Stream
from warehouse.site import Site

logger = logging.getLogger(__name__)

NO_LIMITS: Final[Pair] = (None, None)


@dataclass(frozen=True, slots=True)
class LimitStage:
    """Limits that hold for parts captured from `since` on; None is ever since."""

    since: datetime | None
    lower: float | None
    upper: float | None


Stages = tuple[LimitStage, ...]


@dataclass(frozen=True, slots=True)
class Specifications:
    """The limits of every stream.

    Attributes
    ----------
    seed : SpecificationSettings
        For streams and metrics that the journal does not know.
    own : mapping of stream key to (metric to stages, oldest first)
        What the journal says otherwise; two empty sides are no limit.

    """

    seed: SpecificationSettings
    own: Mapping[str, Mapping[str, Stages]] = field(default_factory=dict)

    def of(self, stream: Stream, captured_at: datetime) -> tuple[SpecificationLimit, ...]:
        """Return the limits that a part of a stream is judged by, in the order of the settings.

        Examples
        --------
        >>> from datetime import UTC, timedelta
        >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
        >>> seed = SpecificationSettings.model_validate({"stain_count": 5, "scratch_count": 2})
        >>> stream = Stream("L1", "S10", "T1", "HS")
        >>> stages = (LimitStage(None, None, 5.0), LimitStage(noon, None, 7.0))
        >>> limits = Specifications(seed, {stream.key: {"stain_count": stages}})
        >>> [(each.metric, each.upper) for each in limits.of(stream, noon)]
        [('stain_count', 7.0), ('scratch_count', 2.0)]
        >>> [each.upper for each in limits.of(stream, noon - timedelta(seconds=1))]
        [5.0, 2.0]

        """
        own = self.own.get(stream.key, {})
        pairs = {
            metric: _at(own[metric], captured_at) if metric in own else pair
            for metric, pair in seeded(self.seed).items()
        }
        return tuple(
            SpecificationLimit(metric, lower=lower, upper=upper)
            for metric, (lower, upper) in pairs.items()
            if (lower, upper) != NO_LIMITS
        )


def limits_of(
    specifications: Specifications, images: Sequence[ImageRow]
) -> tuple[SpecificationLimit, ...]:
    """Return the limits for the pass that some images belong to: captured with its first view."""
    first = min(images, key=lambda each: each.captured_at)
    stream = Stream(first.line, first.station, first.tool, first.family)
    return specifications.of(stream, first.captured_at)


def _at(stages: Stages, captured_at: datetime) -> Pair:
    held = [one for one in stages if one.since is None or one.since <= captured_at]
    return (held[-1].lower, held[-1].upper) if held else NO_LIMITS


def seeded(seed: SpecificationSettings) -> dict[str, Pair]:
    """Return the limits that the settings give, by metric, in their order."""
    found = {metric: getattr(seed, metric) for metric in type(seed).model_fields}
    return {
        metric: NO_LIMITS if limits is None else (limits.lower, limits.upper)
        for metric, limits in found.items()
    }


def specifications_of(
    seed: SpecificationSettings,
    rows: Iterable[CharacteristicRow],
    changes: Mapping[str, Sequence[SpecificationChange]],
) -> Specifications:
    """Return the limits of the characteristics, whether they are charted or switched off."""
    pairs = seeded(seed)
    own: dict[str, dict[str, Stages]] = {}
    for row in rows:
        if row.metric in pairs:
            stages = _stages(row, changes.get(row.characteristic_id, ()))
            if stages != (LimitStage(None, *pairs[row.metric]),):
                own.setdefault(row.stream.key, {})[row.metric] = stages
    return Specifications(seed, own)


def _stages(row: CharacteristicRow, changes: Sequence[SpecificationChange]) -> Stages:
    if not changes:
        return (LimitStage(None, row.spec_lower, row.spec_upper),)
    first = LimitStage(None, *changes[0].before)
    return (first, *(LimitStage(one.valid_from, *one.limits) for one in changes))


def specifications_in(journal: Journal, settings: Settings) -> Specifications:
    """Return the limits in force in an open journal."""
    rows = characteristics(journal)
    return specifications_of(settings.specification, rows, specification_changes(journal))


def specifications_in_force(site: Site, settings: Settings) -> tuple[Specifications, str]:
    """Return the limits in force, and a warning where the journal cannot say."""
    try:
        with open_journal(site.journal) as journal:
            return specifications_in(journal, settings), ""
    except JournalError as error:
        logger.warning("the specification limits cannot be read: %s", error)
        warning = (
            "parts are judged by [specification] of the settings, as the journal cannot be read: "
            f"{error}"
        )
        return Specifications(settings.specification), warning


def measuring_record(
    settings: Settings, specifications: Specifications
) -> tuple[str, dict[str, Any]]:
    """Return the hash of the rules that measurements depend on, and these as plain tables."""
    own = {
        stream: {
            metric: [
                [None if one.since is None else one.since.isoformat(), one.lower, one.upper]
                for one in stages
            ]
            for metric, stages in sorted(limits.items())
        }
        for stream, limits in sorted(specifications.own.items())
    }
    return settings_hash(settings, own), measuring_settings(settings, own)


def recorded_limits(
    table: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, dict[str, Stages]]]:
    """Return the tables of a record without the limits of the streams, and these.

    Examples
    --------
    >>> own = {"L": {"stain_count": [[None, None, 3.0]]}}
    >>> recorded_limits({"site": {}, "specification_by_stream": own})[1]["L"]["stain_count"]
    (LimitStage(since=None, lower=None, upper=3.0),)

    """
    rest = {name: value for name, value in table.items() if name != BY_STREAM}
    own = {
        stream: {
            metric: tuple(
                LimitStage(since and datetime.fromisoformat(since), lower, upper)
                for since, lower, upper in stages
            )
            for metric, stages in limits.items()
        }
        for stream, limits in table.get(BY_STREAM, {}).items()
    }
    return rest, own
