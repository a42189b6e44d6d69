"""What the pages read and decide, as a protocol: pages know no store, tests give their own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dashboard.alert_board import AlertBoard
from warehouse.inspector import InspectorFacts
from warehouse.journal.alert_plan import EpisodeState
from warehouse.journal.audit_page import AuditPage
from warehouse.journal.causes import CauseRow
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.journal.phases import PhaseRow
from warehouse.journal.reviews import Opinion, ReviewRow
from warehouse.journal.silence_scope import SilenceScope
from warehouse.journal.specification_changes import SpecificationChange
from warehouse.location import LocationMap
from warehouse.pareto import Counted, Grouping, ParetoCount
from warehouse.parts import InspectionDetail, InspectionsPage, Neighbours, PartFilters
from warehouse.records import (
    ClassName,
    ImageRow,
    InspectionRow,
    RunRow,
    SignalRow,
    StateRow,
    Stream,
)
from warehouse.screening import ScreenedCharacteristic
from warehouse.series import MetricSeries, StreamSummary
from warehouse.steps import StationStep


@dataclass(frozen=True, slots=True)
class Overview:
    """What the wall shows."""

    states: list[StateRow]
    streams: list[StreamSummary]
    last_run: RunRow | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Approval:
    """Who put a phase in force, when and why."""

    who: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ChartData:
    """All about one characteristic: its series, phases, signals (withdrawn ones too), causes.

    `causes` by signal id, `approvals` by phase number; `limit_changes` of its specification, oldest
    first.
    """

    characteristic: CharacteristicRow
    series: MetricSeries
    phases: list[PhaseRow]
    signals: list[SignalRow]
    causes: dict[str, CauseRow]
    state: StateRow | None
    approvals: Mapping[int, Approval] = field(default_factory=dict)
    limit_changes: Sequence[SpecificationChange] = ()


@dataclass(frozen=True, slots=True)
class PartData:
    """All about one inspection, the same part elsewhere, and what reviewers said of its defects."""

    detail: InspectionDetail
    history: list[InspectionRow]
    neighbours: Neighbours
    reviews: tuple[ReviewRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Footing:
    """What the status line of every page says."""

    published_at: datetime | None
    last_run: RunRow | None


class Reader(Protocol):
    """Facts from the published snapshot, decisions from the journal.

    Every method may raise `warehouse.errors.WarehouseError`; its text is fit for the page.
    """

    def footing(self) -> Footing:
        """Return what the status line says."""

    def overview(self) -> Overview:
        """Return the states of all characteristics and the newest run."""

    def characteristics(self) -> list[CharacteristicRow]:
        """Return the characteristics that are charted, by id."""

    def chart(self, characteristic_id: str) -> ChartData:
        """Return everything about one characteristic."""

    def streams(self) -> list[StreamSummary]:
        """Return the streams that have data."""

    def locations(
        self,
        streams: Collection[Stream] | None,
        defect_class: ClassName,
        start: datetime | None,
        end: datetime | None,
    ) -> LocationMap:
        """Count the parts with a defect in each cell, captured in [start, end); None is all streams."""

    def steps(
        self,
        metric: str,
        line: str | None,
        family: str | None,
        start: datetime | None,
        end: datetime | None,
    ) -> list[StationStep]:
        """Return how a metric of the same parts changed from station to station."""

    def screening(
        self, start: datetime | None, end: datetime | None
    ) -> list[ScreenedCharacteristic]:
        """Return every characteristic with figures of a period."""

    def pareto(
        self,
        by: Grouping,
        counted: Counted,
        stream: Stream | None,
        start: datetime | None,
        end: datetime | None,
    ) -> list[ParetoCount]:
        """Count defects, failed inspections or alarms by what they have in common."""

    def part(self, pass_id: str) -> PartData | None:
        """Return one inspection; None when there is none."""

    def parts(self, filters: PartFilters, limit: int, offset: int) -> InspectionsPage:
        """Return one page of the list of inspections."""

    def reviews(self, start: datetime | None, end: datetime | None) -> list[ReviewRow]:
        """Return the verdicts that count on images captured in [start, end)."""

    def review(self, image: ImageRow, opinion: Opinion, *, who: str, now: datetime) -> None:
        """Store what a reviewer says of one defect of an image."""

    def audit(self, find: str, limit: int, offset: int) -> AuditPage:
        """Return some entries of the audit trail, newest first."""

    def inspector(self, start: datetime | None, end: datetime | None) -> InspectorFacts:
        """Return what the inspection refused, measured, and by which models, in a period."""

    def alerts(self, now: datetime) -> AlertBoard:
        """Return the alert episodes, the silences in force at `now` and the mails."""

    def settle_alert(
        self, episode_id: str, state: EpisodeState, *, who: str, now: datetime, reason: str
    ) -> None:
        """Acknowledge, investigate or resolve an alert."""

    def silence(
        self, scope: SilenceScope, *, until: datetime, who: str, now: datetime, reason: str
    ) -> None:
        """Keep the alerts of a scope from being mailed until a moment."""

    def end_silence(self, silence_id: int, *, who: str, now: datetime, reason: str) -> None:
        """End a silence before its time."""

    def revive_mail(self, message_id: str, *, who: str, now: datetime, reason: str) -> None:
        """Try a mail again that was given up."""

    def image(self, sha256: str) -> bytes:
        """Return the original bytes of an image."""

    def mask(self, sha256: str, model_id: str) -> bytes:
        """Return the mask PNG that one model made of an image."""

    def save_cause(self, row: CauseRow, *, reason: str) -> None:
        """Store the cause of a signal in the journal."""

    def approve_phase(self, phase_id: int, *, who: str, now: datetime, reason: str) -> None:
        """Put a proposed phase in force."""

    def propose_phase(self, row: PhaseRow, *, who: str, now: datetime, activate: bool) -> int:
        """Store limits that a person tried out, in force at once if asked for; their number."""

    def turn_down_phase(self, phase_id: int, *, who: str, now: datetime, reason: str) -> None:
        """Turn a proposed phase down."""
