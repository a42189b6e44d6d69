"""The demonstration goes through the real pipeline; here with a few parts and the hand-made model."""

import csv
from datetime import UTC, datetime, timedelta

import pytest

import jobs.demo
from jobs.commands import do_demo
from jobs.demo import approve_proposals, build_demo
from jobs.demonstration.images import COLUMNS, manifest_text, write_inbox
from jobs.demonstration.plan import plan_demo
from jobs.demonstration.settings import demo_settings_text
from jobs.errors import DemoError, SiteError
from jobs.settings import parse_settings
from warehouse.connection import open_snapshot
from warehouse.journal.audit import audit_trail
from warehouse.journal.phases import phases, propose_phase
from warehouse.journal.scheduler import last_plant_day
from warehouse.journal.store import create_journal, open_journal
from warehouse.series import streams
from warehouse.site import Site

NOW = datetime(2024, 5, 8, 12, 10, tzinfo=UTC)
PARTS = 10


def clock():
    return NOW


@pytest.fixture(scope="module")
def demo(tiny_model, tmp_path_factory):
    """A small demonstration that ran; any stain at all is out of its specification."""
    text = demo_settings_text(7).replace("stain_count = 12", "stain_count = 0") + (
        f"\n[inference]\nmodel = '{tiny_model}'\nworkers = 1\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs.demo, "FEWEST_PARTS", 1)
        root = tmp_path_factory.mktemp("demo") / "site"
        return build_demo(root, clock=clock, parts=PARTS, seed=4, settings_text=text)


def test_every_picture_is_measured_in_its_stream(demo):
    assert demo.images == 2 * PARTS
    with open_snapshot(Site(demo.site).current) as connection:
        found = {summary.stream.tool: summary.inspections for summary in streams(connection)}
    assert found == {"bath-1": PARTS // 2, "bath-2": PARTS // 2, "cell-1": PARTS}


def test_the_second_night_adds_nothing(demo):
    totals = demo.run.ingest.totals
    assert (totals.measured, totals.quarantined, totals.known) == (0, 0, 2 * PARTS)


def test_the_scheduler_waits_for_tonight(demo):
    with open_journal(Site(demo.site).journal) as journal:
        assert last_plant_day(journal) == NOW.date()


def test_a_copy_of_the_mail_can_be_opened_in_a_browser(demo):
    # The mail of the first night: any stain was out of specification.
    assert demo.previews
    pages = [path for path in demo.previews if path.suffix == ".html"]
    text = pages[0].read_text("utf-8")
    assert "part out of specification" in text.lower()
    assert "data:image/png;base64," in text
    assert "cid:" not in text


def test_a_demonstration_that_was_interrupted_leaves_nothing_and_can_begin_anew(
    tmp_path, monkeypatch
):
    def interrupted(plan, inbox, *, progress):
        (inbox / "half.png").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs.demo, "write_inbox", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_demo(tmp_path / "site", clock=clock)
    assert not (tmp_path / "site").exists()


def test_the_next_step_is_told_as_the_shell_finds_it(monkeypatch):
    monkeypatch.setattr("sys.argv", [".venv/bin/blemish", "demo", "site"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert do_demo._program() == ".venv/bin/blemish"
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert do_demo._program() == "blemish"


def test_a_folder_with_a_site_is_left_alone(demo):
    with pytest.raises(SiteError, match="is a site already"):
        build_demo(demo.site, clock=clock)


@pytest.mark.parametrize(("parts", "days"), [(399, 7), (640, 0)])
def test_a_demonstration_that_would_show_nothing_is_refused(tmp_path, parts, days):
    with pytest.raises(DemoError, match="a demonstration needs"):
        build_demo(tmp_path / "site", clock=clock, parts=parts, days=days)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("days", [2.0, 7.0, 30.0])
def test_the_settings_are_valid_and_no_planted_signal_is_too_old_to_alarm(days):
    settings = parse_settings(demo_settings_text(days), where="demo")
    # The excursion takes the last quarter of the period.
    assert settings.alerts.max_age_hours >= 24 * days / 4
    assert "alarms" in demo_settings_text(days)


def test_the_same_plan_gives_the_same_bytes(tmp_path):
    plan = plan_demo(parts=2, days=1, seed=8, end=NOW)
    for name in ("one", "two"):
        assert write_inbox(plan, tmp_path / name) == 4
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in _files(tmp_path / name)}
        for name in ("one", "two")
    )
    assert one == two
    assert len({content for path, content in one.items() if path.suffix == ".png"}) == 4


def test_a_manifest_names_every_picture_of_its_day():
    plan = plan_demo(parts=3, days=1, seed=8, end=NOW)
    rows = list(csv.DictReader(manifest_text(plan.passes).splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert [row["image"] for row in rows] == [one.image_name for one in plan.passes]
    assert datetime.fromisoformat(rows[0]["captured_at"]) == plan.passes[0].captured_at


def test_the_approval_is_the_demos_own_act_in_the_audit_trail(tmp_path):
    site = Site(tmp_path)
    site.create_folders()
    create_journal(site.journal)
    firm, provisional = ({"provisional": False}, {"provisional": True})
    with open_journal(site.journal) as journal:
        for number, phase in enumerate((firm, provisional)):
            propose_phase(
                journal,
                characteristic_id=f"L1/S/T/F:metric{number}",
                model_id="m",
                valid_from=NOW - timedelta(days=1),
                first_pass_at=NOW - timedelta(days=1),
                last_pass_at=NOW,
                phase=phase | _phase_numbers(),
                created_by="blemish",
                created_at=NOW,
                reason="the first parts",
            )
    assert approve_proposals(site, who="blemish demo", clock=clock) == 1
    with open_journal(site.journal) as journal:
        assert [row.status for row in phases(journal)] == ["active", "proposed"]
        assert "blemish demo" in {row.who for row in audit_trail(journal)}


def _files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _phase_numbers():
    """A stored phase but for "provisional"; the numbers do not matter here."""
    return {
        "chart": "nb",
        "law": "negative binomial",
        "parameters": {"mean": 2.0, "dispersion": 0.1},
        "center": 2.0,
        "lcl": None,
        "ucl": 9.0,
        "sigma": 1.5,
        "ewma_lambda": 0.2,
        "ewma_center": 0.0,
        "ewma_limit": 1.5,
        "n": 100,
        "effective_n": 100.0,
        "zeros": 10,
        "alpha": 1e-4,
        "flagged_points_per_1000": 0.1,
        "episodes_per_1000": 0.05,
        "first_index": 0,
        "last_index": 99,
        "exclusions": [],
    }
