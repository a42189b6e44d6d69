import json

import pytest

from inference.model_file import load_model
from jobs.cli import main


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("renders")
    assert main(["render", str(folder), "--n", "3", "--seed", "4"]) == 0
    return folder


@pytest.fixture
def asked(rendered):
    """The options that name the rendered images."""
    return ["--images", str(rendered / "images"), "--masks", str(rendered / "masks")]


def document(capsys, *arguments):
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_evaluate_prints_the_document_of_the_contract_and_tables(asked, capsys, tiny_model):
    found = document(capsys, "evaluate", *asked, "--model", tiny_model)
    assert found["n"] == 3
    assert [len(row) for row in found["confusion"]] == [3, 3, 3]
    assert {"iou", "recall", "precision", "object_recall", "object_precision", "object_f1"} <= set(
        found["classes"]["stain"]
    )
    assert {"spearman", "bias"} <= set(found["metrics"]["stain_count"])
    assert found["model"]["name"] == "tiny"
    assert found["tiers"] == {}
    assert main(["evaluate", *asked, "--model", str(tiny_model)]) == 0
    printed = capsys.readouterr().out
    assert "3 images; pixel accuracy 0." in printed
    assert "called scratch" in printed


def test_several_models_are_compared_in_one_document_and_one_table(
    asked, capsys, tmp_path, tiny_model
):
    copy = tmp_path / "copy.onnx"
    copy.write_bytes(tiny_model.read_bytes())
    models = ["--model", str(tiny_model), "--model", str(copy)]
    found = document(capsys, "evaluate", *asked, *models)
    assert list(found) == ["models"]
    first, second = found["models"]
    assert first["classes"] == second["classes"]
    assert main(["evaluate", *asked, *models]) == 0
    printed = capsys.readouterr().out
    # Both are called "tiny" in their contracts, so their files' names tell them apart.
    assert "tiny: 3 images; pixel accuracy" in printed
    assert "copy: 3 images; pixel accuracy" in printed


def test_images_are_chosen_by_number_and_a_data_set_may_name_them(
    asked, rendered, capsys, tiny_model
):
    model = ["--model", tiny_model]
    chosen = document(capsys, "evaluate", *asked, *model, "--only", "2:3")
    assert [image["name"] for image in chosen["images"]] == ["0001", "0002"]
    by_set = document(capsys, "evaluate", "--data", rendered, *model, "--only", "2:3")
    assert by_set["confusion"] == chosen["confusion"]


def test_tiers_come_from_a_table(asked, capsys, tmp_path, tiny_model):
    table = tmp_path / "tiers.csv"
    table.write_text("pair,image_quality\n0000,A\n0001,A\n0002,B\n")
    arguments = ["evaluate", *asked, "--model", tiny_model, "--tiers", table]
    found = document(capsys, *arguments)
    assert {tier: each["n"] for tier, each in found["tiers"].items()} == {"A": 2, "B": 1}
    assert main(list(map(str, arguments))) == 0
    assert "A: 2 images; pixel accuracy" in capsys.readouterr().out


def test_the_worst_images_are_written_as_a_page(asked, capsys, tmp_path, tiny_model):
    sheet = tmp_path / "worst.html"
    arguments = ["evaluate", *asked, "--model", str(tiny_model), "--worst", "2"]
    assert main([*arguments, "--sheet", str(sheet)]) == 0
    page = sheet.read_text("utf-8")
    assert "The 2 worst of 3 images" in page
    assert page.count("<section>") == 2
    assert main([*arguments, "--sheet", str(tmp_path / "absent" / "x.html")]) == 2
    assert "x.html cannot be written" in capsys.readouterr().err


def test_evaluate_names_images_without_a_mask(rendered, capsys, tmp_path, tiny_model):
    (tmp_path / "0000.png").write_bytes((rendered / "masks" / "0000.png").read_bytes())
    arguments = ["--images", str(rendered / "images"), "--masks", str(tmp_path)]
    assert main(["evaluate", *arguments, "--model", str(tiny_model), "--json"]) == 0
    assert "2 images without a mask are left out, such as 0001.png" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--images DIR --masks DIR, or --data DIR"),
        (["--images", "."], "--images DIR --masks DIR, or --data DIR"),
        (["--images", ".", "--data", "."], "leave --images out"),
        (["--data", ".", "--classes", "dents"], "--classes is dents; it must be one of three"),
        (["--images", ".", "--masks", ".", "--classes", "stain"], "--classes belongs to --data"),
    ],
)
def test_options_that_do_not_name_images_are_refused(capsys, options, message):
    for command in (["evaluate"], ["calibrate", "model.onnx"]):
        assert main([*command, *options]) == 2
        assert message in capsys.readouterr().err


def test_a_range_that_is_none_is_refused(asked, capsys):
    for text, message in (("all", "--only takes first:last"), ("1:99", "but there are 3")):
        assert main(["evaluate", *asked, "--only", text]) == 2
        assert message in capsys.readouterr().err


def test_calibrate_writes_a_model_of_its_own_with_another_contract(
    asked, rendered, capsys, tmp_path, tiny_model
):
    out = tmp_path / "calibrated.onnx"
    before = tiny_model.read_bytes()
    found = document(
        capsys, "calibrate", tiny_model, *asked, "--only", "1:2", "--prior", rendered, "--out", out
    )
    assert (found["n"], found["prior_n"], found["prior_weight"]) == (2, 3, 0.5)
    contract = load_model(out).contract
    assert found["contract"]["thresholds"] == contract.thresholds
    assert found["choices"]["stain"]["seed_threshold"] == contract.seeds["stain"]
    assert tiny_model.read_bytes() == before
    assert document(capsys, "evaluate", *asked, "--model", out)["n"] == 3


def test_calibrate_without_a_name_to_write_to_only_tells(asked, capsys, tmp_path, tiny_model):
    assert main(["calibrate", str(tiny_model), *asked, "--only", "1:1"]) == 0
    printed = capsys.readouterr().out
    assert "seed threshold" in printed
    assert "nothing was written" in printed


def test_calibrate_says_where_it_cannot_write(asked, capsys, tmp_path, tiny_model):
    out = tmp_path / "absent" / "model.onnx"
    assert main(["calibrate", str(tiny_model), *asked, "--only", "1:1", "--out", str(out)]) == 2
    assert "model.onnx cannot be written: there is no folder" in capsys.readouterr().err
