import os
import shutil
import signal
import subprocess
import sys
import time

import onnx
import pytest
from onnx import helper

from inference.errors import ModelError
from inference.model_contract import METADATA_KEY
from jobs.errors import StorageFullError
from jobs.ingest import ingest
from jobs.measurement import worker as measuring_worker
from jobs.settings import parse_settings
from warehouse.archive import Archive
from warehouse.connection import open_master
from warehouse.site import Site


def words(report):
    return {file.path: (file.outcome, file.reason) for file in report.files}


def rows(site, sql):
    with open_master(site.master) as connection:
        return connection.execute(sql).fetchall()


def renamed_model(model, path):
    """The same model under another name: other bytes, hence another model."""
    loaded = onnx.load(model)
    contract = loaded.metadata_props[0].value.replace('"tiny"', '"tiny 2"')
    del loaded.metadata_props[:]
    helper.set_model_props(loaded, {METADATA_KEY: contract})
    onnx.save(loaded, path)
    return path


def settings_with(model):
    text = f"[inbox]\nquiet_seconds = 0\n[inference]\nmodel = '{model}'"
    return parse_settings(text, where="test")


def test_a_run_that_is_killed_is_completed_by_the_next(site, settings, picture, repository):
    total = 150
    for number in range(total):
        (site.inbox / f"P{number:03}.png").write_bytes(picture((10, 10, 6), shade=number))
    command = [sys.executable, "-m", "jobs", "ingest", "--site", str(site.root)]
    process = subprocess.Popen(
        command, cwd=repository, start_new_session=True, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    # In the second batch, when the first is stored and this one is not.
    while len(list(site.archive.rglob("*.json"))) < 80 and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    before = rows(site, "SELECT count(*) FROM image")[0][0]
    assert 0 < before < total
    report = ingest(site, settings)
    totals = report.totals
    assert (totals.seen, totals.measured, totals.known) == (total, total - before, before)
    counts = "SELECT (SELECT count(*) FROM image), (SELECT count(*) FROM inspection),"
    counts += " (SELECT count(*) FROM defect), (SELECT count(*) FROM arrival)"
    assert rows(site, counts) == [(total, total, total, total)]
    assert rows(site, "SELECT error FROM ingest_run ORDER BY run_id") == [("interrupted",), (None,)]
    assert report.warnings == ("run 1 was interrupted; what it left undone was taken in now",)


@pytest.mark.usefixtures("in_process")
def test_a_late_view_under_a_new_model_has_the_whole_part_measured_anew(
    site, settings, picture, tiny_model, tmp_path
):
    (site.inbox / "A1_r1c1.png").write_bytes(picture((10, 10, 8)))
    first = ingest(site, settings)
    (site.inbox / "A1_r1c2.png").write_bytes(picture((10, 10, 6)))
    second = ingest(site, settings_with(renamed_model(tiny_model, tmp_path / "new.onnx")))
    assert first.model_id != second.model_id
    assert rows(site, "SELECT revision, model_id, stain_count FROM inspection ORDER BY 1") == [
        (1, first.model_id, 1),
        (2, second.model_id, 2),
    ]
    images = "SELECT view_column, revision, model_id FROM image ORDER BY 1, 2"
    assert rows(site, images) == [
        (1, 1, first.model_id),
        (1, 2, second.model_id),
        (2, 1, second.model_id),
    ]
    ((image_id,),) = rows(site, "SELECT image_id FROM image WHERE revision = 2")
    assert Archive(site.archive).read_mask(image_id, second.model_id)


@pytest.mark.usefixtures("in_process")
def test_a_model_that_cannot_be_used_consumes_no_part(site, settings, picture, tmp_path):
    (site.inbox / "A1.png").write_bytes(picture())
    (tmp_path / "broken.onnx").write_bytes(b"<html>not found</html>")
    for model in ("broken.onnx", "missing.onnx"):
        with pytest.raises(ModelError):
            ingest(site, settings_with(tmp_path / model))
    assert rows(site, "SELECT count(*) FROM arrival") == [(0,)]
    assert rows(site, "SELECT error IS NOT NULL FROM ingest_run") == [(True,), (True,)]
    assert words(ingest(site, settings)) == {"A1.png": ("measured", "")}


@pytest.mark.usefixtures("in_process")
def test_what_breaks_the_measuring_of_one_picture_is_stored_and_the_batch_goes_on(
    site, settings, picture, monkeypatch
):
    real = measuring_worker.measure_bytes

    def measure_bytes(data, *arguments, **options):
        if data == picture(shade=1):
            raise ZeroDivisionError("a bug")
        return real(data, *arguments, **options)

    monkeypatch.setattr(measuring_worker, "measure_bytes", measure_bytes)
    for number in range(3):
        (site.inbox / f"A{number}.png").write_bytes(picture(shade=number))
    report = ingest(site, settings)
    assert words(report) == {
        "A0.png": ("measured", ""),
        "A1.png": ("quarantined", "DECODER_CRASH"),
        "A2.png": ("measured", ""),
    }
    ((detail,),) = rows(site, "SELECT detail FROM arrival WHERE reason = 'DECODER_CRASH'")
    assert "ZeroDivisionError: a bug" in detail


@pytest.mark.usefixtures("in_process")
def test_twins_of_a_refused_picture_are_refused_like_it(site, settings, picture):
    for name in ("a.png", "b.png"):
        (site.inbox / name).write_bytes(picture()[:60])
    assert words(ingest(site, settings)) == dict.fromkeys(
        ("a.png", "b.png"), ("quarantined", "TRUNCATED")
    )


@pytest.mark.usefixtures("in_process")
def test_a_full_volume_ends_the_run_with_its_name_and_the_next_run_goes_on(
    site, settings, picture, monkeypatch
):
    (site.inbox / "A1.png").write_bytes(picture())

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.archive.Archive.store_image", full)
        with pytest.raises(StorageFullError, match=f"no room left below {site.root}"):
            ingest(site, settings)
    assert rows(site, "SELECT count(*) FROM image") == [(0,)]
    assert words(ingest(site, settings)) == {"A1.png": ("measured", "")}


def test_the_measurements_do_not_depend_on_the_number_of_workers(site, settings, picture, tmp_path):
    for number in range(8):
        (site.inbox / f"A{number}.png").write_bytes(picture((10, 10, 5 + number)))
    other = Site(shutil.copytree(site.root, tmp_path / "other"))
    two = settings.model_copy(
        update={"inference": settings.inference.model_copy(update={"workers": 2})}
    )
    ingest(site, settings)
    ingest(other, two)
    columns = "SELECT * EXCLUDE (inference_ms) FROM image"
    assert rows(site, columns) == rows(other, columns)
    for table in ("defect", "inspection"):
        assert rows(site, f"SELECT * FROM {table}") == rows(other, f"SELECT * FROM {table}")
