"""A plant whose measurements the test names: real stores, no image, a clock that stands still."""

import itertools
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from jobs.alerts import handle_all
from jobs.monitor import evaluate_all
from jobs.settings import Settings
from warehouse.batch import Batch, write_batch
from warehouse.connection import create_master, open_master
from warehouse.journal.phases import activate_phase, phases
from warehouse.journal.store import create_journal, open_journal
from warehouse.records import DefectRow, ImageRow, InspectionRow, Stream
from warehouse.site import Site

START = datetime(2024, 5, 1, 6, 0, tzinfo=UTC)
STREAM = Stream("L1", "S20-packing", "cell-1", "HS-40")
MODEL = "a" * 64


class Plant:
    """A site with open stores; `make` adds parts, the rest does what the nightly run does."""

    def __init__(self, site, journal, connection):
        self.site = site
        self.journal = journal
        self.connection = connection
        self.now = START
        self.runs = itertools.count(1)
        self.numbers = itertools.count(1)
        self.settings = Settings()

    def configure(self, **sections):
        self.settings = Settings.model_validate(sections)

    def make(
        self,
        counts,
        *,
        stream=STREAM,
        first=None,
        step=timedelta(minutes=30),
        model=MODEL,
        stains=(),
    ):
        """Add parts with these stain counts, one every half hour, and move the clock behind them.

        Returns the pass ids. All other metrics are 0. `stains` are (x, y) in 0..1 on every part.
        """
        moment = self.now if first is None else first
        rows = Batch()
        images, inspections, defects, pass_ids = [], [], [], []
        for count in counts:
            number = next(self.numbers)
            pass_ids.append(f"pass-{number:05d}")
            inspections.append(_inspection(pass_ids[-1], number, stream, moment, model, count))
            images.append(_image(pass_ids[-1], number, stream, moment, model))
            defects += [
                _defect(images[-1].image_id, place, x, y)
                for place, (x, y) in enumerate(stains, start=1)
            ]
            moment += step
        rows = Batch(images=tuple(images), inspections=tuple(inspections), defects=tuple(defects))
        write_batch(self.connection, rows)
        self.now = max(self.now, moment)
        return pass_ids

    def monitor(self):
        return evaluate_all(
            self.journal,
            self.connection,
            self.settings,
            now=self.now,
            evaluation_id=next(self.runs),
        )

    def approve(self):
        """Approve every proposal, as a person does on the page."""
        pending = [row for row in phases(self.journal) if row.status == "proposed"]
        for row in pending:
            activate_phase(
                self.journal, row.phase_id, who="engineer", now=self.now, reason="looked at it"
            )
        return pending

    def alert(self):
        return handle_all(self.journal, self.connection, self.settings, now=self.now)

    def night(self):
        """What a nightly run does with the signals."""
        return self.monitor(), self.alert()


def quiet(n, mean=4.0, seed=1):
    """Stain counts of a process in control: Poisson noise, kept from straying in the tail."""
    return np.minimum(np.random.default_rng(seed).poisson(mean, n), 9).tolist()


@contextmanager
def opened(site):
    """The plant of a site folder, its stores open."""
    with open_journal(site.journal) as journal, open_master(site.master) as connection:
        yield Plant(site, journal, connection)


@pytest.fixture(scope="session")
def blank_folder(tmp_path_factory):
    """A site without parts, made once."""
    site = Site(tmp_path_factory.mktemp("blank"))
    site.create_folders()
    create_master(site.master)
    create_journal(site.journal)
    return site.root


@pytest.fixture(scope="session")
def approved_folder(blank_folder, tmp_path_factory):
    """A site with 150 parts in control and approved limits, made once; with when it stands."""
    root = tmp_path_factory.mktemp("approved") / "site"
    shutil.copytree(blank_folder, root)
    with opened(Site(root)) as plant:
        plant.make(quiet(150))
        plant.night()
        plant.approve()
        plant.night()
        return root, plant.now


@pytest.fixture
def plant(blank_folder, tmp_path):
    """A plant without parts."""
    shutil.copytree(blank_folder, tmp_path / "site")
    with opened(Site(tmp_path / "site")) as new:
        yield new


@pytest.fixture
def approved(approved_folder, tmp_path):
    """A plant with 150 parts in control and limits that a person approved."""
    root, now = approved_folder
    shutil.copytree(root, tmp_path / "site")
    with opened(Site(tmp_path / "site")) as running:
        running.now = now
        running.numbers = itertools.count(1001)
        running.runs = itertools.count(11)
        yield running


@pytest.fixture
def in_control():
    """Makes the stain counts of a process in control."""
    return quiet


@pytest.fixture
def characteristic():
    """The id of the stain count on the plant's stream."""
    return f"{STREAM.key}:stain_count"


def _inspection(pass_id, number, stream, captured_at, model, count):
    return InspectionRow(
        pass_id=pass_id,
        revision=1,
        part_id=f"part-{number}",
        line=stream.line,
        station=stream.station,
        tool=stream.tool,
        family=stream.family,
        lot=None,
        captured_at=captured_at,
        model_id=model,
        run_id=1,
        views_expected=None,
        views_present=1,
        stain_count=count,
        largest_stain_area_px=0.0,
        largest_stain_radius_px=None,
        largest_stain_x=None,
        largest_stain_y=None,
        total_stain_area_px=0.0,
        total_stain_pct=0.0,
        scratch_count=0,
        longest_scratch_px=0.0,
        total_scratch_area_px=0.0,
        total_scratch_pct=0.0,
        largest_stain_area_mm2=None,
        longest_scratch_mm=None,
        total_stain_area_mm2=None,
        total_scratch_area_mm2=None,
        surface_px=102_400,
        passed=None,
        failed_criteria=(),
    )


def _image(pass_id, number, stream, captured_at, model):
    return ImageRow(
        image_id=f"{number:064x}",
        revision=1,
        pass_id=pass_id,
        part_id=f"part-{number}",
        view_row=None,
        view_column=None,
        path=f"{number}.png",
        line=stream.line,
        station=stream.station,
        tool=stream.tool,
        family=stream.family,
        lot=None,
        captured_at=captured_at,
        captured_at_source="manifest",
        um_per_px=None,
        width=320,
        height=320,
        image_format="PNG",
        model_id=model,
        run_id=1,
        brightness=120.0,
        contrast=10.0,
        focus=50.0,
        mean_confidence=0.98,
        background_share=0.95,
        entropy=0.04,
        inference_ms=12.5,
    )


def _defect(image_id, number, x, y):
    return DefectRow(
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
        part_x=x,
        part_y=y,
    )
