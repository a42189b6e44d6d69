"""The wheel holds what an installation needs, and nothing else."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PACKAGES = ("dashboard", "inference", "jobs", "spc", "warehouse")


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", str(folder), str(repository)),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def source_files(repository: Path, suffix: str) -> set[str]:
    return {
        path.relative_to(repository).as_posix()
        for package in PACKAGES
        for path in (repository / package).rglob(f"*{suffix}")
    }


@pytest.mark.parametrize("suffix", [".py", ".sql", ".onnx", ".md", ".html", ".toml", "py.typed"])
def test_the_wheel_carries_every_file_of_a_kind(wheel: Path, repository: Path, suffix: str):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert source_files(repository, suffix) - names == set()


def test_the_wheel_carries_the_shipped_model_and_the_assets(wheel: Path, repository: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "inference/models/heat_sink_fast.onnx" in names
    assets = {
        f"dashboard/assets/{path.relative_to(repository / 'assets').as_posix()}"
        for path in (repository / "assets").rglob("*")
        if path.is_file()
    }
    assert assets
    assert assets - names == set()


def test_the_wheel_carries_our_packages_and_nothing_else(wheel: Path):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not re.fullmatch(r"blemish-[\d.]+\.dist-info", top)} == set(
        PACKAGES
    )


def test_the_wheel_carries_no_cache_and_no_secret(wheel: Path):
    for name in zipfile.ZipFile(wheel).namelist():
        assert not re.search(r"__pycache__|\.pyc$|secret|\.sqlite|\.duckdb$", name), name


def test_the_installed_wheel_runs_away_from_the_checkout(installed: Path, tmp_path: Path):
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "import dashboard, jobs.cli;"
        "from dashboard.app import assets_folder;"
        "print(dashboard.__file__); print(assets_folder())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(installed)],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=300,
    )
    package, assets = done.stdout.splitlines()
    assert Path(package).is_relative_to(installed)
    assert Path(assets) == installed / "dashboard" / "assets"
