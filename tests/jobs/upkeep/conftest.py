"""A small site with everything in it that an upkeep command looks at; tests work on copies."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.configuration.chart_sections import SpecificationSettings
from jobs.ingest import ingest
from jobs.monitoring.characteristics import default_characteristics
from jobs.nightly import publish_site
from jobs.settings import read_settings
from warehouse.connection import open_master
from warehouse.journal.accounts import add_account
from warehouse.journal.alert_plan import FiredSignal
from warehouse.journal.alerts import handle_signals
from warehouse.journal.causes import CauseRow, save_cause
from warehouse.journal.characteristics import add_missing_characteristics
from warehouse.journal.model_decisions import store_trial
from warehouse.journal.model_trials import ModelTrial
from warehouse.journal.phases import propose_phase
from warehouse.journal.reviews import Box, Opinion, store_review
from warehouse.journal.silence_scope import SilenceScope
from warehouse.journal.silences import silence
from warehouse.journal.store import open_journal
from warehouse.parts import inspection_detail
from warehouse.records import SignalRow, Stream
from warehouse.signals import insert_signals, signal_id, withdraw_signals
from warehouse.site import Site

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
STREAM = Stream("line-1", "station-1", "tool-1", "part")
COUNT = f"{STREAM.key}:stain_count"
PARTS = 12


@pytest.fixture(scope="session")
def kept_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def kept(kept_folder, new_site, in_process, picture):
    """The site itself, made once; never changed."""
    root = kept_folder / "site"
    if not root.exists():
        making = Site(Path(shutil.copytree(new_site, kept_folder / "making")))
        for number in range(PARTS):
            stains = [(8 + 9 * each, 10 + number, 5) for each in range(number % 4)]
            (making.inbox / f"P{number}.png").write_bytes(picture(*stains, shade=number))
        (making.inbox / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
        ingest(making, read_settings(making.settings_file))
        decide(making)
        publish_site(making)
        making.root.rename(root)
    return root


@pytest.fixture
def site(tmp_path, kept):
    """A copy that a test may change."""
    return Site(Path(shutil.copytree(kept, tmp_path / "site", symlinks=True)))


def decide(site):
    """Put one of everything in: signals, one withdrawn, limits, an alert, a cause, a silence."""
    with open_journal(site.journal) as journal:
        rows = default_characteristics(STREAM, SpecificationSettings())
        add_missing_characteristics(journal, rows, who="blemish", now=NOW)
        phase_id = propose_phase(
            journal,
            characteristic_id=COUNT,
            model_id="a" * 64,
            valid_from=NOW,
            first_pass_at=NOW,
            last_pass_at=NOW,
            phase={"kind": "c", "limits": [0.0, 1.5, 5.2]},
            created_by="QE-4",
            created_at=NOW,
            reason="after the trial",
            activate=True,
        )
        with open_master(site.master) as facts:
            passes = [row for (row,) in facts.execute("SELECT pass_id FROM inspection").fetchall()]
            signals = [signal(one, phase_id) for one in passes[:3]]
            found = inspection_detail(facts, passes[0])
            insert_signals(facts, signals)
            withdraw_signals(facts, {signals[2].signal_id: "late data"}, now=NOW)
        fired = [
            FiredSignal(one.signal_id, COUNT, "beyond-limits", one.completing_at, "a count of 7")
            for one in signals[:2]
        ]
        handle_signals(journal, fired, now=NOW)
        save_cause(
            journal,
            CauseRow(signals[0].signal_id, "bath", "old bath", "renew", "QE-4", None, "QE-4", NOW),
            reason="seen at the line",
        )
        add_account(
            journal, "QE Four", "admin", password="four words nobody expects", who="test", now=NOW
        )
        store_trial(
            journal,
            ModelTrial("b" * 64, "next", "shadow", NOW, {"pairs": 3}),
            [],
            who="QE-4",
            reason="a new model",
        )
        silence(
            journal,
            SilenceScope(station="station-1"),
            until=NOW + timedelta(days=2),
            who="QE-4",
            now=NOW,
            reason="trial run",
        )
        store_review(
            journal,
            found.images[0],
            Opinion("missed", "scratch", box=Box(2, 3, 10, 4), remark="at the edge"),
            who="QE-4",
            now=NOW,
        )


def signal(pass_id, phase_id):
    return SignalRow(
        signal_id=signal_id(COUNT, phase_id, "beyond-limits", "individuals", pass_id),
        characteristic_id=COUNT,
        phase_id=phase_id,
        rule="beyond-limits",
        panel="individuals",
        completing_pass_id=pass_id,
        completing_at=NOW,
        evaluation_id=1,
        value=7.0,
        center=1.5,
        lcl=None,
        ucl=5.2,
        run_pass_ids=(pass_id,),
        evaluated_at=NOW,
        withdrawn_at=None,
        withdrawn_reason=None,
    )
