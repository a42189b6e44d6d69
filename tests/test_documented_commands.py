"""Every command line that the documentation shows is one that the program takes.

Each is parsed, with all its options and values. Those on tables are run as they stand, in a folder
that has tables with the columns they name; so is the way of a first site, from README.
"""

import csv
import json
import re
import shlex
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.main import get_command

from inference.overlay import encode_png
from inference.rendering.planning import plan_surface
from inference.rendering.render import render_surface
from jobs.cli import app, main

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
ON_TABLES = ("chart", "capability", "gage")


def lines_of(page: Path) -> list[str]:
    """The command lines of a page's indented blocks, remarks and redirections cut."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    found = re.findall(r"^ {4}(blemish [a-z].*)$", text, re.MULTILINE)
    # A remark is set off by a # or, in a list of commands, by several blanks.
    return [re.split(r" # |\s{3,}# | {4,}(?=[a-z])| > ", line)[0].strip() for line in found]


def command_lines() -> list[tuple[str, str]]:
    return [(page.name, line) for page in PAGES for line in lines_of(page)]


def arguments_of(line: str) -> list[str]:
    # Brackets say that an option may be left out: with all of them it must parse, too.
    return shlex.split(re.sub(r"[\[\]](?!\S*[\"'])", "", line), comments=True)[1:]


def parsed(line: str):
    name, *arguments = arguments_of(line)
    command = get_command(app).commands[name]
    return command.make_context(name, arguments)


def tables(folder: Path) -> None:
    """Tables with the columns that the documented commands name; numbers as a process has them."""
    rng = np.random.default_rng(3)
    parts, lots = 340, 68
    began = datetime(2026, 1, 1)  # noqa: DTZ001 - local time, as a plant's table has it
    times = [(began + timedelta(hours=4 * each)).isoformat() for each in range(parts)]
    areas = np.where(rng.random(parts) < 0.4, 0.0, np.exp(rng.normal(0, 1, parts))).round(3)
    lot = np.repeat(np.arange(lots), parts // lots)
    inspected = rng.integers(180, 220, parts)
    # Ten parts, three people, three times each.
    part, who = np.repeat(np.arange(10), 9), np.tile(np.repeat(list("ABC"), 3), 10)
    length = (rng.normal(10, 0.2, 10)[part] + rng.normal(0, 0.03, 90)).round(4)
    truth = np.where(part % 3 == 0, "scratch", "none")
    wrong = rng.random(90) < 0.1
    seen = np.where(wrong, np.where(truth == "scratch", "none", "scratch"), truth)
    for name, columns in {
        "parts": {
            "stains": rng.negative_binomial(4, 0.5, parts),
            "stain_count": rng.negative_binomial(4, 0.5, parts),
            "stain_area": areas,
            "area": areas,
            "width": rng.normal(10, 0.1, parts).round(4),
            "depth": rng.normal(5, 0.1, parts).round(4),
            "captured_at": times,
        },
        "lots": {
            "lot": lot,
            "nonconforming": rng.binomial(inspected, 0.03),
            "inspected": inspected,
            "thickness": (rng.normal(10, 0.2, lots)[lot] + rng.normal(0, 0.1, parts)).round(4),
        },
        "flow": {"x": rng.normal(10, 1, 60).round(3)},
        "bores": {"diameter": rng.normal(10, 0.02, parts).round(4), "lot": lot},
        "nightly": {"rejected": rng.binomial(inspected, 0.03), "inspected": inspected},
        "study": {"part": part, "who": who, "operator": who, "camera": who}
        | {"diameter": length, "area": length},
        "repeats": {"part": part, "camera": who, "stain_area_pct": length},
        "judged": {"part": part, "who": who, "truth": truth, "seen": seen},
    }.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))


@pytest.mark.parametrize(
    ("page", "line"), command_lines(), ids=[f"{page}: {line}" for page, line in command_lines()]
)
def test_a_documented_command_line_is_one_that_the_program_takes(page, line):
    assert parsed(line).command.name == arguments_of(line)[0]


def test_options_named_in_a_sentence_belong_to_their_command():
    commands = get_command(app).commands
    named = 0
    for page in PAGES:
        for line in re.findall(r"`(blemish [a-z]+ [^`]*)`", page.read_text("utf-8")):
            name = line.split()[1]
            known = {one for param in commands[name].params for one in param.opts}
            options = set(re.findall(r"(?<!\S)--?[a-z][a-z0-9-]*", line))
            assert options <= known, f"{page.name}: {line}"
            named += len(options)
    assert named > 10


@pytest.fixture(scope="module")
def table_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    tables(folder)
    return folder


TABLE_LINES = sorted(
    {
        line
        for page, line in command_lines()
        if line.split()[1] in ON_TABLES and page != "gallery.md"
    }
)


@pytest.mark.parametrize("line", TABLE_LINES)
def test_a_documented_command_on_a_table_runs_as_it_stands(line, table_folder, monkeypatch, capsys):
    monkeypatch.chdir(table_folder)
    assert main(arguments_of(line)) == 0
    assert capsys.readouterr().out


def surface(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    return encode_png(render_surface(plan_surface(rng), rng).pixels)


def test_the_way_of_a_first_site_in_the_readme_works_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BLEMISH_SITE", raising=False)
    (tmp_path / "photo.png").write_bytes(surface(1))
    shown = [line.replace("/mnt/backup", "backup") for line in lines_of(ROOT / "README.md")]
    first = [line for line in shown if line.split()[1] in ("segment", "init", "run", "sql")]
    after = [line for line in shown if line.split()[1] in ("doctor", "backup", "restore", "verify")]
    assert [line.split()[1] for line in first] == ["segment", "init", "run", "sql"]
    assert sorted(line.split()[1] for line in after) == ["backup", "doctor", "restore", "verify"]
    for line in (*first, *after):
        if line.startswith("blemish run"):
            for number in (2, 3):
                (tmp_path / "line-7" / "inbox" / f"{number}.png").write_bytes(surface(number))
        status = main(arguments_of(line))
        said = capsys.readouterr()
        # The doctor may find something about the machine that runs the tests.
        assert status == 0 or line.startswith("blemish doctor"), (line, said.err)
        assert said.out, line
    assert main(["run", "--site", "line-7", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ingest"]["known"] == 2
