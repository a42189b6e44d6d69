"""The warehouse comes back from the archive: the same facts, whether or not a file is left of it."""

from datetime import UTC, datetime

import onnx
import pytest
from onnx import helper

from inference.model_contract import METADATA_KEY
from jobs.cli import main
from jobs.ingest import ingest
from jobs.measurement.replay_batch import ReplayBench
from jobs.nightly import run_once
from jobs.upkeep.rebuild import check_archive, rebuild
from warehouse.connection import log_file, open_master, open_snapshot
from warehouse.errors import ArchiveError, RunLockedError
from warehouse.lock import run_lock

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
REVISIONS = "SELECT pass_id, revision, views_present, model_id FROM inspection ORDER BY 1, 2"
RUNS = "SELECT run_id, started_at, finished_at, seen, measured, error FROM ingest_run ORDER BY 1"


def rows(site, sql):
    with open_master(site.master) as connection:
        return connection.execute(sql).fetchall()


def again(site, settings):
    return rebuild(site, settings, clock=lambda: NOW)


def newer_model(model, path):
    """The same model under another name: other bytes, hence another model."""
    loaded = onnx.load(model)
    contract = loaded.metadata_props[0].value.replace('"tiny"', '"tiny 2"')
    del loaded.metadata_props[:]
    helper.set_model_props(loaded, {METADATA_KEY: contract})
    onnx.save(loaded, path)
    return path


@pytest.fixture
def history(site, settings, deliver, picture, tiny_model, tmp_path, in_process):
    """Two nights: late views under a newer model and other limits, refused files, twins."""
    first, second = deliver(2, parts=3)
    first.add("A1_r0c0.png", picture((10, 10, 8), shade=401), 100)
    first.put(site.inbox)
    run_once(site, settings, trigger="test", clock=lambda: NOW)
    second.add("A1_r0c1.png", picture((10, 10, 6), shade=403), 103)
    second.put(site.inbox)
    newer = {"model": str(newer_model(tiny_model, tmp_path / "newer.onnx"))}
    later = settings.model_copy(
        update={
            "inference": settings.inference.model_copy(update=newer),
            "specification": settings.specification.model_validate({"stain_count": 0}),
        }
    )
    run_once(site, later, trigger="test", clock=lambda: NOW)
    return site


@pytest.mark.parametrize("lost", ["master", "half of the master"])
def test_a_rebuilt_warehouse_has_the_facts_it_had(history, settings, facts, lost):
    before, revisions, runs = facts(history), rows(history, REVISIONS), rows(history, RUNS)
    assert len({model for *_, model in revisions}) == 2
    assert [revision for _, revision, *_ in revisions].count(2) == 1
    old = history.master.read_bytes()
    if lost == "master":
        history.master.unlink()
    elif lost != "nothing":
        history.master.write_bytes(old[: len(old) // 2])
    report = again(history, settings)
    print(f"\n{report.images} images, {report.inspections} inspections, {report.runs} runs again")
    assert report.lost == ()
    assert rows(history, REVISIONS) == revisions
    assert rows(history, RUNS) == runs
    kept = list(history.warehouse.glob("master-set-aside-*.duckdb"))
    assert [path.name for path in kept] == [report.set_aside] * (lost != "master")
    assert all(path.read_bytes() in (old, old[: len(old) // 2]) for path in kept)
    # The next run meets the files that no archive holds, and knows the others.
    report = ingest(history, settings)
    assert report.totals.measured == 0
    assert facts(history) == before
    with open_snapshot(history.current) as connection:
        assert connection.execute("SELECT count(*) FROM latest_image").fetchone() == (14,)


def test_a_rebuild_that_is_killed_goes_on_where_it_was(history, settings, facts, monkeypatch):
    before = facts(history, ledger=False)
    monkeypatch.setattr("jobs.measurement.replay_plan.BATCH_IMAGES", 4)
    measure, batches = ReplayBench.measure, []

    def cut(bench, batch):
        if len(batches) == 3:
            raise KeyboardInterrupt
        batches.append(batch)
        measure(bench, batch)

    with monkeypatch.context() as patched:
        patched.setattr(ReplayBench, "measure", cut)
        with pytest.raises(KeyboardInterrupt):
            again(history, settings)
    # The old one stays in force until the new one is whole.
    assert facts(history, ledger=False) == before
    seen = []
    monkeypatch.setattr(
        ReplayBench, "measure", lambda bench, batch: (seen.extend(batch), measure(bench, batch))
    )
    again(history, settings)
    assert facts(history, ledger=False) == before
    done = {image for batch in batches for event in batch for image in event.images}
    assert done
    assert not done & {image for event in seen for image in event.images}
    assert not (history.warehouse / "rebuild.duckdb").exists()
    assert not log_file(history.warehouse / "rebuild.duckdb").exists()


def test_what_the_archive_has_lost_is_named(history, settings):
    ((image_id, path),) = rows(history, "SELECT image_id, path FROM image ORDER BY path LIMIT 1")
    (original,) = history.archive.glob(f"*/*/{image_id}.png")
    original.unlink()
    ((lost, reason),) = again(history, settings).lost
    assert lost == image_id
    assert reason == f"UNREADABLE: no image {image_id} in the archive"
    held = "SELECT outcome, reason FROM arrival WHERE path = $path ORDER BY change_no DESC LIMIT 1"
    with open_master(history.master) as connection:
        assert connection.execute(held, {"path": path}).fetchone() == ("quarantined", "UNREADABLE")
    # It lies in the inbox still, and is measured again from there.
    assert ingest(history, settings).totals.measured == 1


def test_a_model_that_is_gone_keeps_its_images_from_their_rows_and_no_others(history, settings):
    (newest,) = rows(history, "SELECT model_id FROM ingest_run ORDER BY run_id DESC LIMIT 1")[0]
    (history.archive / "models" / f"{newest}.onnx").unlink()
    report = again(history, settings)
    assert report.images == 7
    assert {reason for _, reason in report.lost} == {f"no model {newest} in the archive"}


@pytest.mark.usefixtures("in_process")
def test_an_empty_archive_and_a_run_in_progress_are_refused(site, settings):
    with pytest.raises(ArchiveError, match="nothing to rebuild from"):
        again(site, settings)
    (site.archive / "ab").mkdir()
    with run_lock(site.lock_file, "run (by hand)"), pytest.raises(RunLockedError, match="by hand"):
        again(site, settings)


def test_the_command_compares_and_rebuilds(history, capsys):
    arguments = ["rebuild", "--site", str(history.root)]
    assert main([*arguments, "--check"]) == 0
    assert "0 images of the archive have no row" in capsys.readouterr().out
    with open_master(history.master) as connection:
        connection.execute("DELETE FROM image WHERE path LIKE '%A1%'")
    assert len(check_archive(history).without_row) == 2
    assert main([*arguments, "--check"]) == 1
    assert main(arguments) == 0
    assert "15 image rows" in capsys.readouterr().out
    assert main([*arguments, "--check", "--json"]) == 0
