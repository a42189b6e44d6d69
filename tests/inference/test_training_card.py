import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from inference.classes import CLASS_NAMES
from inference.evaluation import summarise, tally_image
from inference.model_contract import ModelContract
from inference.same_decisions import Sameness
from inference.training.card import (
    add_evaluation,
    new_card,
    record_calibration,
    record_integers,
    write_card,
)
from inference.training.progress import EpochRecord, TrainResult
from inference.training.settings import TrainSettings

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
    settings = TrainSettings(folder, name="trial", renders=64, seed=7, note="A trial.")
    result = TrainResult(
        model_path=folder / "trial.onnx",
        contract=CONTRACT,
        minutes=4.2,
        parameters=1085595,
        gflop=4.234,
        epochs=(EpochRecord(1, 0.9, 1e-3, 2.1), EpochRecord(2, 0.45, 1e-4, 4.2, 0.5, None, 0.25)),
        data_hash="ab" * 32,
        images=(64, 120, 120),
        scored_apart=True,
        started_from=None,
        held_out=evaluation(5),
        parity=2e-7,
    )
    write_card(folder, new_card(settings, result, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)))


def test_the_card_tells_what_the_model_is_made_of(tmp_path):
    write_trial(tmp_path)
    record = json.loads((tmp_path / "trial.json").read_text(encoding="utf-8"))
    assert record["training"]["settings"]["seed"] == 7
    assert [epoch["loss"] for epoch in record["training"]["log"]] == [0.9, 0.45]
    assert record["training"]["data_hash"] == "ab" * 32
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
        "64 surfaces with 1.5 times the defects of real ones.",
        "seed 7, 2 epochs in 4.2 minutes",
        "A trial.",
        "### Held-out renders",
        "1 images; pixel accuracy",
        "| IoU | – | 0.50 |",
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


def test_thresholds_chosen_anew_and_the_twin_in_8_bits_are_told(tmp_path):
    write_trial(tmp_path)
    contract = replace(CONTRACT, thresholds={"scratch": 0.6, "stain": 0.7})
    record_calibration(tmp_path, "trial", contract=contract, note="Chosen on 15 images.")
    same = Sameness(40, 0.9995, 0.9971, {"stain_count": (5.0, 5.05)})
    record_integers(tmp_path, "trial", file="trial_int8.onnx", calibrated_on=32, same=same)
    text = (tmp_path / "trial.md").read_text(encoding="utf-8")
    for words in (
        "scratch 0.6, stain 0.7",
        "## Thresholds\n\nChosen on 15 images.",
        "99.950% of the pixels of 40 further renders, at worst 99.71% of an image",
        "| `stain_count` | 5 | 5.05 |",
    ):
        assert words in text
