import json
from datetime import UTC, datetime

import numpy as np

from inference.classes import CLASS_NAMES
from inference.evaluation import summarise, tally_image
from inference.model_contract import ModelContract
from inference.training.card import add_evaluation, new_card, write_card
from inference.training.settings import TrainResult, TrainSettings

CONTRACT = ModelContract(
    name="trial",
    classes=CLASS_NAMES,
    input_size=(320, 320),
    thresholds={"scratch": 0.35, "stain": 0.4},
    minimum_area={"scratch": 25, "stain": 40},
)


def evaluation(found):
    """Of one image with a stain of 100 px, `found` rows of ten of which were predicted."""
    truth = np.zeros((40, 40), dtype=np.uint8)
    truth[10:20, 10:20] = 2
    predicted = np.zeros_like(truth)
    predicted[10 : 10 + found, 10:20] = 2
    return summarise([tally_image(truth, predicted)])


def write_trial(folder):
    settings = TrainSettings(folder, name="trial", renders=64, seed=7, minutes=5.0, note="A trial.")
    result = TrainResult(
        model_path=folder / "trial.onnx",
        contract=CONTRACT,
        minutes=4.2,
        parameters=1085595,
        gflop=4.234,
        losses=(0.9, 0.45),
        held_out=evaluation(5),
        parity=2e-7,
    )
    write_card(folder, new_card(settings, result, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)))


def test_the_card_tells_what_the_model_is_made_of(tmp_path):
    write_trial(tmp_path)
    record = json.loads((tmp_path / "trial.json").read_text(encoding="utf-8"))
    assert record["training"]["seed"] == 7
    assert record["training"]["losses"] == [0.9, 0.45]
    assert record["contract"]["thresholds"] == {"scratch": 0.35, "stain": 0.4}
    # By hand: 50 of 100 px found, none wrong.
    assert record["evaluations"][0]["classes"]["stain"]["iou"] == 0.5
    text = (tmp_path / "trial.md").read_text(encoding="utf-8")
    for words in (
        "# trial",
        "1,085,595",
        "4.23 GFLOP at 320 × 320",
        "scratch 0.35, stain 0.4",
        "scratch 25, stain 40",
        "64 surfaces with 1.5 times the defects of real ones, seed 7, 2 epochs in 4.2 minutes",
        "limited to 5 minutes",
        "A trial.",
        "### Held-out renders (1 images)",
        "| IoU | – | 0.50 [0.50, 0.50] |",
        "2026-01-02T03:04:05+00:00",
    ):
        assert words in text


def test_an_evaluation_of_equal_title_is_replaced(tmp_path):
    write_trial(tmp_path)
    for found in (2, 8):
        add_evaluation(
            tmp_path,
            "trial",
            title="Photographs",
            note="Evaluation only, never trained on.",
            evaluation=evaluation(found),
        )
    record = json.loads((tmp_path / "trial.json").read_text(encoding="utf-8"))
    assert [entry["title"] for entry in record["evaluations"]] == [
        "Held-out renders",
        "Photographs",
    ]
    # By hand: 80 of 100 px.
    assert record["evaluations"][1]["classes"]["stain"]["recall"] == 0.8
    text = (tmp_path / "trial.md").read_text(encoding="utf-8")
    assert "Evaluation only, never trained on." in text
    assert text.count("### Photographs") == 1
