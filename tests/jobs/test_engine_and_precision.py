"""Which library and which precision measure is part of the model: its id, its limits, its rows."""

import shutil
import sys
from datetime import UTC, datetime

import pytest

from inference.model_file import load_model
from jobs.cli import main
from jobs.ingest import ingest
from jobs.measurement.model_choice import goes_first, settings_model, settings_model_id
from jobs.measurement.pool import WorkerPlan, measuring_pool
from jobs.settings import parse_settings, settings_hash
from jobs.upkeep.doctor_site import site_findings
from jobs.upkeep.rebuild import rebuild
from jobs.upkeep.reprocess import Scope, reprocess
from jobs.upkeep.reprocess_decision import activate
from warehouse.archive import Archive
from warehouse.connection import open_master
from warehouse.facts_export import export_facts

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def clock():
    return NOW


@pytest.fixture
def openvino():
    return pytest.importorskip("openvino", reason="needs the extra `openvino`")


@pytest.fixture
def without_openvino(monkeypatch):
    monkeypatch.setitem(sys.modules, "inference.engines.with_openvino", None)


@pytest.fixture
def twins(tmp_path, tiny_model):
    """The hand-made model, and as its twin one that is told from it."""
    model = shutil.copy(tiny_model, tmp_path / "part.onnx")
    (tmp_path / "part_int8.onnx").write_bytes(tiny_model.read_bytes() + b"\x10\x00")
    return model


def settings_with(model, **inference):
    lines = "".join(f"{key} = '{value}'\n" for key, value in inference.items())
    text = f"[inbox]\nquiet_seconds = 0\n[inference]\nmodel = '{model}'\nworkers = 1\n{lines}"
    return parse_settings(text, where="test")


def model_ids(site):
    with open_master(site.master) as connection:
        return [
            row[0]
            for row in connection.execute("SELECT model_id FROM model ORDER BY name").fetchall()
        ]


def put(site, picture, *names):
    for shade, name in enumerate(names):
        (site.inbox / f"{name}.png").write_bytes(picture((10, 10, 8), shade=50 + shade))


def test_each_engine_makes_a_model_of_its_own(tiny_model, tmp_path):
    usual = settings_model(settings_with(tiny_model), tmp_path)
    other = settings_model(settings_with(tiny_model, engine="openvino"), tmp_path)
    assert usual.content == tiny_model.read_bytes()
    assert usual.model_id != other.model_id
    assert (usual.name, other.name) == ("tiny", "tiny_openvino")


def test_a_file_that_names_an_engine_is_run_by_the_one_of_the_settings(tiny_model, tmp_path):
    named = tmp_path / "named.onnx"
    named.write_bytes(
        settings_model(settings_with(tiny_model, engine="openvino"), tmp_path).content
    )
    same = settings_model(settings_with(named, engine="openvino"), tmp_path)
    back = settings_model(settings_with(named), tmp_path)
    assert same.content == named.read_bytes()
    assert back.content == tiny_model.read_bytes()


def test_engine_and_precision_enter_the_settings_that_a_measurement_depends_on(tiny_model):
    said = [
        settings_hash(settings_with(tiny_model, **one))
        for one in ({}, {"engine": "openvino"}, {"precision": "int8"})
    ]
    assert len(set(said)) == 3


@pytest.mark.parametrize("one", [{"engine": "tvm"}, {"precision": "fp16"}])
def test_other_engines_and_precisions_are_refused_with_the_known_ones(one, capsys, site):
    text = "".join(f"{key} = '{value}'\n" for key, value in one.items())
    site.settings_file.write_text(f"[inference]\n{text}", "utf-8")
    assert main(["run", "--site", str(site.root)]) == 2
    said = capsys.readouterr().err
    assert f"[inference] {next(iter(one))}" in said
    assert "onnxruntime" in said or "fp32" in said


def test_int8_is_the_twin_beside_the_model(twins, tmp_path):
    assert settings_model(settings_with(twins), tmp_path).path.name == "part.onnx"
    twin = settings_model(settings_with(twins, precision="int8"), tmp_path)
    assert twin.path.name == "part_int8.onnx"
    itself = settings_model(settings_with(twin.path, precision="int8"), tmp_path)
    assert itself.path == twin.path


