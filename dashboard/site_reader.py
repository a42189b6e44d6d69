"""The reader of a site folder: snapshot, journal and archive."""

from collections.abc import Collection
from datetime import datetime

from dashboard.alert_board import AlertBoard
from dashboard.reader import Approval, ChartData, Footing, Overview, PartData
from warehouse.archive import Archive
from warehouse.errors import NotPublishedError
from warehouse.inspector import InspectorFacts, inspector_facts
from warehouse.journal import alerts as alerts_table
from warehouse.journal import causes as causes_table
from warehouse.journal import characteristics as characteristics_table
from warehouse.journal import outbox as outbox_table
from warehouse.journal import phases as phases_table
from warehouse.journal import reviews as reviews_table
from warehouse.journal import silences as silences_table
from warehouse.journal.alert_ledger import alert_ledger
from warehouse.journal.alert_plan import EpisodeState
from warehouse.journal.audit import audit_trail
from warehouse.journal.audit_page import AuditPage, audit_page
from warehouse.journal.causes import CauseRow
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.episode_states import set_episode_state
from warehouse.journal.phases import PhaseRow
from warehouse.journal.reviews import Opinion, ReviewRow
from warehouse.journal.silence_scope import SilenceScope
from warehouse.journal.specification_changes import specification_changes
from warehouse.journal.store import Journal, open_journal
from warehouse.location import LocationMap, location_counts
from warehouse.pareto import Counted, Grouping, ParetoCount, pareto_counts
from warehouse.part_list import inspections_page
from warehouse.parts import (
    InspectionsPage,
    PartFilters,
    inspection_detail,
    neighbours,
    part_history,
)
from warehouse.records import ClassName, ImageRow, RunRow, StateRow, Stream
from warehouse.runs import latest_runs
from warehouse.screening import ScreenedCharacteristic, screening
from warehouse.series import StreamSummary, metric_series, streams
from warehouse.signals import signals_of
from warehouse.site import Site
from warehouse.snapshot import SnapshotReader
from warehouse.states import states
from warehouse.steps import StationStep, station_steps


