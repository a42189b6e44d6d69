"""An evaluation of what is new gives what an evaluation of everything gives, whatever happened."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from jobs.monitor import evaluate_all
from jobs.settings import Settings
from warehouse.batch import Batch, write_batch
from warehouse.connection import open_master
from warehouse.journal.phases import activate_phase, phases, retire_phase
from warehouse.journal.store import open_journal
from warehouse.records import ArrivalRow, ImageRow, InspectionRow, Stream
from warehouse.signals import all_signals
from warehouse.site import Site
from warehouse.states import states

START = datetime(2024, 5, 1, 6, 0, tzinfo=UTC)
STREAMS = (Stream("L1", "S1", "T1", "HS"), Stream("L1", "S2", "T1", "HS"))
SETTINGS = Settings.model_validate(
    {
        "spc": {"false_alarms_per_week": 200.0, "approve_points": 40},
        "specification": {"stain_count": 11, "total_stain_pct": {"upper": 3.0}},
        "alerts": {"max_age_hours": 30.0},
    }
)


class History:
    """A random plant: nights of parts, late ones, second measurements, models, people."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.clock = START
        self.level = dict.fromkeys(STREAMS, 4.0)
        self.rows = {}
        self.model = "a" * 64
        self.number = 0

    def night(self):
        """The rows of one night: they are the same for whoever stores them."""
        images, inspections = [], []
        for stream in STREAMS:
            if self.rng.random() < 0.1:
                continue
            if self.rng.random() < 0.15:
                self.level[stream] = float(self.rng.choice([2.0, 4.0, 9.0]))
            for _ in range(int(self.rng.integers(1, 40))):
                moment = self.clock + timedelta(seconds=int(self.rng.integers(0, 86_400)))
                if self.rng.random() < 0.03:
                    # Captured days ago, seen only now.
                    moment -= timedelta(days=float(self.rng.uniform(0.5, 12)))
                self.number += 1
                inspections.append(self._part(stream, max(moment, START)))
        inspections.extend(self._again())
        images = [_image(row) for row in inspections]
        self.rows |= {row.pass_id: row for row in inspections}
        self.clock += timedelta(days=1)
        if self.rng.random() < 0.06:
            self.model = str(self.rng.choice(["a", "b"])) * 64
        return Batch(images=tuple(images), inspections=tuple(inspections))

    def _again(self):
        """Passes measured a second time: another count, at times another model or time."""
        for key in self.rng.permutation(sorted(self.rows))[: int(self.rng.integers(0, 3))].tolist():
            row = self.rows[key]
            moved = timedelta(hours=float(self.rng.choice([0, 0, -3])))
            changed = self._part(row.stream, max(START, row.captured_at + moved))
            self.number += 1
            yield replace(changed, pass_id=key, revision=row.revision + 1)

    def _part(self, stream, moment):
        count = int(self.rng.poisson(self.level[stream]))
        return InspectionRow(
            f"pass-{self.number:05d}", 1, f"part-{self.number}", stream.line, stream.station,
            stream.tool, stream.family, None, moment, self.model, 1, None, 1,
            stain_count=count,
            largest_stain_area_px=float(count and self.rng.lognormal(4, 0.5)),
            largest_stain_radius_px=None, largest_stain_x=None, largest_stain_y=None,
            total_stain_area_px=0.0,
            total_stain_pct=float(count * self.rng.lognormal(-2, 0.3)),
            scratch_count=int(self.rng.random() < 0.02),
            longest_scratch_px=0.0, total_scratch_area_px=0.0, total_scratch_pct=0.0,
            largest_stain_area_mm2=None, longest_scratch_mm=None, total_stain_area_mm2=None,
            total_scratch_area_mm2=None, surface_px=102_400,
            passed=count <= 11, failed_criteria=(),
        )  # fmt: skip


