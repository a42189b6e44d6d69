"""The rows of the fact tables, one frozen dataclass per table.

Fields stand in the order of the table's columns. Times are timezone-aware; they are stored and
returned in UTC. Areas and lengths are in pixels of the original image unless the name says mm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Self
from urllib.parse import unquote

from warehouse.errors import WarehouseError

Outcome = Literal["measured", "quarantined", "ignored", "deferred", "known"]
TimeSource = Literal["manifest", "file time"]
ClassName = Literal["scratch", "stain"]
State = Literal[
    "in control", "signal", "drifting", "out of specification", "no data", "too few points", "error"
]

METRICS: Final = (
    "stain_count",
    "total_stain_pct",
    "largest_stain_area_px",
    "scratch_count",
    "longest_scratch_px",
    "total_scratch_pct",
)
"""The charted columns of `inspection`."""

CAMERA_METRICS: Final = ("brightness", "contrast", "focus")
"""The charted columns of `image` that tell of the camera, not of the process."""

MODEL_METRICS: Final = ("mean_confidence", "entropy")
"""Those that tell of the model, once corrected for the defects of the part."""

HEALTH_METRICS: Final = CAMERA_METRICS + MODEL_METRICS
"""How the inspector itself is doing."""

SHARE_METRICS: Final = ("nonconforming_share", "refused_share")
"""Counted in groups of consecutive parts or pictures, see `warehouse.part_groups`."""

INSPECTOR_METRICS: Final = frozenset({*HEALTH_METRICS, "refused_share"})
"""Of camera and model: they say nothing of the part."""

LOCATION_METRICS: Final = ("stain_location", "scratch_location")
"""One nightly test a point, see `warehouse.location_tests`."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of parts: what passes one tool of one station of one line, of one family.

    Examples
    --------
    >>> Stream("L1", "wash/rinse", "T 2", "HS-40").key
    'L1/wash%2Frinse/T 2/HS-40'
    >>> Stream.from_key("L1/wash%2Frinse/T 2/HS-40").station
    'wash/rinse'

    """

    line: str
    station: str
    tool: str
    family: str

    @property
    def key(self) -> str:
        """`line/station/tool/family`; within a part "/" and "%" are percent-escaped."""
        parts = (self.line, self.station, self.tool, self.family)
        return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)

    @classmethod
    def from_key(cls, key: str) -> Self:
        """Return the stream of a `key`; refused when it does not have four parts."""
        parts = key.split("/")
        if len(parts) != len(cls.__slots__):
            raise WarehouseError(
                f"a stream key has four parts (line/station/tool/family), got '{key}'"
            )
        line, station, tool, family = (unquote(part) for part in parts)
        return cls(line, station, tool, family)


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the ingest; `finished_at` None is a run in progress or interrupted."""

    run_id: int
    started_at: datetime
    finished_at: datetime | None
    trigger: str
    model_id: str | None
    seen: int
    measured: int
    quarantined: int
    ignored: int
    deferred: int
    known: int
    error: str | None


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """One path and one change of it: what became of the bytes (the ledger)."""

    path: str
    change_no: int
    outcome: Outcome
    reason: str
    sha256: str | None
    size: int
    mtime_ns: int
    inode: int
    first_seen_at: datetime
    run_id: int
    detail: str


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One image as one model saw it; `image_id` is the SHA-256 of its bytes."""

    image_id: str
    revision: int
    pass_id: str
    part_id: str
    view_row: int | None
    view_column: int | None
    path: str
    line: str
    station: str
    tool: str
    family: str
    lot: str | None
    captured_at: datetime
    captured_at_source: TimeSource
    um_per_px: float | None
    width: int
    height: int
    image_format: str
    model_id: str
    run_id: int
    brightness: float
    contrast: float
    focus: float
    mean_confidence: float
    background_share: float
    entropy: float | None
    inference_ms: float
    sharpness: float | None = None
    detail: float | None = None
    dark_share: float | None = None
    saturated_share: float | None = None
    flat_share: float | None = None
    repeated_share: float | None = None
    noise_share: float | None = None
    chroma: float | None = None
    pixel_key: int | None = None


@dataclass(frozen=True, slots=True)
class DefectRow:
    """One stain or scratch; lengths in px, angle in degrees, `part_x`, `part_y` in 0..1."""

    image_id: str
    revision: int
    defect_no: int
    defect_class: ClassName
    contour_area: float
    pixel_count: int
    circle_x: float
    circle_y: float
    circle_radius: float
    box_x: float
    box_y: float
    box_width: float
    box_height: float
    box_angle: float
    length: float
    bounds_x: int
    bounds_y: int
    bounds_width: int
    bounds_height: int
    confidence: float
    part_x: float
    part_y: float


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One part in one pass through a station: all its views together."""

    pass_id: str
    revision: int
    part_id: str
    line: str
    station: str
    tool: str
    family: str
    lot: str | None
    captured_at: datetime
    model_id: str
    run_id: int
    views_expected: int | None
    views_present: int
    stain_count: int
    largest_stain_area_px: float
    largest_stain_radius_px: float | None
    largest_stain_x: float | None
    largest_stain_y: float | None
    total_stain_area_px: float
    total_stain_pct: float
    scratch_count: int
    longest_scratch_px: float
    total_scratch_area_px: float
    total_scratch_pct: float
    largest_stain_area_mm2: float | None
    longest_scratch_mm: float | None
    total_stain_area_mm2: float | None
    total_scratch_area_mm2: float | None
    surface_px: int
    passed: bool | None
    failed_criteria: tuple[str, ...]

    @property
    def stream(self) -> Stream:
        """The stream this inspection belongs to."""
        return Stream(self.line, self.station, self.tool, self.family)


@dataclass(frozen=True, slots=True)
class MergedDefectRow:
    """One defect that crosses a border between adjoining views, in px of the part."""

    pass_id: str
    revision: int
    merged_no: int
    defect_class: ClassName
    pieces: int
    contour_area: float
    pixel_count: int
    circle_x: float
    circle_y: float
    circle_radius: float
    box_x: float
    box_y: float
    box_width: float
    box_height: float
    box_angle: float
    length: float
    confidence: float
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class MergedPieceRow:
    """One defect of an image that is a piece of a `MergedDefectRow`."""

    pass_id: str
    revision: int
    merged_no: int
    image_id: str
    image_revision: int
    defect_no: int


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model file; `model_id` is its SHA-256, `input_size` (height, width), `card` JSON text."""

    model_id: str
    name: str
    classes: tuple[str, ...]
    input_size: tuple[int, int]
    thresholds: Mapping[str, float]
    card: str
    first_used_at: datetime


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One rule broken at one point; append-only, `signal_id` from `signals.signal_id`."""

    signal_id: str
    characteristic_id: str
    phase_id: int
    rule: str
    panel: str
    completing_pass_id: str
    completing_at: datetime
    evaluation_id: int
    value: float
    center: float
    lcl: float | None
    ucl: float | None
    run_pass_ids: tuple[str, ...]
    evaluated_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str | None


@dataclass(frozen=True, slots=True)
class StateRow:
    """What one characteristic's tile shows; `reason` says in words why it has this state."""

    characteristic_id: str
    state: State
    since: datetime | None
    latest_value: float | None
    latest_at: datetime | None
    center: float | None
    lcl: float | None
    ucl: float | None
    unit: str
    points: int
    open_signals: int
    sparkline: tuple[float, ...]
    phase_id: int | None
    evaluated_at: datetime
    reason: str
