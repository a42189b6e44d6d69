"""Facts again from the archive: original bytes, sidecars, settings and models as they were."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from inference.errors import ModelError
from jobs.errors import SettingsError
from jobs.measurement.measuring import inspector_of, worker_plan
from jobs.measurement.pool import measuring_pool
from jobs.measurement.replay_batch import ReplayBench, ReplayReport
from jobs.measurement.replay_plan import PassEvent, plan_replay, replay_batches
from jobs.measurement.specifications import Specifications, recorded_limits
from jobs.progress import Progress, no_progress
from jobs.settings import Settings, settings_of_table
from warehouse.archive import Archive
from warehouse.batch_store import BatchStore
from warehouse.errors import ArchiveError
from warehouse.ledger import measured_hashes, next_revision

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Replay:
    """Measures archived images again and stores their rows.

    Attributes
    ----------
    settings : Settings
        Those of today: how many workers, and the rules where the archive has lost those by which
        an image was measured.

    """

    store: BatchStore
    archive: Archive
    settings: Settings
    progress: Progress = no_progress

    def run(self, image_ids: Iterable[str]) -> ReplayReport:
        """Make the rows of these images; those that have rows are left alone."""
        plan = plan_replay(self.archive, image_ids)
        report = ReplayReport(lost=list(plan.unusable))
        events = self._without_rows(plan.events)
        total = sum(len(event.images) for event in events)
        for (model_id, rules), group in groupby(events, key=_workshop_key):
            own = tuple(group)
            try:
                self._measure(model_id, rules, own, report, total)
            except (ArchiveError, ModelError) as error:
                # A model that is gone must not keep the images of the others from their rows.
                logger.warning("images of model %s stay without rows: %s", model_id, error)
                report.lost.extend((image, str(error)) for image in self._open_images(own))
        return report

    def _measure(
        self,
        model_id: str,
        settings_hash: str,
        events: Sequence[PassEvent],
        report: ReplayReport,
        total: int,
    ) -> None:
        rules, specifications = self._rules(settings_hash)
        plan = replace(
            worker_plan(rules, self.archive.model_path(model_id)),
            workers=self.settings.inference.workers,
            threads=self.settings.inference.threads,
        )
        with measuring_pool(plan) as pool:
            inspector = inspector_of(
                rules,
                specifications,
                connection=self.store.connection,
                archive=self.archive,
                pool=pool,
                run_id=events[0].circumstances.run_id,
            )
            bench = ReplayBench(self.store, self.archive, pool, inspector, report)
            for batch in replay_batches(events):
                bench.measure(batch)
                self.progress("measuring again", report.images, total)

    def _rules(self, settings_hash: str) -> tuple[Settings, Specifications]:
        """The settings and the limits of the streams as they were."""
        try:
            table, own = recorded_limits(self.archive.read_settings(settings_hash))
            rules = settings_of_table(table, settings_hash)
        except (ArchiveError, SettingsError) as error:
            logger.warning("the settings of today are used: %s", error)
            rules, own = self.settings, {}
        return rules, Specifications(rules.specification, own)

    def _without_rows(self, events: Sequence[PassEvent]) -> list[PassEvent]:
        """The events to repeat; the images of one were committed together."""
        stored = measured_hashes(self.store.connection)
        return [event for event in events if not self._has_rows(event, stored)]

    def _has_rows(self, event: PassEvent, stored: set[str]) -> bool:
        if event.images:
            return stored.issuperset(event.images)
        # A revision by a newer model alone brought no image.
        revision = event.circumstances.inspection_revision
        return next_revision(self.store.connection, event.pass_id) > revision

    def _open_images(self, events: Sequence[PassEvent]) -> list[str]:
        stored = measured_hashes(self.store.connection)
        return [image for event in events for image in event.images if image not in stored]


def _workshop_key(event: PassEvent) -> tuple[str, str]:
    return event.circumstances.model_id, event.circumstances.settings_hash
