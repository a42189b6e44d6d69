"""Faults of the camera in rendered pictures, through the shipped model to the mail.

A lens that clouds or a lamp that fades says nothing of the process: the alert must name the camera,
and what it does to the defect counts must be muted where everybody can see it.
"""

import math
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from inference.overlay import encode_png
from inference.rendering.planning import plan_stain, plan_surface
from inference.rendering.render import render_surface
from jobs.configuration.site_setup import init_site
from jobs.demo import approve_proposals
from jobs.demonstration.images import manifest_text
from jobs.demonstration.plan import DemoPass
from jobs.nightly import run_once
from jobs.settings import parse_settings
from spc.phase import phase_from_dict
from warehouse.journal.outbox import outbox
from warehouse.journal.phases import phases
from warehouse.journal.store import open_journal
from warehouse.records import CAMERA_METRICS, Stream
from warehouse.site import Site

BEGAN = datetime(2024, 5, 1, 6, 0, tzinfo=UTC)
STREAM = Stream("L1", "S20-packing", "cell-1", "HS-40")
BASELINE_NIGHTS = 4
A_NIGHT = 40
TAKT = timedelta(minutes=33)
MOST_NIGHTS = 5
SETTINGS = """
[site]
name = "North plant"
[inbox]
quiet_seconds = 0
[inference]
workers = 1
[alerts]
recipients = ["lead@plant.example"]
max_age_hours = 168
"""


def darker(pixels):
    """A lamp that gives 20 % less light."""
    return np.rint(pixels * 0.8).astype(np.uint8)


def blurred(pixels):
    """A lens out of focus by a Gaussian of 1.5 pixels."""
    return cv2.GaussianBlur(pixels, (0, 0), 1.5)


def unchanged(pixels):
    return pixels


class PicturePlant:
    """A site and the pictures of its nights; every part is one picture of one stream."""

    def __init__(self, root, *, seed=1, parts=0, nights=0):
        self.site = Site(root)
        self.settings = parse_settings(self.site.settings_file.read_text("utf-8"), where="test")
        self.seed = seed
        self.parts = parts
        self.nights = nights

    @property
    def now(self):
        """Two hours after the day's last part."""
        return BEGAN + timedelta(days=self.nights)

    def make(self, parts=A_NIGHT, *, camera=unchanged, more_stains=0):
        """Put a day's pictures and manifest into the inbox."""
        first = BEGAN + timedelta(days=self.nights)
        self.nights += 1
        passes = []
        folder = self.site.inbox / f"{first:%Y-%m-%d}"
        folder.mkdir()
        for place in range(parts):
            self.parts += 1
            rng = np.random.default_rng((self.seed, self.parts))
            surface = plan_surface(
                rng, stain_mean=1.0, stain_k=10.0, scratch_mean=1.0, distractors=0.0
            )
            marks = tuple(
                plan_stain(rng, x, y, 400.0)
                for x, y in rng.uniform(0.1, 0.9, (more_stains, 2)).tolist()
            )
            one = DemoPass(
                part_id=f"HS{self.parts:06d}",
                stream=STREAM,
                captured_at=first + place * TAKT,
                surface=replace(surface, stains=surface.stains + marks),
                planted=more_stains,
                seed=(self.seed, self.parts, 0),
            )
            passes.append(one)
            drawn = render_surface(one.surface, np.random.default_rng(one.seed))
            (folder / one.image_name).write_bytes(encode_png(camera(drawn.pixels), compression=1))
        (folder / "manifest.csv").write_text(manifest_text(passes), encoding="utf-8")

    def run(self):
        """What the schedule runs; returns what was alerted."""
        report = run_once(self.site, self.settings, trigger="schedule", clock=lambda: self.now)
        assert report.problems == ()
        return report.alert

    def approve(self):
        """Put the proposed limits in force."""
        return approve_proposals(self.site, who="engineer", clock=lambda: self.now)

    def copy(self, root):
        """A plant with the same past."""
        shutil.copytree(self.site.root, root, symlinks=True)
        return PicturePlant(root, seed=self.seed, parts=self.parts, nights=self.nights)


def started(root, seed=1):
    """A plant with four nights in control and limits that a person approved."""
    init_site(root, settings_text=SETTINGS)
    plant = PicturePlant(root, seed=seed)
    for _ in range(BASELINE_NIGHTS):
        plant.make()
    plant.run()
    assert plant.approve() > 0
    alerted = plant.run()
    assert [one.headline for one in alerted.opened] == []
    return plant


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    return started(tmp_path_factory.mktemp("plant") / "site")


@pytest.fixture
def plant(past, tmp_path):
    return past.copy(tmp_path / "site")


def metric_of(episode):
    return episode.characteristic_id.rpartition(":")[2]


def alert_mails(plant):
    with open_journal(plant.site.journal) as journal:
        return [row for row in outbox(journal) if row.kind == "alert"]


def nights_until_the_camera_is_named(plant, camera, most=MOST_NIGHTS):
    """Make faulty nights until an alert of the camera opens.

    Returns all alerts that opened, and how many parts after the first faulty one it signalled.
    """
    begins = BEGAN + timedelta(days=plant.nights)
    opened = []
    for _ in range(most):
        plant.make(camera=camera)
        opened += plant.run().opened
        named = [one.first_signal_at for one in opened if one.kind == "camera"]
        if named:
            days, rest = divmod(min(named) - begins, timedelta(days=1))
            return opened, days * A_NIGHT + rest // TAKT + 1
    return opened, most * A_NIGHT


