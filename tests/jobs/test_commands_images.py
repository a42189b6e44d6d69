import csv
import json

import cv2
import numpy as np
import pytest

from jobs.cli import main


@pytest.fixture
def folder(tmp_path, picture):
    """Two pictures of one name in two folders, and a file that is none."""
    for number, day in enumerate(("mon", "tue")):
        (tmp_path / "in" / day).mkdir(parents=True)
        (tmp_path / "in" / day / "A1.png").write_bytes(picture((10, 10, 8), shade=number))
    (tmp_path / "in" / "bad.png").write_bytes(b"no picture")
    return tmp_path / "in"


def test_segment_writes_masks_overlays_and_metrics_and_names_what_it_could_not(
    capsys, folder, tmp_path, tiny_model
):
    out = tmp_path / "out"
    arguments = ["segment", str(folder), "--out", str(out), "--model", str(tiny_model), "--json"]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert "bad.png: WRONG_TYPE: " in printed.err
    document = json.loads(printed.out)
    assert document["model"]["name"] == "tiny"
    by_outcome = {image["path"]: image["outcome"] for image in document["images"]}
    assert sorted(by_outcome.values()) == ["measured", "measured", "refused"]
    measured = [image for image in document["images"] if image["outcome"] == "measured"]
    assert [image["stain_count"] for image in measured] == [1, 1]
    assert measured[0]["defects"][0]["defect_class"] == "stain"
    assert measured[0]["largest_stain_area_mm2"] is None
    assert sorted(path.name for path in out.iterdir()) == [
        "A1-2_mask.png",
        "A1-2_overlay.png",
        "A1_mask.png",
        "A1_overlay.png",
        "metrics.csv",
    ]
    mask = cv2.imread(str(out / "A1_mask.png"), cv2.IMREAD_UNCHANGED)
    # The square is 8 x 8 px of class 2.
    assert np.bincount(mask.ravel(), minlength=3).tolist() == [64 * 64 - 64, 0, 64]
    with (out / "metrics.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["stain_count"] for row in table] == ["1", "1"]


def test_segment_prints_a_table_and_millimetres_where_the_scale_is_given(
    capsys, folder, tiny_model
):
    picture = str(folder / "mon" / "A1.png")
    assert main(["segment", picture, "--model", str(tiny_model)]) == 0
    assert "longest scratch px" in capsys.readouterr().out
    scale = ["--um-per-px", "1000", "--json"]
    assert main(["segment", picture, "--model", str(tiny_model), *scale]) == 0
    (image,) = json.loads(capsys.readouterr().out)["images"]
    # One millimetre a pixel: the 8 x 8 square's outline is 7 x 7 mm.
    assert image["largest_stain_area_mm2"] == 49.0


def test_segment_fails_only_where_nothing_could_be_measured(capsys, folder, tiny_model):
    assert main(["segment", str(folder / "bad.png"), "--model", str(tiny_model), "--json"]) == 2
    printed = capsys.readouterr()
    assert json.loads(printed.out)["images"][0]["reason"] == "WRONG_TYPE"
    assert "Traceback" not in printed.err


def test_segment_says_where_it_cannot_write_and_where_no_image_is(
    capsys, folder, tmp_path, tiny_model
):
    (tmp_path / "file").write_bytes(b"")
    out = ["--out", str(tmp_path / "file" / "out"), "--model", str(tiny_model)]
    assert main(["segment", str(folder), *out]) == 2
    assert "cannot be written" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main(["segment", str(tmp_path / "empty"), "--model", str(tiny_model)]) == 2
    assert "no image (.png, .jpg, .bmp) in the folders given" in capsys.readouterr().err


def test_segment_says_what_is_wrong_with_a_model(capsys, folder, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"<html>")
    assert main(["segment", str(folder), "--model", str(tmp_path / "model.onnx")]) == 2
    assert "no ONNX model that can be run" in capsys.readouterr().err


def test_segment_says_which_engines_there_are(capsys, folder, tiny_model):
    arguments = ["segment", str(folder), "--model", str(tiny_model), "--engine", "tvm"]
    assert main(arguments) == 2
    assert "no engine 'tvm'; known: onnxruntime, openvino" in capsys.readouterr().err


def test_segment_finds_the_same_with_either_engine(capsys, folder, tiny_model):
    pytest.importorskip("openvino", reason="needs the extra `openvino`")
    found = []
    for engine in ("onnxruntime", "openvino"):
        arguments = ["segment", str(folder), "--model", str(tiny_model), "--engine", engine]
        assert main([*arguments, "--json"]) == 0
        images = json.loads(capsys.readouterr().out)["images"]
        found.append([(image["path"], image.get("total_stain_pct")) for image in images])
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("renders")
    assert main(["render", str(folder), "--n", "2", "--seed", "4"]) == 0
    return folder


def test_render_writes_images_and_masks(rendered, capsys):
    assert sorted(path.name for path in (rendered / "images").iterdir()) == ["0000.png", "0001.png"]
    assert sorted(path.name for path in (rendered / "masks").iterdir()) == ["0000.png", "0001.png"]
