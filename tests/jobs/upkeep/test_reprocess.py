"""A new model: measured in shadow, compared, approved by a person, and only then in use."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import onnx
import pytest
from onnx import helper

from inference.model_contract import METADATA_KEY
from jobs.cli import main
from jobs.errors import InputError
from jobs.ingest import ingest
from jobs.nightly import run_once
from jobs.settings import parse_settings
from jobs.upkeep.doctor_site import site_findings
from jobs.upkeep.rebuild import rebuild
from jobs.upkeep.reprocess import Scope, reprocess
from jobs.upkeep.reprocess_decision import activate, turn_down
from jobs.upkeep.reprocess_history import reprocess_history
from warehouse.archive import Archive
from warehouse.connection import open_master
from warehouse.errors import RunLockedError, TransitionError
from warehouse.facts_export import export_facts
from warehouse.journal.model_trials import active_model, model_trials
from warehouse.journal.phases import activate_phase, phases
from warehouse.journal.store import open_journal
from warehouse.lock import run_lock
from warehouse.site import Site

PARTS = 60
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
NOW = BEGIN + timedelta(days=11)
COUNT = "stain_count"
# From 40 points on limits are learnt, in steps of a half more: these from all 60 parts.
LIMITS = "[specification]\nstain_count = { upper = 3 }\n[spc]\nminimum_points = 40"

pytestmark = pytest.mark.usefixtures("in_process")


def text_of(model):
    return f"[inbox]\nquiet_seconds = 0\n[inference]\nmodel = '{model}'\nworkers = 1\n{LIMITS}\n"


def clock():
    return NOW


def blind_model(model, path):
    """The hand-made model with one change: what is smaller than 30 pixels is no stain."""
    loaded = onnx.load(model)
    contract = loaded.metadata_props[0].value
    changed = contract.replace('"tiny"', '"blind"').replace('"stain": 1', '"stain": 30')
    assert changed.count("30") > contract.count("30")
    del loaded.metadata_props[:]
    helper.set_model_props(loaded, {METADATA_KEY: changed})
    onnx.save(loaded, path)
    return path


def put(site, picture, numbers):
    """Part i has i mod 4 stains of 6 x 6 px; every second one a stain of 4 x 4 px more."""
    for number in numbers:
        stains = [(6 + 14 * each, 10, 6) for each in range(number % 4)]
        stains += [(20, 40, 4)] * (number % 2)
        path = site.inbox / f"P{number:03}.png"
        path.write_bytes(picture(*stains, shade=number))
        second = (BEGIN + timedelta(hours=4 * number)).timestamp()
        os.utime(path, (second, second))


def put_wild(site, picture):
    """A part with 36 stains, after all others."""
    stains = [(4 + 9 * x, 4 + 9 * y, 6) for x in range(6) for y in range(6)]
    path = site.inbox / "wild.png"
    path.write_bytes(picture(*stains))
    second = (BEGIN + timedelta(hours=4 * PARTS)).timestamp()
    os.utime(path, (second, second))


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
        put(making, picture, range(PARTS))
        report = run_once(making, settings, trigger="test", clock=clock)
        assert not report.problems
        with open_journal(making.journal) as journal:
            for row in phases(journal):
                activate_phase(journal, row.phase_id, who="Ann", now=NOW, reason="looked at it")
        making.root.rename(root)
    return Site(Path(shutil.copytree(root, tmp_path / "site", symlinks=True)))


@pytest.fixture
def blind(tmp_path, tiny_model):
    return blind_model(tiny_model, tmp_path / "blind.onnx")


def rows(site, sql):
    with open_master(site.master) as connection:
        return connection.execute(sql).fetchall()


def facts(site):
    with open_master(site.master) as connection:
        return list(export_facts(connection))


def limits_of(site, metric=COUNT):
    with open_journal(site.journal) as journal:
        return [row for row in phases(journal) if row.characteristic_id.endswith(f":{metric}")]


def mails(site):
    with open_journal(site.journal) as journal, journal.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar()


def test_a_model_in_shadow_is_compared_part_by_part_and_changes_nothing(site, settings, blind):
    before = facts(site)
    shadow = reprocess(site, settings, blind, clock=clock)
    assert facts(site) == before
    assert (shadow.parts, shadow.measured, shadow.left) == (PARTS, PARTS, ())
    (stream,) = shadow.streams
    found = {each.metric: each for each in stream.metrics}[COUNT]
    # By hand: 0, 2, 2, 4 stains in turn for the old model, 0, 1, 2, 3 for the new one.
    assert (found.old_mean, found.new_mean, found.difference) == (2.0, 1.5, -0.5)
    # By hand: cov = 18/4 - 2 * 1.5, var = 2 and 5/4, so r = 1.5 / sqrt(2.5).
    assert found.correlation == pytest.approx(1.5 / 2.5**0.5)
    # Ten days of six parts, whose changes sum to -3 each: the days do not differ at all.
    assert (found.low, found.high) == (pytest.approx(-0.5), pytest.approx(-0.5))
    # One in four has 4 stains, more than 3, for the old model only.
    assert (stream.verdicts.now_failed, stream.verdicts.now_passed) == (0, 15)
    assert stream.verdicts.share == 0.25


def test_limits_are_proposed_with_the_bias_as_reason_and_only_together_with_the_model(
    site, settings, blind
):
    shadow = reprocess(site, settings, blind, clock=clock)
    old, new = limits_of(site)
    assert (old.status, new.status, new.model_id) == ("active", "proposed", shadow.model_id)
    assert (new.first_pass_at, new.last_pass_at) == (old.first_pass_at, old.last_pass_at)
    assert new.phase["n"] == old.phase["n"]
    assert "-0.5" in new.reason
    assert "mean 2 before, 1.5 now" in new.reason
    with open_journal(site.journal) as journal, pytest.raises(TransitionError, match="in shadow"):
        activate_phase(journal, new.phase_id, who="Ann", now=NOW, reason="too early")
    # A night in between uses the old model and its limits.
    report = run_once(site, settings, trigger="test", clock=clock)
    assert not report.problems
    assert not report.monitor.new_signals
    assert limits_of(site) == [old, new]


def test_measuring_in_shadow_twice_measures_nothing_again_and_replaces_the_proposals(
    site, settings, blind
):
    first = reprocess(site, settings, blind, clock=clock)
    again = reprocess(site, settings, blind, clock=clock)
    assert (again.parts, again.measured) == (first.parts, 0)
    assert again.streams == first.streams
    assert [row.status for row in limits_of(site)] == ["active", "retired", "proposed"]


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


def kill_after_a_batch(site, repository, act):
    """Do `act` in a process that dies by SIGKILL as soon as its first batch is committed."""
    script = site.root / "killed.py"
    script.write_text(f"{KILLED}    {act}\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    killed = subprocess.run([sys.executable, str(script)], check=False, env=environment)
    assert killed.returncode == -signal.SIGKILL


def test_measuring_in_shadow_goes_on_after_a_kill(site, settings, blind, repository):
    act = f"reprocess.reprocess(site, settings, Path({str(blind)!r}), clock=utc_now)"
    kill_after_a_batch(site, repository, act)
    shadow = reprocess(site, settings, blind, clock=clock)
    # Batches are of 32 passes: the first was written.
    assert (shadow.parts, shadow.measured) == (PARTS, PARTS - 32)


def test_measuring_the_history_goes_on_after_a_kill(site, settings, blind, repository):
    shadow = reprocess(site, settings, blind, clock=clock)
    activate(site, settings, shadow.model_id, who="Ann", reason="fewer crumbs", clock=clock)
    whole = Site(Path(shutil.copytree(site.root, site.root.with_name("whole"), symlinks=True)))
    act = "reprocess_history.reprocess_history(site, settings, clock=utc_now)"
    kill_after_a_batch(site, repository, act)
    assert reprocess_history(site, settings, clock=clock).inspections == PARTS - 32
    assert reprocess_history(whole, settings, clock=clock).inspections == PARTS
    assert facts(site) == facts(whole)
    errors = rows(site, "SELECT error FROM ingest_run WHERE trigger = 'reprocess' ORDER BY run_id")
    assert errors == [("interrupted",), (None,)]


def test_the_newest_parts_or_those_of_a_day_on_can_be_compared_instead(site, settings, blind):
    few = reprocess(site, settings, blind, clock=clock, scope=Scope(parts=10))
    assert few.parts == 10
    # Too few for limits, and the report says so.
    assert all(each.phase is None and each.refusal for each in few.limits)
    since = Scope(since=BEGIN + timedelta(days=5))
    # Parts come every four hours: number 30 and later.
    assert reprocess(site, settings, blind, clock=clock, scope=since).parts == 30


def test_an_activated_model_measures_the_next_run_under_its_own_limits(
    site, settings, blind, picture
):
    shadow = reprocess(site, settings, blind, clock=clock)
    old, new = limits_of(site)
    model_id, in_force = activate(
        site, settings, shadow.model_id[:12], who="Ann", reason="fewer crumbs", clock=clock
    )
    assert model_id == shadow.model_id
    assert new.phase_id in {row.phase_id for row in in_force}
    last = BEGIN + timedelta(hours=4 * (PARTS - 1))
    retired, active = limits_of(site)
    assert (retired.status, active.status) == ("retired", "active")
    assert retired.valid_to == active.valid_from == last + timedelta(microseconds=1)
    assert retired.valid_from == old.valid_from
    # Until the new model has measured a part, the tile keeps the limits it has.
    report = run_once(site, settings, trigger="test", clock=clock)
    assert not report.monitor.new_signals
    state = "SELECT phase_id FROM characteristic_state WHERE characteristic_id LIKE '%:stain_count'"
    assert rows(site, state) == [(retired.phase_id,)]
    # Captured before the activation, measured after it: not lost between the two limits.
    put(site, picture, range(PARTS, PARTS + 4))
    report = run_once(site, settings, trigger="test", clock=clock)
    assert report.ingest.model_id == model_id
    assert report.ingest.warnings == ()
    assert rows(site, state) == [(active.phase_id,)]
    names = "SELECT what FROM audit WHERE subject = ? ORDER BY audit_id"
    with open_journal(site.journal) as journal, journal.reading() as connection:
        told = connection.exec_driver_sql(names, (model_id,)).scalars().all()
    assert told == ["model measured in shadow", "model activated"]
    seen = {one.name: one.seen for one in _findings(site, settings)}
    assert "since Ann activated it" in seen["model"]


def test_a_wild_part_after_the_activation_alarms_by_the_limits_of_the_new_model(
    site, settings, blind, picture
):
    shadow = reprocess(site, settings, blind, clock=clock)
    activate(site, settings, shadow.model_id, who="Ann", reason="fewer crumbs", clock=clock)
    put_wild(site, picture)
    report = run_once(site, settings, trigger="test", clock=clock)
    active = limits_of(site)[-1]
    assert active.phase_id in {signal.phase_id for signal in report.monitor.new_signals}


def test_a_model_that_is_turned_down_leaves_nothing_in_force(site, settings, blind, picture):
    shadow = reprocess(site, settings, blind, clock=clock)
    turn_down(site, shadow.model_id, who="Ann", reason="misses crumbs", clock=clock)
    assert [row.status for row in limits_of(site)] == ["active", "retired"]
    with open_journal(site.journal) as journal:
        (trial,) = model_trials(journal)
        assert (trial.status, trial.decided_by) == ("turned down", "Ann")
        assert active_model(journal) is None
    with pytest.raises(TransitionError, match="turned down"):
        activate(site, settings, shadow.model_id, who="Ann", reason="no", clock=clock)
    put(site, picture, [PARTS])
    report = run_once(site, settings, trigger="test", clock=clock)
    assert report.ingest.model_id == limits_of(site)[0].model_id


def test_a_decision_needs_a_name_a_reason_and_one_model(site, settings, blind):
    shadow = reprocess(site, settings, blind, clock=clock)
    for who, reason, given in (
        ("", "why", shadow.model_id),
        ("Ann", " ", shadow.model_id),
        ("Ann", "why", "0123"),
        ("Ann", "why", "f" * 64),
    ):
        with pytest.raises(InputError):
            activate(site, settings, given, who=who, reason=reason, clock=clock)
    with open_journal(site.journal) as journal:
        assert active_model(journal) is None


def test_e12_history_gets_new_revisions_the_old_numbers_stay_and_nobody_is_mailed(
    site, settings, blind, picture
):
    settings = parse_settings(
        text_of(settings.inference.model) + "[alerts]\nrecipients = ['a@plant.example']\n",
        where="test",
    )
    put_wild(site, picture)
    alarm = run_once(site, settings, trigger="test", clock=clock)
    assert {signal.phase_id for signal in alarm.monitor.new_signals} >= {
        limits_of(site)[0].phase_id
    }
    told = mails(site)
    assert told
    old_rows = rows(site, "SELECT * FROM inspection WHERE revision = 1 ORDER BY pass_id")
    shadow = reprocess(site, settings, blind, clock=clock)
    activate(site, settings, shadow.model_id, who="Ann", reason="fewer crumbs", clock=clock)
    done = reprocess_history(site, settings, clock=clock)
    assert (done.inspections, done.left, done.model_id) == (PARTS + 1, (), shadow.model_id)
    assert rows(site, "SELECT * FROM inspection WHERE revision = 1 ORDER BY pass_id") == old_rows
    newest = "SELECT model_id, revision, sum(stain_count) FROM latest_inspection GROUP BY ALL"
    # By hand: 60 parts of 1.5 stains on average, and one of 36.
    assert rows(site, newest) == [(shadow.model_id, 2, 126)]
    by_day = f"SELECT model_id, sum(total) FROM daily_rollup WHERE metric = '{COUNT}' GROUP BY ALL"
    assert rows(site, by_day) == [(shadow.model_id, 126.0)]
    kept = "SELECT signal_id, withdrawn_at FROM signal WHERE rule <> 'specification' ORDER BY 1"
    signals = rows(site, kept)
    report = run_once(site, settings, trigger="test", clock=clock)
    assert not report.problems
    assert not report.monitor.new_signals
    # A young part of 4 stains that has 3 now is not out of specification any more.
    gone = {(one.rule, one.value) for one in report.monitor.withdrawn}
    assert gone == {("specification", 4.0)}
    reasons = {one.withdrawn_reason for one in report.monitor.withdrawn}
    assert reasons == {"does not hold any more: parts have been measured again"}
    # What the old limits said of the old numbers stands.
    assert rows(site, kept) == signals
    assert mails(site) == told
    # Each pass has its revision: nothing is left to do.
    assert reprocess_history(site, settings, clock=clock).inspections == 0


def test_a_rebuild_makes_the_same_history_again(site, settings, blind):
    shadow = reprocess(site, settings, blind, clock=clock)
    activate(site, settings, shadow.model_id, who="Ann", reason="fewer crumbs", clock=clock)
    reprocess_history(site, settings, clock=clock)
    before = facts(site)
    report = rebuild(site, settings, clock=clock)
    assert not report.lost
    assert facts(site) == before


def test_history_is_measured_by_approved_models_only(site, settings, blind):
    changed = _with_model(settings, blind)
    with pytest.raises(InputError, match="approved"):
        reprocess_history(site, changed, clock=clock)


def test_a_part_whose_original_is_lost_keeps_its_numbers_and_is_named(site, settings, blind):
    ((image_id, pass_id),) = rows(site, "SELECT image_id, pass_id FROM image LIMIT 1")
    (site.archive / image_id[:2] / image_id[2:4] / f"{image_id}.png").unlink()
    shadow = reprocess(site, settings, blind, clock=clock)
    assert [each.pass_id for each in shadow.left] == [pass_id]
    assert shadow.parts == PARTS - 1


def test_a_pass_of_several_views_is_measured_whole_or_not_at_all(site, settings, blind, picture):
    for column in (1, 2):
        two = picture((10, 10, 6), (40, 40, 4), shade=70 + column)
        (site.inbox / f"T1_r1c{column}.png").write_bytes(two)
        (site.inbox / f"T2_r1c{column}.png").write_bytes(picture((10, 10, 6), shade=80 + column))
    for path in site.inbox.glob("T*"):
        second = (BEGIN + timedelta(hours=4 * PARTS)).timestamp()
        os.utime(path, (second, second))
    run_once(site, settings, trigger="test", clock=clock)
    ((lost,),) = rows(site, "SELECT image_id FROM image WHERE part_id = 'T2' AND view_column = 2")
    (site.archive / lost[:2] / lost[2:4] / f"{lost}.png").unlink()
    shadow = reprocess(site, settings, blind, clock=clock)
    activate(site, settings, shadow.model_id, who="Ann", reason="fewer crumbs", clock=clock)
    done = reprocess_history(site, settings, clock=clock)
    assert (done.inspections, len(done.left)) == (PARTS + 1, 1)
    found = "SELECT part_id, revision, views_present, stain_count FROM latest_inspection"
    # By hand: two stains in each view of T1, the smaller one gone; T2 keeps its numbers.
    assert sorted(rows(site, f"{found} WHERE part_id LIKE 'T_'")) == [
        ("T1", 2, 2, 2),
        ("T2", 1, 2, 2),
    ]
    images = "SELECT part_id, count(*), max(revision) FROM latest_image WHERE part_id LIKE 'T_'"
    assert sorted(rows(site, f"{images} GROUP BY 1")) == [("T1", 2, 2), ("T2", 2, 1)]


def test_without_a_journal_the_model_of_the_last_run_goes_on(site, settings, blind, picture):
    before = limits_of(site)[0].model_id
    site.journal.unlink()
    put(site, picture, [PARTS])
    report = ingest(site, _with_model(settings, blind), clock=clock)
    assert report.model_id == before
    assert "the model of the last run is used" in report.warnings[0]


def test_d01_a_changed_file_in_the_settings_is_used_and_said_until_it_is_approved(
    site, settings, blind, picture
):
    changed = _with_model(settings, blind)
    put(site, picture, [PARTS])
    report = run_once(site, changed, trigger="test", clock=clock)
    (warning,) = report.ingest.warnings
    assert "blemish reprocess --model" in warning
    assert report.ingest.model_id == Archive(site.archive).model_path(report.ingest.model_id).stem
    assert limits_of(site)[0].model_id != report.ingest.model_id
    shadow = reprocess(site, changed, blind, clock=clock)
    assert shadow.model_id == report.ingest.model_id
    # The part that the new model measured already is none of the baseline.
    assert shadow.parts == PARTS
    activate(site, changed, shadow.model_id, who="Ann", reason="compared", clock=clock)
    put(site, picture, [PARTS + 1])
    after = run_once(site, changed, trigger="test", clock=clock)
    assert after.ingest.warnings == ()
    # It judges from the first part that the new model measured.
    last = BEGIN + timedelta(hours=4 * (PARTS - 1), microseconds=1)
    assert limits_of(site)[-1].valid_from == last


def test_a_file_named_in_the_settings_after_an_activation_is_the_newer_decision(
    site, settings, blind, tiny_model, tmp_path, picture
):
    shadow = reprocess(site, settings, blind, clock=clock)
    activate(site, settings, shadow.model_id, who="Ann", reason="fewer crumbs", clock=clock)
    third = onnx.load(blind)
    contract = third.metadata_props[0].value.replace('"blind"', '"third"')
    del third.metadata_props[:]
    helper.set_model_props(third, {METADATA_KEY: contract})
    onnx.save(third, tmp_path / "third.onnx")
    put(site, picture, [PARTS])
    changed = _with_model(settings, tmp_path / "third.onnx")
    report = run_once(site, changed, trigger="test", clock=clock)
    assert report.ingest.model_id != shadow.model_id
    assert report.ingest.warnings


def test_reprocessing_waits_for_the_run_in_progress(site, settings, blind):
    with run_lock(site.lock_file, "run (test)"), pytest.raises(RunLockedError):
        reprocess(site, settings, blind, clock=clock)


def test_a_file_that_is_no_model_is_refused_and_leaves_no_trace(site, tmp_path, capsys):
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"<html>not found</html>")
    before = sorted(site.archive.glob("models/*"))
    status = main(["reprocess", "--site", str(site.root), "--model", str(wrong)])
    assert status == 2
    assert "wrong.onnx" in capsys.readouterr().err
    assert sorted(site.archive.glob("models/*")) == before


def test_the_command_prints_the_bias_and_lists_the_models(site, blind, capsys):
    where = ["--site", str(site.root)]
    assert main(["reprocess", *where, "--model", str(blind)]) == 0
    shown = capsys.readouterr().out
    assert "25.0% of 60 verdicts change, 0 to fail and 15 to pass" in shown
    assert "--activate" in shown
    assert main(["reprocess", *where]) == 0
    assert "blind" in capsys.readouterr().out
    assert main(["reprocess", *where, "--history", "--model", str(blind)]) == 2
    assert main(["reprocess", *where, "--model", str(blind), "--since", "yesterday"]) == 2


def _with_model(settings, model):
    return settings.model_copy(
        update={"inference": settings.inference.model_copy(update={"model": str(model)})}
    )


def _findings(site, settings):
    return site_findings(site, settings, now=NOW, environment={})