def predicted_delay(plant, factor, share, runs=2000):
    """Parts until the frozen limits of brightness notice light times `factor` in a `share` of plants.

    An EWMA by its recursion and a comparison with the limits: nothing of the monitor's code. The
    centre of the limits is off by the standard error of a baseline of its length.
    """
    with open_journal(plant.site.journal) as journal:
        rows = phases(journal, f"{STREAM.key}:brightness")
    (limits,) = [phase_from_dict(row.phase) for row in rows if row.status == "active"]
    law = dict(limits.parameters)
    edges = [
        (math.log(edge) - law["log_mean"]) / law["log_sigma"] for edge in (limits.lcl, limits.ucl)
    ]
    rng = np.random.default_rng(41)
    shift = math.log(factor) / law["log_sigma"]
    shift += rng.normal(0.0, 1 / math.sqrt(limits.effective_n), runs)
    average = np.full(runs, limits.ewma_center)
    first = np.full(runs, np.inf)
    for place in range(1, 2000):
        score = shift + rng.normal(0.0, 1.0, runs)
        average += limits.ewma_lambda * (score - average)
        outside = np.abs(average - limits.ewma_center) > limits.ewma_limit
        outside |= (score < edges[0]) | (score > edges[1])
        first = np.where(outside & np.isinf(first), place, first)
    return float(np.quantile(first, share))


def test_a_lens_out_of_focus_is_reported_as_the_cameras_in_its_first_night(plant):
    opened, parts = nights_until_the_camera_is_named(plant, blurred, most=1)
    kinds = {metric_of(one): (one.kind, bool(one.muted_by)) for one in opened}
    print(f"out of focus: camera named after {parts} parts; {kinds}")
    assert kinds["focus"] == ("camera", False)
    assert process_told(opened) == [], "the process was alerted for what the camera did"
    (mail,) = alert_mails(plant)
    assert "This is about the camera or the model, not the process." in mail.body_text
    assert "focus" in mail.subject.lower()


def test_20_percent_less_light_is_reported_as_the_cameras_within_the_predicted_delay(plant):
    latest = predicted_delay(plant, 0.8, 0.99)
    opened, parts = nights_until_the_camera_is_named(plant, darker)
    print(
        f"20 % less light: camera named after {parts} parts, predicted "
        f"{predicted_delay(plant, 0.8, 0.5):g} in half of such plants, {latest:g} in 99 %"
    )
    assert parts <= latest
    assert process_told(opened) == []
    assert "not the process" in alert_mails(plant)[0].body_text


def process_told(opened):
    return [metric_of(one) for one in opened if one.kind == "process" and not one.muted_by]


def test_process_alerts_that_a_camera_fault_explains_are_muted_where_everybody_sees_it(plant):
    plant.make(camera=blurred, more_stains=3)
    alerted = plant.run()
    process = [one for one in alerted.opened if one.kind == "process"]
    assert process, "three more stains a part were not noticed at all"
    cameras = {one.episode_id for one in alerted.opened if metric_of(one) in CAMERA_METRICS}
    assert all(one.muted_by in cameras for one in process)
    (mail,) = alert_mails(plant)
    assert "Not mailed on their own" in mail.body_text
    assert "explained by the camera" in mail.body_text
    assert "Not mailed on their own" in mail.body_html
    # The lens is wiped, the stains stay: when the camera has been well for 50 parts, they are told.
    for _ in range(2):
        assert len(alert_mails(plant)) == 1
        plant.make(more_stains=3)
        resolved = plant.run().resolved
    assert cameras <= set(resolved)
    told = [mail for mail in alert_mails(plant) if "not the process" not in mail.body_text]
    assert told, "the process stays muted although the camera is well again"
    assert any("stain" in mail.subject.lower() for mail in told)


def test_a_fault_of_the_process_is_not_blamed_on_the_camera(plant):
    plant.make(more_stains=3)
    alerted = plant.run()
    print(f"three more stains a part: {[metric_of(one) for one in alerted.opened]}")
    # The model may doubt more where there is more to doubt: that mutes nothing.
    assert "stain_count" in process_told(alerted.opened)
    assert not {metric_of(one) for one in alerted.opened} & set(CAMERA_METRICS)


@pytest.mark.soak
@pytest.mark.parametrize("camera", [darker, blurred])
def test_ten_plants_hear_of_their_camera_and_not_of_their_process(tmp_path, camera):
    delays, predicted, blamed = [], [], 0
    for seed in range(1, 11):
        plant = started(tmp_path / f"site-{seed}", seed=seed)
        predicted.append(predicted_delay(plant, 0.8, 0.5))
        opened, parts = nights_until_the_camera_is_named(plant, camera)
        delays.append(parts)
        blamed += bool(process_told(opened))
        shutil.rmtree(plant.site.root)
    middle, error = np.median(delays), 1.25 * np.std(delays) / math.sqrt(len(delays))
    print(
        f"{camera.__name__}: camera named after {middle:g} parts (median of {len(delays)}, SE "
        f"{error:.0f}), 20 % less light predicted after {np.median(predicted):g}; process alerted "
        f"in {blamed}"
    )
    assert middle <= np.median(predicted) + 3 * error
    assert blamed == 0
