"""What importing a module loads, asked of a fresh interpreter: a linter sees only what is written."""

import json
import subprocess
import sys

import pytest

PAGES = ("dash", "plotly", "dash_mantine_components", "dash_ag_grid")
HEAVY = (*PAGES, "torch", "onnxruntime", "cv2", "duckdb", "pandas", "scipy", "matplotlib", "sqlalchemy", "pydantic", "ruptures")  # fmt: skip
OURS = ("dashboard", "inference", "jobs", "spc", "warehouse")


def loaded(repository, code):
    """The top-level names of the modules that `code` loads."""
    report = (
        "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        cwd=repository, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_command_line_starts_without_anything_heavy(repository):
    found = loaded(repository, "import jobs.cli")
    assert found.isdisjoint(HEAVY), found & set(HEAVY)


def test_asking_for_help_loads_nothing_heavy(repository):
    code = "import contextlib, io, jobs.cli\nwith contextlib.redirect_stdout(io.StringIO()): jobs.cli.main(['--help'])"
    found = loaded(repository, code)
    assert found.isdisjoint(HEAVY), found & set(HEAVY)


def test_the_nightly_run_loads_neither_the_pages_nor_torch(repository):
    found = loaded(repository, "import jobs.nightly, jobs.commands.do_run, jobs.commands.do_demo")
    assert found.isdisjoint((*PAGES, "torch"))


def test_an_ingest_loads_no_arithmetic_and_nothing_to_draw_with(repository):
    # Two seconds of the processor before the first picture of a night, or after a power cut.
    found = loaded(repository, "import jobs.commands.do_ingest")
    assert found.isdisjoint((*PAGES, "torch", "scipy", "matplotlib", "ruptures"))


def test_segmenting_images_loads_no_store_and_no_page(repository):
    found = loaded(repository, "import jobs.commands.do_segment, jobs.commands.do_evaluate")
    assert found.isdisjoint((*PAGES, "torch", "duckdb", "sqlalchemy", "pandas", "scipy"))


def test_a_measuring_process_loads_only_what_it_measures_with(repository):
    found = loaded(repository, "import jobs.measurement.worker")
    assert found.isdisjoint(
        (*PAGES, "torch", "duckdb", "sqlalchemy", "pandas", "scipy", "pydantic")
    )


def test_the_server_is_forked_before_duckdb_is_loaded(repository):
    # DuckDB starts threads when it is imported; a process forked after that is aborted at its end.
    assert loaded(repository, "import jobs.commands.do_serve").isdisjoint((*PAGES, "duckdb"))


def test_arithmetic_loads_arithmetic_only(repository):
    found = loaded(repository, "import spc.chart, spc.phase")
    assert found.isdisjoint((*PAGES, "torch", "cv2", "onnxruntime", "duckdb", "pandas", "pydantic"))


def test_reading_the_training_settings_does_not_load_torch(repository):
    assert "torch" not in loaded(
        repository, "import inference.training.settings, inference.training.train"
    )


@pytest.mark.parametrize("package", OURS)
def test_a_package_is_ours_and_importing_it_loads_nothing_else(repository, package):
    code = f"import {package}; import sys; assert {package}.__file__ == {str(repository / package / '__init__.py')!r}"
    assert loaded(repository, code) & set(OURS) == {package}
