"""Rows to write, and plain DuckDB inserts of the same rows: the floor of the batch writer."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pandas as pd

from warehouse.batch import Batch
from warehouse.connection import Connection
from warehouse.records import ArrivalRow, DefectRow, ImageRow, InspectionRow, ModelRow

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
DEFECTS: Final = 5
ROWS_A_PART: Final = 3 + DEFECTS
MODEL: Final = "a" * 64
_TABLES: Final = {
    "arrivals": "arrival",
    "images": "image",
    "defects": "defect",
    "inspections": "inspection",
}


def batch_of(parts: int, first: int = 0) -> Batch:
    """Return `parts` parts of one image and five defects each, numbered from `first`."""
    numbers = range(first, first + parts)
    return Batch(
        arrivals=tuple(_arrival(number) for number in numbers),
        images=tuple(_image(number) for number in numbers),
        defects=tuple(
            _defect(number, at) for number in numbers for at in range(1, DEFECTS + 1)
        ),
        inspections=tuple(_inspection(number) for number in numbers),
        models=(
            ModelRow(
                MODEL, "fast", ("background", "scratch", "stain"), (320, 320),
                {"stain": 0.5}, "{}", START,
            ),
        ),
    )  # fmt: skip


def frames_of(batch: Batch) -> dict[str, pd.DataFrame]:
    """Return the rows of each table as a frame of typed columns, ready to be inserted."""
    frames = {}
    times = {row.image_id: row.captured_at for row in batch.images}
    for name, table in _TABLES.items():
        rows = getattr(batch, name)
        columns: dict[str, Any] = {
            field: [getattr(row, field) for row in rows] for field in type(rows[0]).__slots__
        }
        if table == "defect":
            columns["captured_at"] = [times[row.image_id] for row in rows]
        frame = pd.DataFrame(columns)
        for column in frame.columns:
            if frame[column].isna().all():
                frame[column] = frame[column].astype("float64")
        if table == "inspection":
            frame["failed_criteria"] = [[] for _ in rows]
        frames[table] = frame
    return frames


def insert_plainly(connection: Connection, frames: dict[str, pd.DataFrame]) -> None:
    """Insert the frames in one transaction, and do nothing else."""
    connection.execute("BEGIN")
    for table, frame in frames.items():
        connection.register("incoming", frame)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")
    connection.execute("COMMIT")


def _place(number: int) -> dict[str, Any]:
    return {
        "line": "L1",
        "station": f"S{number % 2}",
        "tool": "T1",
        "family": "HS",
        "lot": f"LOT{number // 500}",
        "captured_at": START + timedelta(seconds=8 * number),
    }


def _arrival(number: int) -> ArrivalRow:
    return ArrivalRow(
        path=f"P{number:08}.png", change_no=1, outcome="measured", reason="",
        sha256=f"{number:064x}", size=150_000, mtime_ns=1_772_438_400_000_000_000 + number,
        inode=number, first_seen_at=START, run_id=1, detail="",
    )  # fmt: skip


def _image(number: int) -> ImageRow:
    return ImageRow(
        image_id=f"{number:064x}", revision=1, pass_id=f"P{number:08}", part_id=f"P{number:08}",
        view_row=None, view_column=None, path=f"P{number:08}.png", captured_at_source="manifest",
        um_per_px=None, width=320, height=320, image_format="PNG", model_id=MODEL, run_id=1,
        brightness=120.0 + number % 7, contrast=10.0, focus=50.0, mean_confidence=0.98,
        background_share=0.95, entropy=0.04, inference_ms=12.5, **_place(number),
    )  # fmt: skip


def _defect(number: int, at: int) -> DefectRow:
    return DefectRow(
        image_id=f"{number:064x}", revision=1, defect_no=at, defect_class="stain",
        contour_area=81.0 + number % 11, pixel_count=100, circle_x=10.0, circle_y=20.0,
        circle_radius=7.0, box_x=10.0, box_y=20.0, box_width=9.0, box_height=9.0, box_angle=0.0,
        length=9.0, bounds_x=5, bounds_y=15, bounds_width=10, bounds_height=10, confidence=0.9,
        part_x=(number % 97) / 97, part_y=at / 7,
    )  # fmt: skip


def _inspection(number: int) -> InspectionRow:
    return InspectionRow(
        pass_id=f"P{number:08}", revision=1, part_id=f"P{number:08}", model_id=MODEL, run_id=1,
        views_expected=None, views_present=1, stain_count=DEFECTS, largest_stain_area_px=81.0,
        largest_stain_radius_px=7.0, largest_stain_x=10.0, largest_stain_y=20.0,
        total_stain_area_px=100.0, total_stain_pct=0.5, scratch_count=0, longest_scratch_px=0.0,
        total_scratch_area_px=0.0, total_scratch_pct=0.0, largest_stain_area_mm2=None,
        longest_scratch_mm=None, total_stain_area_mm2=None, total_scratch_area_mm2=None,
        surface_px=102_400, passed=True, failed_criteria=(), **_place(number),
    )  # fmt: skip
