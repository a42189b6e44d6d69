"""Rows by hand: what the warehouse would return, with only the values that matter spelled out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dashboard.alert_board import AlertBoard
from dashboard.clock import PlantClock
from dashboard.context import PageContext
from dashboard.reader import ChartData, Footing, Overview, PartData
from inference.overlay import encode_png
from spc.phase import freeze_phase, phase_to_dict
from warehouse.errors import UnknownRowError, WarehouseDamagedError
from warehouse.inspector import InspectorFacts
from warehouse.journal.audit_page import AuditPage
from warehouse.journal.characteristics import CharacteristicRow, characteristic_id
from warehouse.journal.phases import PhaseRow
from warehouse.journal.reviews import ReviewRow
from warehouse.location import LocationMap
from warehouse.pareto import ParetoCount
from warehouse.parts import InspectionsPage
from warehouse.records import RunRow, SignalRow, StateRow, Stream
from warehouse.screening import ScreenedCharacteristic
from warehouse.series import MetricSeries, StreamSummary
from warehouse.steps import StationStep

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
STREAM = Stream("A", "wash", "tool-1", "HS-40")
STAIN_COUNT = characteristic_id(STREAM, "stain_count")


@pytest.fixture
def clock() -> PlantClock:
    return PlantClock(ZoneInfo("Europe/Berlin"), lambda: NOW)


@pytest.fixture
def make_state() -> Callable[..., StateRow]:
    def make(state: str = "in control", *, stream: Stream = STREAM, **values) -> StateRow:
        row = StateRow(
            characteristic_id=characteristic_id(stream, values.pop("metric", "stain_count")),
            state=state, since=None, latest_value=5.0, latest_at=NOW - timedelta(hours=2),
            center=4.0, lcl=None, ucl=12.0, unit="stains", points=500, open_signals=0,
            sparkline=(4.0, 5.0), phase_id=1, evaluated_at=NOW, reason="limits from 300 parts",
        )  # fmt: skip
        return replace(row, **values)

    return make


@pytest.fixture
def make_run() -> Callable[..., RunRow]:
    def make(**values) -> RunRow:
        row = RunRow(
            7, NOW - timedelta(hours=1), NOW - timedelta(minutes=50), "schedule", "m",
            10, 6, 1, 1, 1, 1, None,
        )  # fmt: skip
        return replace(row, **values)

    return make


@pytest.fixture
def make_series() -> Callable[..., MetricSeries]:
    def make(values, *, model: str = "m1", step: timedelta = timedelta(hours=1)) -> MetricSeries:
        n = len(values)
        start = np.datetime64((NOW - step * n).replace(tzinfo=None), "us")
        return MetricSeries(
            metric="stain_count",
            pass_ids=[f"pass {at}" for at in range(n)],
            part_ids=[f"P-{at}" for at in range(n)],
            captured_at=start + np.arange(n) * np.timedelta64(step),
            values=np.asarray(values, dtype=float),
            model_ids=[model] * n,
            passed=[None] * n,
        )

    return make


def moment(series: MetricSeries, at: int) -> datetime:
    return series.captured_at[at].astype("datetime64[us]").item().replace(tzinfo=UTC)


@pytest.fixture
def make_phase() -> Callable[..., PhaseRow]:
    """A phase frozen on the points [first, last] of a series, in force from its baseline on."""

    def make(series: MetricSeries, first: int, last: int, **values) -> PhaseRow:
        phase = freeze_phase(series.values[first : last + 1], alpha=0.001)
        row = PhaseRow(
            phase_id=1, characteristic_id=STAIN_COUNT, model_id="m1", status="active",
            valid_from=moment(series, first), first_pass_at=moment(series, first),
            last_pass_at=moment(series, last), phase=phase_to_dict(phase), created_by="A. Person",
            created_at=NOW, reason="a calm week",
        )  # fmt: skip
        return replace(row, **values)

    return make


@pytest.fixture
def make_signal() -> Callable[..., SignalRow]:
    def make(series: MetricSeries, at: int, **values) -> SignalRow:
        row = SignalRow(
            signal_id=f"signal {at}", characteristic_id=STAIN_COUNT, phase_id=1,
            rule="beyond-limits-1", panel="individuals", completing_pass_id=series.pass_ids[at],
            completing_at=moment(series, at), evaluation_id=1, value=float(series.values[at]),
            center=4.0, lcl=None, ucl=12.0, run_pass_ids=(series.pass_ids[at],), evaluated_at=NOW,
            withdrawn_at=None, withdrawn_reason=None,
        )  # fmt: skip
        return replace(row, **values)

    return make


@pytest.fixture
def characteristic() -> CharacteristicRow:
    return CharacteristicRow(
        STAIN_COUNT, STREAM, "stain_count", None, "beyond-limits", None, 20.0, "stains", True
    )


class HandReader:
    """A reader over rows in memory; `damaged` makes every read fail as a damaged file does."""

    def __init__(self) -> None:
        self.states: list[StateRow] = []
        self.stream_rows: list[StreamSummary] = []
        self.run: RunRow | None = None
        self.charts: dict[str, ChartData] = {}
        self.map = LocationMap(np.zeros((32, 32), dtype=np.int64), np.zeros((32, 32)), 0)
        self.part_data: dict[str, PartData] = {}
        self.page = InspectionsPage([], 0)
        self.step_rows: list[StationStep] = []
        self.screened: list[ScreenedCharacteristic] = []
        self.counts: list[ParetoCount] = []
        self.board = AlertBoard()
        self.facts = InspectorFacts()
        self.trail = AuditPage((), 0)
        self.review_rows: list[ReviewRow] = []
        self.asked: list[object] = []
        self.damaged = False

    def _look(self) -> None:
        if self.damaged:
            raise WarehouseDamagedError(
                "/srv/line-7/warehouse/current.duckdb is damaged: publish again"
            )

    def footing(self) -> Footing:
        self._look()
        return Footing(NOW, self.run)

    def overview(self) -> Overview:
        self._look()
        return Overview(self.states, self.stream_rows, self.run, NOW)

    def characteristics(self) -> list[CharacteristicRow]:
        return [data.characteristic for data in self.charts.values()]

    def chart(self, name: str) -> ChartData:
        self._look()
        if name not in self.charts:
            raise UnknownRowError(f"no characteristic '{name}'")
        return self.charts[name]

    def streams(self) -> list[StreamSummary]:
        return self.stream_rows

    def locations(self, *asked) -> LocationMap:
        self._look()
        self.asked.append(asked)
        return self.map

    def steps(self, *asked) -> list[StationStep]:
        self._look()
        self.asked.append(asked)
        return self.step_rows

    def screening(self, *asked) -> list[ScreenedCharacteristic]:
        self._look()
        self.asked.append(asked)
        return self.screened

    def pareto(self, *asked) -> list[ParetoCount]:
        self._look()
        self.asked.append(asked)
        return self.counts

    def audit(self, find: str, limit: int, offset: int) -> AuditPage:
        self._look()
        self.asked.append((find, limit, offset))
        return self.trail

    def inspector(self, *asked) -> InspectorFacts:
        self._look()
        return self.facts

    def reviews(self, *asked) -> list[ReviewRow]:
        self._look()
        return self.review_rows

    def review(self, image, opinion, **decision) -> None:
        self.asked.append(("review", image.image_id, opinion, decision["who"]))

    def alerts(self, now: datetime) -> AlertBoard:
        self._look()
        return self.board

    def settle_alert(self, episode_id: str, state: str, **decision) -> None:
        self.asked.append((state, episode_id, decision["who"], decision["reason"]))

    def silence(self, scope, **decision) -> None:
        self.asked.append(("silence", scope, decision["until"], decision["who"]))

    def part(self, pass_id: str) -> PartData | None:
        self._look()
        return self.part_data.get(pass_id)

    def parts(self, *asked) -> InspectionsPage:
        self._look()
        self.asked.append(asked)
        return self.page

    def mask(self, sha256: str, model_id: str) -> bytes:
        return encode_png(np.zeros((200, 320), dtype=np.uint8))

    def approve_phase(self, phase_id: int, **decision) -> None:
        self.asked.append(("approve", phase_id, decision["who"], decision["reason"]))

    def turn_down_phase(self, phase_id: int, **decision) -> None:
        self.asked.append(("turn down", phase_id, decision["who"], decision["reason"]))

    def propose_phase(self, row: PhaseRow, **decision) -> int:
        self.asked.append(("propose", row, decision["who"], decision["activate"]))
        return 7

    def save_cause(self, row, *, reason: str) -> None:
        self.asked.append(("cause", row, reason))


@pytest.fixture
def reader() -> HandReader:
    return HandReader()


@pytest.fixture
def context(reader: HandReader, clock: PlantClock) -> PageContext:
    return PageContext(reader, clock)


@pytest.fixture
def words_of() -> Callable[[object], str]:
    """Every text a component shows, in order, joined by blanks."""

    def texts(part: object) -> list[str]:
        if part is None:
            return []
        if isinstance(part, str | int | float):
            return [str(part)]
        if isinstance(part, list | tuple):
            return [text for one in part for text in texts(one)]
        own = [str(getattr(part, name)) for name in ("label", "title") if hasattr(part, name)]
        return own + texts(getattr(part, "children", None))

    return lambda part: " ".join(texts(part))
