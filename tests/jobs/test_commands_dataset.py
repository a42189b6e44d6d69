import csv
import json

import pytest

from jobs.cli import main


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("renders")
    assert main(["render", str(folder), "--n", "4", "--seed", "4"]) == 0
    return folder


def test_dataset_prints_tables(rendered, capsys):
    assert main(["dataset", str(rendered)]) == 0
    printed = capsys.readouterr().out
    assert "4 images of 4 parts in" in printed
    assert "4 of 320 x 320" in printed
    assert "scratch only" in printed
    assert "The split" not in printed


def test_dataset_prints_one_document(rendered, capsys):
    assert main(["dataset", str(rendered / "jsons"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["layout"], document["images"], document["split"]) == ("jsons", 4, None)
    assert sum(document["images_with"].values()) == 4
    assert sum(document["pixel_share"].values()) == pytest.approx(1)


def test_a_split_is_made_once_and_then_checked(rendered, capsys, tmp_path):
    path = tmp_path / "split.csv"
    arguments = ["dataset", str(rendered), "--split", str(path)]
    assert main([*arguments, "--seed", "7"]) == 0
    assert f"The split was written to {path}" in capsys.readouterr().out
    with path.open(newline="") as file:
        sets = [row["split"] for row in csv.DictReader(file)]
    assert sorted(sets) == ["test", "train", "train", "validation"]
    before = path.read_bytes()
    assert main([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["split"]["file"] == str(path)
    assert [document["split"][word]["images"] for word in ("train", "validation", "test")] == [
        2,
        1,
        1,
    ]
    assert main(arguments) == 0
    assert f"The split was read from {path}" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_a_split_of_other_images_is_refused(rendered, capsys, tmp_path):
    path = tmp_path / "split.csv"
    path.write_text("name,part,split\n0000,0000,train\n")
    assert main(["dataset", str(rendered), "--split", str(path)]) == 2
    assert "leaves out 3 of the 4 images" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "match"),
    [
        (["--seed", "1"], "--seed is that of a split: name its file with --split"),
        (["--classes", "both"], "--classes is both; it must be one of three, scratch, stain"),
    ],
)
def test_options_that_make_no_sense_are_refused(rendered, capsys, options, match):
    assert main(["dataset", str(rendered), *options]) == 2
    assert match in capsys.readouterr().err


def test_a_split_in_use_is_not_drawn_again(rendered, capsys, tmp_path):
    path = tmp_path / "split.csv"
    path.write_text("name,split\n")
    assert main(["dataset", str(rendered), "--split", str(path), "--seed", "1"]) == 2
    assert "is there already: a split in use is kept" in capsys.readouterr().err


def test_what_is_wrong_with_a_folder_is_one_sentence(capsys, tmp_path):
    assert main(["dataset", str(tmp_path), "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "holds no labelled images" in printed.err
