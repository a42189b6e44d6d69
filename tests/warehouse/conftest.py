"""A real warehouse and journal on `tmp_path`, and rows to put in them."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warehouse.batch import Batch
from warehouse.connection import create_master, open_master
from warehouse.journal.store import create_journal, open_journal
from warehouse.records import ArrivalRow, DefectRow, ImageRow, InspectionRow, ModelRow, Stream
from warehouse.site import Site


class Build:
    """Rows whose fields are plausible; a test names those that matter to it."""

    start = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    stream = Stream("L1", "S1", "T1", "HS")
    model_id = "a" * 64

    def at(self, minutes):
        return self.start + timedelta(minutes=minutes)

    def model(self, **fields):
        row = ModelRow(
            model_id=self.model_id,
            name="fast",
            classes=("background", "scratch", "stain"),
            input_size=(320, 320),
            thresholds={"scratch": 0.4, "stain": 0.5},
            card='{"trained": "2026-01-01"}',
            first_used_at=self.start,
        )
        return replace(row, **fields)

    def arrival(self, path, **fields):
        row = ArrivalRow(
            path=path,
            change_no=1,
            outcome="measured",
            reason="",
            sha256="0" * 64,
            size=1000,
            mtime_ns=1_772_438_400_000_000_000,
            inode=12,
            first_seen_at=self.start,
            run_id=1,
            detail="",
        )
        return replace(row, **fields)

    def image(self, image_id, pass_id, **fields):
        row = ImageRow(
            image_id=image_id,
            revision=1,
            pass_id=pass_id,
            part_id=f"part-{pass_id}",
            view_row=None,
            view_column=None,
            path=f"{image_id}.png",
            line=self.stream.line,
            station=self.stream.station,
            tool=self.stream.tool,
            family=self.stream.family,
            lot=None,
            captured_at=self.start,
            captured_at_source="manifest",
            um_per_px=None,
            width=200,
            height=100,
            image_format="PNG",
            model_id=self.model_id,
            run_id=1,
            brightness=120.0,
            contrast=10.0,
            focus=50.0,
            mean_confidence=0.98,
            background_share=0.95,
            entropy=0.04,
            inference_ms=12.5,
        )
        return replace(row, **fields)

    def defect(self, image_id, number=1, **fields):
        row = DefectRow(
            image_id=image_id,
            revision=1,
            defect_no=number,
            defect_class="stain",
            contour_area=81.0,
            pixel_count=100,
            circle_x=10.0,
            circle_y=20.0,
            circle_radius=7.0,
            box_x=10.0,
            box_y=20.0,
            box_width=9.0,
            box_height=9.0,
            box_angle=0.0,
            length=9.0,
            bounds_x=5,
            bounds_y=15,
            bounds_width=10,
            bounds_height=10,
            confidence=0.9,
            part_x=0.05,
            part_y=0.2,
        )
        return replace(row, **fields)

    def inspection(self, pass_id, **fields):
        row = InspectionRow(
            pass_id=pass_id,
            revision=1,
            part_id=f"part-{pass_id}",
            line=self.stream.line,
            station=self.stream.station,
            tool=self.stream.tool,
            family=self.stream.family,
            lot=None,
            captured_at=self.start,
            model_id=self.model_id,
            run_id=1,
            views_expected=None,
            views_present=1,
            stain_count=1,
            largest_stain_area_px=81.0,
            largest_stain_radius_px=7.0,
            largest_stain_x=10.0,
            largest_stain_y=20.0,
            total_stain_area_px=100.0,
            total_stain_pct=0.5,
            scratch_count=0,
            longest_scratch_px=0.0,
            total_scratch_area_px=0.0,
            total_scratch_pct=0.0,
            largest_stain_area_mm2=None,
            longest_scratch_mm=None,
            total_stain_area_mm2=None,
            total_scratch_area_mm2=None,
            surface_px=20_000,
            passed=None,
            failed_criteria=(),
        )
        return replace(row, **fields)

    def part(self, name, *, at=None, stream=None, defects=None, **fields):
        """One part with one image; `defects` are (class, x, y), by default one stain."""
        stream = stream or self.stream
        place = {
            "line": stream.line,
            "station": stream.station,
            "tool": stream.tool,
            "family": stream.family,
            "captured_at": self.start if at is None else at,
        }
        image_fields = {key: fields[key] for key in ("revision", "model_id") if key in fields}
        image_id = f"image-{name}"
        spots = [("stain", 0.05, 0.2)] if defects is None else defects
        return Batch(
            arrivals=(self.arrival(f"{image_id}.png", sha256=image_id),),
            images=(self.image(image_id, name, **place, **image_fields),),
            defects=tuple(
                self.defect(
                    image_id,
                    number,
                    defect_class=defect_class,
                    part_x=x,
                    part_y=y,
                    revision=fields.get("revision", 1),
                )
                for number, (defect_class, x, y) in enumerate(spots, start=1)
            ),
            inspections=(self.inspection(name, **place, **fields),),
            models=(self.model(model_id=fields.get("model_id", self.model_id)),),
        )

    def batch(self, *parts):
        """One batch of the parts."""
        return Batch(
            *(
                tuple(row for part in parts for row in getattr(part, table))
                for table in ("arrivals", "images", "defects", "inspections")
            ),
            models=tuple({row.model_id: row for part in parts for row in part.models}.values()),
        )


@pytest.fixture(scope="session")
def build():
    return Build()


@pytest.fixture(scope="session")
def empty_master(tmp_path_factory):
    """An empty warehouse to copy: making one takes half a second."""
    path = tmp_path_factory.mktemp("template") / "master.duckdb"
    create_master(path)
    return path


@pytest.fixture
def site(tmp_path, empty_master):
    """A site with an empty warehouse and an empty journal."""
    site = Site(tmp_path / "site")
    site.create_folders()
    shutil.copyfile(empty_master, site.master)
    create_journal(site.journal)
    return site


@pytest.fixture
def connection(tmp_path, empty_master):
    """An open, empty warehouse."""
    path = tmp_path / "master.duckdb"
    shutil.copyfile(empty_master, path)
    with open_master(path) as connection:
        yield connection


@pytest.fixture
def journal(tmp_path):
    """An open, empty journal."""
    create_journal(tmp_path / "journal.sqlite")
    with open_journal(tmp_path / "journal.sqlite") as journal:
        yield journal
