"""One walk over all streams: every characteristic evaluated, whatever happens to the others."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from jobs.monitoring.carried import Carried
from jobs.monitoring.evaluation import Evaluation, evaluate_characteristic
from jobs.monitoring.location_round import LocationRound
from jobs.monitoring.proposals import NoLimits
from jobs.monitoring.round import Round
from jobs.monitoring.shares import REFUSED
from jobs.monitoring.sources import Sources
from jobs.monitoring.states import Evidence, Tail, error_state, state_of
from jobs.monitoring.stream_news import StreamNews, stream_views
from jobs.monitoring.stream_view import StreamView
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.monitored_streams import StreamRow
from warehouse.part_groups import GroupRow
from warehouse.records import LOCATION_METRICS, Stream

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class SiteWalk:
    """A walk; `streams` gathers how much of each is evaluated after it."""

    this_round: Round
    found: StreamNews
    carried: Carried
    sources: Sources
    refused: Mapping[Stream, list[GroupRow]]
    rows: list[CharacteristicRow]
    streams: list[StreamRow] = field(default_factory=list)
    location: LocationRound = field(init=False)

    def __post_init__(self) -> None:
        touched = [stream for stream, own in self.found.touched.items() if own]
        self.location = LocationRound.of_streams(self.this_round, touched)

    def evaluations(self) -> list[Evaluation]:
        """Evaluate every characteristic once."""
        by_stream: dict[Stream, list[CharacteristicRow]] = defaultdict(list)
        for row in self.rows:
            if row.metric != REFUSED:
                by_stream[row.stream].append(row)
        views = stream_views(
            self.this_round.connection, self.found, by_stream, self.carried, self.sources.groups
        )
        done: list[Evaluation] = []
        for view in views:
            of_view = partial(self._of_parts, view)
            done += [self._whatever_happens(row, of_view) for row in by_stream.pop(view.stream, [])]
            self.streams += view.rows.values()
        # Streams that a person wrote down and that no part has passed yet.
        waiting = [row for rows in by_stream.values() for row in rows]
        done += [self._whatever_happens(row, self._without_parts) for row in waiting]
        pictures = [row for row in self.rows if row.metric == REFUSED]
        done += [self._whatever_happens(row, self._of_pictures) for row in pictures]
        return done

    def _whatever_happens(
        self, row: CharacteristicRow, evaluate: Callable[[CharacteristicRow], Evaluation]
    ) -> Evaluation:
        """A fault in one characteristic must not blind the plant to the rest."""
        key = row.characteristic_id
        try:
            return evaluate(row)
        except Exception as error:
            logger.exception("characteristic %s could not be evaluated", key)
            reason = f"could not be evaluated: {str(error) or type(error).__name__}"
            previous = self.carried.states.get(key)
            # Without its checkpoints it is judged from the beginning next time.
            return Evaluation(
                state=error_state(row, reason, now=self.this_round.now, previous=previous)
            )

    def _of_parts(self, view: StreamView, row: CharacteristicRow) -> Evaluation:
        if row.metric in LOCATION_METRICS:
            return self.location.evaluate(row, view, self.carried)
        source = self.sources.of_parts(view, row.metric)
        return evaluate_characteristic(self.this_round, row, source, self.carried)

    def _of_pictures(self, row: CharacteristicRow) -> Evaluation:
        source = self.sources.of_pictures(row.stream, self.refused)
        return evaluate_characteristic(self.this_round, row, source, self.carried)

    def _without_parts(self, row: CharacteristicRow) -> Evaluation:
        key = row.characteristic_id
        evidence = Evidence(row, Tail(0, None, None, ()), NoLimits("no parts measured yet"), ())
        previous = self.carried.states.get(key)
        state = state_of(evidence, now=self.this_round.now, previous=previous)
        return Evaluation(state=state, evaluated=self.carried.evaluated_of(key))