class SiteReader:
    """Reads the newest snapshot for every call, so a new publication shows at once."""

    def __init__(self, snapshot: SnapshotReader, journal: Journal, archive: Archive) -> None:
        self._snapshot = snapshot
        self._journal = journal
        self._archive = archive

    def close(self) -> None:
        """Close the snapshot and the journal."""
        self._snapshot.close()
        self._journal.close()

    def footing(self) -> Footing:
        """Return when the facts were published, and the newest run."""
        try:
            with self._snapshot.read() as connection:
                runs = latest_runs(connection, 1)
        except NotPublishedError:
            return Footing(None, None)
        return Footing(self._snapshot.published_at(), _first(runs))

    def overview(self) -> Overview:
        """Return the wall; an empty one before the first publication."""
        try:
            with self._snapshot.read() as connection:
                found_states, found_streams = states(connection), streams(connection)
                runs = latest_runs(connection, 1)
        except NotPublishedError:
            return Overview([], [], None, None)
        return Overview(found_states, found_streams, _first(runs), self._snapshot.published_at())

    def characteristics(self) -> list[CharacteristicRow]:
        """Return the enabled characteristics."""
        return characteristics_table.characteristics(self._journal, enabled_only=True)

    def chart(self, characteristic_id: str) -> ChartData:
        """Return facts of the snapshot with the journal's newest decisions."""
        row = characteristics_table.characteristic(self._journal, characteristic_id)
        with self._snapshot.read() as connection:
            series = metric_series(connection, row.stream, row.metric)
            signals = signals_of(connection, characteristic_id)
            state = _state_of(states(connection), characteristic_id)
        found_causes = causes_table.causes(self._journal, [one.signal_id for one in signals])
        return ChartData(
            characteristic=row,
            series=series,
            phases=phases_table.phases(self._journal, characteristic_id),
            signals=signals,
            causes={cause.signal_id: cause for cause in found_causes},
            state=state,
            approvals=self._approvals(characteristic_id),
            limit_changes=specification_changes(self._journal, characteristic_id).get(
                characteristic_id, ()
            ),
        )

    def _approvals(self, characteristic_id: str) -> dict[int, Approval]:
        trail = audit_trail(self._journal, subject=characteristic_id)
        return {
            int(row.after["phase_id"]): Approval(row.who, row.at, row.reason)
            for row in trail
            if row.what == "phase active" and row.after is not None
        }

    def streams(self) -> list[StreamSummary]:
        """Return the streams with data; none before the first publication."""
        try:
            with self._snapshot.read() as connection:
                return streams(connection)
        except NotPublishedError:
            return []

    def locations(
        self,
        streams: Collection[Stream] | None,
        defect_class: ClassName,
        start: datetime | None,
        end: datetime | None,
    ) -> LocationMap:
        """Count the parts with a defect in each cell."""
        with self._snapshot.read() as connection:
            return location_counts(
                connection, defect_class=defect_class, streams=streams, start=start, end=end
            )

    def steps(
        self,
        metric: str,
        line: str | None,
        family: str | None,
        start: datetime | None,
        end: datetime | None,
    ) -> list[StationStep]:
        """Return the changes of a metric between stations."""
        with self._snapshot.read() as connection:
            return station_steps(connection, metric, line=line, family=family, start=start, end=end)

    def screening(
        self, start: datetime | None, end: datetime | None
    ) -> list[ScreenedCharacteristic]:
        """Return all characteristics with their figures; none before the first publication."""
        try:
            with self._snapshot.read() as connection:
                return screening(connection, start=start, end=end)
        except NotPublishedError:
            return []

    def pareto(
        self,
        by: Grouping,
        counted: Counted,
        stream: Stream | None,
        start: datetime | None,
        end: datetime | None,
    ) -> list[ParetoCount]:
        """Count by what things have in common."""
        chosen = None if stream is None else [stream]
        with self._snapshot.read() as connection:
            return pareto_counts(connection, by, counted, streams=chosen, start=start, end=end)

    def part(self, pass_id: str) -> PartData | None:
        """Return one inspection with its part's history."""
        with self._snapshot.read() as connection:
            detail = inspection_detail(connection, pass_id)
            if detail is None:
                return None
            history = part_history(connection, detail.inspection.part_id)
            near = neighbours(connection, pass_id)
        images = [image.image_id for image in detail.images]
        found = reviews_table.standing_reviews(self._journal, image_ids=images)
        return PartData(detail, history, near, tuple(found))

    def reviews(self, start: datetime | None, end: datetime | None) -> list[ReviewRow]:
        """Return the verdicts that count on images of a period."""
        return reviews_table.standing_reviews(self._journal, start=start, end=end)

    def review(self, image: ImageRow, opinion: Opinion, *, who: str, now: datetime) -> None:
        """Store what a reviewer says of one defect."""
        reviews_table.store_review(self._journal, image, opinion, who=who, now=now)

    def parts(self, filters: PartFilters, limit: int, offset: int) -> InspectionsPage:
        """Return one page of inspections."""
        with self._snapshot.read() as connection:
            return inspections_page(connection, filters, limit, offset)

    def audit(self, find: str, limit: int, offset: int) -> AuditPage:
        """Return some entries of the audit trail."""
        return audit_page(self._journal, find=find, limit=limit, offset=offset)

    def inspector(self, start: datetime | None, end: datetime | None) -> InspectorFacts:
        """Return what was refused, measured and by which model; nothing before a publication."""
        try:
            with self._snapshot.read() as connection:
                return inspector_facts(connection, start=start, end=end)
        except NotPublishedError:
            return InspectorFacts()

    def alerts(self, now: datetime) -> AlertBoard:
        """Return the alerts as the journal has them now."""
        return AlertBoard(
            episodes=alerts_table.episodes(self._journal),
            silences=silences_table.silences(self._journal, in_force_at=now),
            mails=outbox_table.outbox_counts(self._journal),
            waiting=outbox_table.outbox(self._journal, state="pending"),
            dead=outbox_table.outbox(self._journal, state="dead"),
            ledger=str(alert_ledger(self._journal)),
        )

    def settle_alert(
        self, episode_id: str, state: EpisodeState, *, who: str, now: datetime, reason: str
    ) -> None:
        """Acknowledge, investigate or resolve an alert."""
        set_episode_state(self._journal, episode_id, state, who=who, now=now, reason=reason)

    def silence(
        self, scope: SilenceScope, *, until: datetime, who: str, now: datetime, reason: str
    ) -> None:
        """Keep the alerts of a scope from being mailed."""
        silences_table.silence(self._journal, scope, until=until, who=who, now=now, reason=reason)

    def end_silence(self, silence_id: int, *, who: str, now: datetime, reason: str) -> None:
        """End a silence before its time."""
        silences_table.end_silence(self._journal, silence_id, who=who, now=now, reason=reason)

    def revive_mail(self, message_id: str, *, who: str, now: datetime, reason: str) -> None:
        """Try a mail again that was given up."""
        outbox_table.revive(self._journal, message_id, who=who, now=now, reason=reason)

    def image(self, sha256: str) -> bytes:
        """Return the original bytes of an image."""
        return self._archive.read_image(sha256)

    def mask(self, sha256: str, model_id: str) -> bytes:
        """Return the mask that one model made of an image."""
        return self._archive.read_mask(sha256, model_id)

    def save_cause(self, row: CauseRow, *, reason: str) -> None:
        """Store the cause of a signal."""
        causes_table.save_cause(self._journal, row, reason=reason)

    def approve_phase(self, phase_id: int, *, who: str, now: datetime, reason: str) -> None:
        """Put a proposed phase in force."""
        phases_table.activate_phase(self._journal, phase_id, who=who, now=now, reason=reason)

    def propose_phase(self, row: PhaseRow, *, who: str, now: datetime, activate: bool) -> int:
        """Store limits that a person tried out."""
        return phases_table.propose_phase(
            self._journal,
            characteristic_id=row.characteristic_id,
            model_id=row.model_id,
            valid_from=row.valid_from,
            first_pass_at=row.first_pass_at,
            last_pass_at=row.last_pass_at,
            phase=row.phase,
            created_by=who,
            created_at=now,
            reason=row.reason,
            activate=activate,
        )

    def turn_down_phase(self, phase_id: int, *, who: str, now: datetime, reason: str) -> None:
        """Turn a proposed phase down."""
        phases_table.retire_phase(self._journal, phase_id, who=who, now=now, reason=reason)


def open_site_reader(site: Site) -> SiteReader:
    """Return the reader of a site; JournalMissingError when nobody set it up."""
    return SiteReader(
        SnapshotReader(site.current), open_journal(site.journal), Archive(site.archive)
    )


def _first(runs: list[RunRow]) -> RunRow | None:
    return runs[0] if runs else None


def _state_of(rows: list[StateRow], characteristic_id: str) -> StateRow | None:
    return next((row for row in rows if row.characteristic_id == characteristic_id), None)