def test_a_missing_twin_is_said_with_what_writes_it(site, tiny_model, picture, capsys, in_process):
    put(site, picture, "A")
    site.settings_file.write_text(
        f"[inbox]\nquiet_seconds = 0\n[inference]\nmodel = '{tiny_model}'\nprecision = 'int8'\n",
        "utf-8",
    )
    assert main(["run", "--site", str(site.root)]) == 2
    said = capsys.readouterr().err
    assert "tiny_int8.onnx" in said
    assert "blemish train --int8" in said


def test_a_change_of_the_engine_is_a_new_model_and_a_rebuild_takes_each_as_it_was(
    site, tiny_model, picture, in_process, openvino
):
    put(site, picture, "A", "B")
    first = ingest(site, settings_with(tiny_model))
    put(site, picture, "A", "B", "C")
    changed = settings_with(tiny_model, engine="openvino")
    second = ingest(site, changed)
    assert first.model_id != second.model_id
    assert "was not compared" in second.warnings[0]
    path = Archive(site.archive).model_path(second.model_id)
    assert load_model(path).engine_name == "openvino"
    with open_master(site.master) as connection:
        before = list(export_facts(connection))
    site.master.unlink()
    # By the settings of another day: each image is measured by the library that measured it.
    rebuild(site, settings_with(tiny_model), clock=clock)
    with open_master(site.master) as connection:
        assert list(export_facts(connection)) == before
    assert model_ids(site) == [first.model_id, second.model_id]


def test_a_worker_process_runs_by_the_engine_that_the_file_names(
    site, tiny_model, picture, openvino
):
    variant = settings_model(settings_with(tiny_model, engine="openvino"), site.root)
    path = site.root / "variant.onnx"
    path.write_bytes(variant.content)
    with measuring_pool(WorkerPlan(path, workers=1)) as pool:
        by_openvino = pool.submit(picture((10, 10, 8))).result()
        assert pool.model().contract.engine == "openvino"
    with measuring_pool(WorkerPlan(tiny_model, workers=1)) as pool:
        usual = pool.submit(picture((10, 10, 8))).result()
    assert by_openvino.model_id == variant.model_id
    assert by_openvino.mask_png == usual.mask_png


def test_an_engine_that_is_not_installed_ends_the_run_in_one_sentence(
    site, tiny_model, picture, capsys, in_process, without_openvino
):
    put(site, picture, "A")
    site.settings_file.write_text(
        f"[inbox]\nquiet_seconds = 0\n[inference]\nmodel = '{tiny_model}'\nengine = 'openvino'\n",
        "utf-8",
    )
    assert main(["run", "--site", str(site.root)]) == 2
    said = capsys.readouterr().err
    assert "the engine openvino is not installed: pip install 'blemish[openvino]'" in said
    assert "Traceback" not in said


def test_the_doctor_names_the_engine_or_how_to_get_it(site, tiny_model, openvino, monkeypatch):
    def finding(settings):
        found = site_findings(site, settings, now=NOW, environment={})
        return next(each for each in found if each.name == "model")

    changed = settings_with(tiny_model, engine="openvino")
    assert "loads by openvino" in finding(changed).seen
    assert "loads by onnxruntime" in finding(settings_with(tiny_model)).seen
    monkeypatch.setitem(sys.modules, "inference.engines.with_openvino", None)
    missing = finding(changed)
    assert "pip install 'blemish[openvino]'" in missing.seen
    assert 'engine = "onnxruntime"' in missing.advice


def test_an_engine_can_be_compared_in_shadow_and_activated(
    site, tiny_model, picture, in_process, openvino
):
    settings = settings_with(tiny_model)
    put(site, picture, "A", "B", "C")
    ingest(site, settings)
    shadow = reprocess(
        site, settings, tiny_model, clock=clock, engine="openvino", scope=Scope(parts=3)
    )
    assert (shadow.name, shadow.parts) == ("tiny_openvino", 3)
    activate(site, settings, shadow.model_id, who="QE-4", reason="quicker here", clock=clock)
    put(site, picture, "A", "B", "C", "D")
    after = ingest(site, settings)
    assert after.model_id == shadow.model_id
    assert after.warnings == ()


def test_engine_and_precision_of_the_settings_speak_of_the_file_they_name(tiny_model, tmp_path):
    shipped = parse_settings("[inference]\nengine = 'openvino'\nprecision = 'int8'", where="test")
    # The shipped model is no decision, whatever runs it: an activated one stays.
    assert settings_model_id(shipped, tmp_path) is None
    assert goes_first(None, shipped, tmp_path)
    named = settings_with(tiny_model, engine="openvino")
    assert settings_model_id(named, tmp_path) == settings_model(named, tmp_path).model_id