def _image(row):
    code = int(row.pass_id[5:])
    return ImageRow(
        f"{code:032x}{row.revision:032x}", 1, row.pass_id, row.part_id, None, None,
        f"{row.pass_id}-{row.revision}.png", row.line, row.station, row.tool, row.family, None,
        row.captured_at, "manifest", None, 320, 320, "PNG", row.model_id, 1,
        brightness=120.0 + np.sin(code), contrast=10.0 + np.cos(code), focus=50.0 + code % 7,
        mean_confidence=0.98 - 0.001 * row.stain_count - 0.0001 * (code % 5),
        background_share=0.95, entropy=0.04 + 0.002 * row.stain_count + 0.0001 * (code % 3),
        inference_ms=12.5,
    )  # fmt: skip


def _arrivals(batch, night, rng):
    """The ledger of a night, with a few pictures that could not be read."""
    paths = [(image.path, "measured") for image in batch.images]
    paths += [(f"bad-{night}-{k}.png", "quarantined") for k in range(int(rng.integers(0, 3)))]
    return tuple(
        ArrivalRow(path, 1, outcome, "", "0" * 64, 9, 1, 1, START + timedelta(days=night), 1, "")
        for path, outcome in paths
    )


class Watched:
    """A site that is evaluated in one way: `anew` judges the whole history every night."""

    def __init__(self, root, *, anew):
        self.site = Site(root)
        self.anew = anew

    def night(self, batch, now, number):
        with open_journal(self.site.journal) as journal, open_master(self.site.master) as store:
            write_batch(store, batch)
            return evaluate_all(
                journal, store, SETTINGS, now=now, evaluation_id=number, anew=self.anew
            )

    def decide(self, rng, now):
        """A person approves what is proposed, or retires what is in force."""
        with open_journal(self.site.journal) as journal:
            for row in phases(journal):
                dice = rng.random()
                if row.status == "proposed" and not row.phase["provisional"] and dice < 0.5:
                    activate_phase(journal, row.phase_id, who="a", now=now, reason="good")
                elif row.status == "active" and dice < 0.03:
                    retire_phase(journal, row.phase_id, who="a", now=now, reason="new bath")

    def found(self):
        with open_journal(self.site.journal) as journal, open_master(self.site.master) as store:
            signals = {
                row.signal_id: replace(
                    row, evaluation_id=0, evaluated_at=START, withdrawn_reason=None
                )
                for row in all_signals(store)
            }
            tiles = {
                row.characteristic_id: (
                    row.state, row.latest_value, row.latest_at, row.center, row.lcl, row.ucl,
                    row.points, row.open_signals, row.sparkline, row.phase_id,
                )
                for row in states(store)
            }  # fmt: skip
            return signals, tiles, phases(journal)


@pytest.mark.parametrize(
    ("seed", "nights"),
    [
        (1, 14),
        pytest.param(2, 120, marks=pytest.mark.soak),
        pytest.param(3, 120, marks=pytest.mark.soak),
    ],
)
def test_evaluating_what_is_new_gives_what_evaluating_everything_gives(
    blank_folder, tmp_path, seed, nights
):
    plants = [
        Watched(shutil.copytree(blank_folder, tmp_path / name), anew=name == "anew")
        for name in ("new", "anew")
    ]
    history = History(seed)
    signals = withdrawn = late = 0
    for number in range(1, nights + 1):
        batch = history.night()
        arrivals = _arrivals(batch, number, np.random.default_rng((seed, number)))
        batch = replace(batch, arrivals=arrivals)
        reports = [plant.night(batch, history.clock, number) for plant in plants]
        assert reports[0].errors == reports[1].errors == {}
        assert {row.signal_id for row in reports[0].new_signals} == {
            row.signal_id for row in reports[1].new_signals
        }
        for plant in plants:
            plant.decide(np.random.default_rng((seed, number, 9)), history.clock)
        one, other = (plant.found() for plant in plants)
        assert one[0] == other[0], f"signals of night {number}"
        different = {
            key: (tile, other[1][key]) for key, tile in one[1].items() if tile != other[1][key]
        }
        assert different == {}, f"tiles of night {number}"
        assert one[2] == other[2], f"phases of night {number}"
        signals += len(reports[0].new_signals)
        withdrawn += len(reports[0].withdrawn)
        late += sum(reports[0].late.values())
    print(
        f"{nights} nights: {signals} signals, {withdrawn} withdrawn, {late} late parts, "
        "the same by both ways every night"
    )
    assert signals > 5
    assert late > 5
