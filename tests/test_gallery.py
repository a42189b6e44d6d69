"""The gallery's commands run as they stand, and the page shows what lies beside it."""

import csv
import itertools
import re
import shlex
import shutil
from pathlib import Path

import pytest

from benchmarks.gallery import picture
from benchmarks.gallery_charts import ENTRIES
from jobs.cli import main

FOLDER = Path("docs/images/gallery")


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs" / "gallery.md").read_text("utf-8")


def commands(page: str) -> dict[str, list[str]]:
    """The arguments of each command of the page, by the name of the file it writes."""
    lines = re.findall(r"^ {4}blemish (chart .+)$", page, re.MULTILINE)
    return {Path(arguments[-1]).stem: arguments for arguments in map(shlex.split, lines)}


def marked_points(picture: str) -> int:
    return picture.count('class="mark"')


def texts(picture: str) -> list[str]:
    """Names of panels, ticks of axes, limits: what is written on a picture, in its order."""
    return re.findall(r">([^<>]*)</text>", picture)


@pytest.mark.parametrize("name", ["nb", "p", "xbar-s"])
def test_a_command_of_the_page_draws_the_picture_below_it(
    name: str, page: str, repository: Path, tmp_path: Path, monkeypatch, capsys
):
    shutil.copytree(repository / FOLDER, tmp_path / FOLDER)
    monkeypatch.chdir(tmp_path)
    assert main(commands(page)[name]) == 0
    assert capsys.readouterr().out.startswith(f"chart {name},")
    drawn = picture((tmp_path / f"{name}.html").read_text("utf-8"))
    shown = (FOLDER / f"{name}.svg").read_text("utf-8")
    assert marked_points(drawn) == marked_points(shown) > 0
    assert texts(drawn) == texts(shown), (
        "the pictures are out of date: python -m benchmarks.gallery docs/gallery.md"
    )


def test_the_page_shows_every_file_of_its_folder_and_no_other(page: str, repository: Path):
    linked = set(re.findall(r"\]\(images/gallery/([^)]+)\)", page))
    assert linked == {path.name for path in (repository / FOLDER).iterdir()}


def test_every_picture_has_its_command(page: str):
    drawn = re.findall(r"!\[[^]]+\]\(images/gallery/([^)]+)\.svg\)", page)
    assert drawn == list(commands(page)) == [entry.name for entry in ENTRIES]


def test_the_pictures_are_small(repository: Path):
    sizes = [path.stat().st_size for path in (repository / FOLDER).iterdir()]
    assert max(sizes) < 40_000
    assert sum(sizes) < 400_000


def test_the_stains_double_in_the_table(repository: Path):
    with (repository / FOLDER / "parts.csv").open(encoding="utf-8", newline="") as file:
        counts = [int(row["stain_count"]) for row in csv.DictReader(file)]
    before, after = counts[:90], counts[90:]
    # Twice as many are planned. Some touch and count as one; the standard error of this ratio of
    # negative binomial means (k = 3.94, 90 and 30 parts) is .24.
    assert 1.5 < (sum(after) / 30) / (sum(before) / 90) < 2.5


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_numbers_of_signals_do_not_lie_on_each_other(entry, repository: Path):
    for panel in (
        (repository / FOLDER / f"{entry.name}.svg").read_text("utf-8").split("<svg y=")[1:]
    ):
        found = re.findall(r'class="number" x="([\d.]+)" y="([\d.]+)"', panel)
        places = [(float(across), float(down)) for across, down in found]
        # A digit of 12 px sans-serif is about 7 px wide, and 9 px high.
        for (x, y), (other_x, other_y) in itertools.combinations(places, 2):
            assert abs(x - other_x) >= 7 or abs(y - other_y) >= 9
