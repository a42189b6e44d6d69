"""A plant whose model is about to be replaced: sixty measured parts with approved limits."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import helper

from inference.model_contract import METADATA_KEY
from jobs.nightly import run_once
from jobs.settings import Settings, parse_settings
from jobs.upkeep.reprocess import reprocess
from jobs.upkeep.reprocess_decision import activate
from jobs.upkeep.reprocess_history import reprocess_history
from warehouse.connection import open_master
from warehouse.facts_export import export_facts
from warehouse.journal.phases import activate_phase, phases
from warehouse.journal.store import open_journal
from warehouse.site import Site

# From 40 points on limits are learnt, in steps of a half more: these from all 60 parts.
LIMITS = "[specification]\nstain_count = { upper = 3 }\n[spc]\nminimum_points = 40"

KILLED = """
import os, signal
from pathlib import Path
from jobs.clock import utc_now
from jobs.settings import read_settings
from jobs.upkeep import reprocess, reprocess_history, reprocess_shadow
from warehouse.batch_store import BatchStore
from warehouse.site import Site

def last_act(write):
    def written(*arguments, **options):
        write(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)
    return written

reprocess_shadow.store_shadow = last_act(reprocess_shadow.store_shadow)
BatchStore.write = last_act(BatchStore.write)
if __name__ == "__main__":
    site = Site(Path(__file__).parent)
    settings = read_settings(site.settings_file)
"""


@dataclass(frozen=True)
class Plant:
    """A site, its settings, and what is asked of both."""

    PARTS = 60
    BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
    NOW = BEGIN + timedelta(days=11)
    COUNT = "stain_count"

    site: Site
    settings: Settings
    picture: Any

    def clock(self):
        return self.NOW

    def at(self, site):
        """The same questions to another site."""
        return replace(self, site=site)

    def mailing_to(self, address):
        """The same plant, with somebody who is mailed."""
        alerts = self.settings.alerts.model_copy(update={"recipients": (address,)})
        return replace(self, settings=self.settings.model_copy(update={"alerts": alerts}))

    def settings_with(self, model):
        inference = self.settings.inference.model_copy(update={"model": str(model)})
        return self.settings.model_copy(update={"inference": inference})

    def put(self, numbers):
        """Part i has i mod 4 stains of 6 x 6 px; every second one a stain of 4 x 4 px more."""
        for number in numbers:
            stains = [(6 + 14 * each, 10, 6) for each in range(number % 4)]
            stains += [(20, 40, 4)] * (number % 2)
            content = self.picture(*stains, shade=number)
            self.put_file(f"P{number:03}.png", content, hours=4 * number)

    def put_wild(self):
        """A part with 36 stains, after all others."""
        stains = [(4 + 9 * x, 4 + 9 * y, 6) for x in range(6) for y in range(6)]
        self.put_file("wild.png", self.picture(*stains))

    def put_file(self, name, content, *, hours=4 * PARTS):
        """A picture that was taken so many hours after the first; after all others unless told."""
        path = self.site.inbox / name
        path.write_bytes(content)
        second = (self.BEGIN + timedelta(hours=hours)).timestamp()
        os.utime(path, (second, second))

    def run(self, settings=None):
        return run_once(self.site, settings or self.settings, trigger="test", clock=self.clock)

    def reprocess(self, model, *, settings=None, scope=None):
        return reprocess(self.site, settings or self.settings, model, clock=self.clock, scope=scope)

    def activate(self, shadow):
        signed = {"who": "QE-4", "reason": "fewer crumbs"}
        return activate(self.site, self.settings, shadow.model_id, **signed, clock=self.clock)

    def history(self, settings=None):
        return reprocess_history(self.site, settings or self.settings, clock=self.clock)

    def kill_after_a_batch(self, repository, act):
        """Do `act` in a process that dies by SIGKILL as soon as its first batch is committed."""
        script = self.site.root / "killed.py"
        script.write_text(f"{KILLED}    {act}\n", "utf-8")
        environment = {**os.environ, "PYTHONPATH": str(repository)}
        killed = subprocess.run([sys.executable, str(script)], check=False, env=environment)
        assert killed.returncode == -signal.SIGKILL

    def rows(self, sql):
        with open_master(self.site.master) as connection:
            return connection.execute(sql).fetchall()

    def facts(self):
        with open_master(self.site.master) as connection:
            return list(export_facts(connection))

    def limits(self):
        """Every phase of the stain count, oldest first."""
        with open_journal(self.site.journal) as journal:
            return [
                row for row in phases(journal) if row.characteristic_id.endswith(":stain_count")
            ]

    def mails(self):
        with open_journal(self.site.journal) as journal, journal.reading() as connection:
            return connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar()


def text_of(model):
    return f"[inbox]\nquiet_seconds = 0\n[inference]\nmodel = '{model}'\nworkers = 1\n{LIMITS}\n"


@pytest.fixture
def settings(tiny_model):
    return parse_settings(text_of(tiny_model), where="test")


@pytest.fixture(scope="session")
def measured_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("measured")


@pytest.fixture
def site(tmp_path, measured_folder, new_site, settings, tiny_model, picture, in_process):
    """Sixty measured parts of ten days, their limits approved; made once, tests get copies."""
    root = measured_folder / "site"
    if not root.exists():
        making = Site(Path(shutil.copytree(new_site, measured_folder / "making")))
        making.settings_file.write_text(text_of(tiny_model), "utf-8")
        plant = Plant(making, settings, picture)
        plant.put(range(Plant.PARTS))
        assert not plant.run().problems
        with open_journal(making.journal) as journal:
            for row in phases(journal):
                activate_phase(
                    journal, row.phase_id, who="QE-4", now=Plant.NOW, reason="looked at it"
                )
        making.root.rename(root)
    return Site(Path(shutil.copytree(root, tmp_path / "site", symlinks=True)))


@pytest.fixture
def plant(site, settings, picture):
    return Plant(site, settings, picture)


@pytest.fixture
def blind(tmp_path, tiny_model):
    """The hand-made model with one change: what is smaller than 30 pixels is no stain."""
    loaded = onnx.load(tiny_model)
    contract = loaded.metadata_props[0].value
    changed = contract.replace('"tiny"', '"blind"').replace('"stain": 1', '"stain": 30')
    assert changed.count("30") > contract.count("30")
    del loaded.metadata_props[:]
    helper.set_model_props(loaded, {METADATA_KEY: changed})
    onnx.save(loaded, tmp_path / "blind.onnx")
    return tmp_path / "blind.onnx"
