"""The model card: what a model was made from and what it can do, for people and for programs.

`NAME.json` is the record, `NAME.md` the same in words; the second is always written from the first.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from inference.evaluation import Evaluation
from inference.model_contract import ModelContract
from inference.same_decisions import Sameness
from inference.training.card_text import card_text
from inference.training.progress import TrainResult
from inference.training.settings import TrainSettings
from inference.training.whole_files import write_text_whole

_PATHS = ("data", "split", "start", "encoder_weights")
_RENDERS = (
    "Rendered heat-sink surfaces only (`inference/rendering`): no pixel of a photograph was used "
    "for learning or for the thresholds. The renderer's frequencies, colours and sizes follow "
    "statistics of the Heat Sink Surface Defect Dataset (Yang et al. 2022, doi "
    "10.1109/TIM.2022.3188033), and its looks were compared with photographs of that set."
)
_APART = "{}, apart from those that set the thresholds."
_NOT_APART = (
    "Of the same data set, not learned from; but they set the thresholds, too, for want of test "
    "images, so these scores are better than those to be expected."
)


def new_card(settings: TrainSettings, result: TrainResult, made_at: datetime) -> dict[str, Any]:
    """The record of a fresh model, ready for JSON."""
    learned, watched, scored = result.images
    # Folders are this machine's business.
    told = {
        key: Path(value).name if key in _PATHS and value is not None else value
        for key, value in settings.identity().items()
    }
    return {
        "name": settings.name,
        "made_at": made_at.isoformat(timespec="seconds"),
        "contract": json.loads(result.contract.to_json()),
        "architecture": settings.arch,
        "parameters": result.parameters,
        "gflop": round(result.gflop, 2),
        "training": {
            "data": _data(settings, result),
            "data_hash": result.data_hash,
            "started_from": result.started_from,
            "images": {"learned": learned, "thresholds": watched, "scored": scored},
            "minutes": round(result.minutes, 1),
            "note": settings.note,
            "settings": told,
            "log": [_rounded(asdict(epoch)) for epoch in result.epochs],
        },
        "parity": result.parity,
        "calibration": "",
        "int8": None,
        "evaluations": [_entry(*_heading(settings, result), result.held_out)],
    }


def _data(settings: TrainSettings, result: TrainResult) -> str:
    if settings.data is None:
        return _RENDERS
    learned, _, _ = result.images
    mixed = (
        f", and {settings.renders} renders, from which {settings.render_share:.0%} of the crops come"
        if settings.renders
        else ""
    )
    text = f"{learned} labelled images of the folder `{settings.data.name}`{mixed}."
    if result.started_from is None:
        return text
    return (
        f"Fine-tuned on {text} It started from the model `{result.started_from}`, whose batch "
        "norms stay as they were, within the convolutions."
    )


def _heading(settings: TrainSettings, result: TrainResult) -> tuple[str, str]:
    if settings.data is None:
        return "Held-out renders", _APART.format("Other surfaces from the same renderer")
    if result.scored_apart:
        return "Test images", _APART.format("Further images of the same data set")
    return "Validation images", _NOT_APART


def add_evaluation(
    folder: Path, name: str, *, title: str, note: str, evaluation: Evaluation
) -> None:
    """Add how model `name` did on further images to its card, replacing one of equal title."""
    card = _read(folder, name)
    others = [entry for entry in card["evaluations"] if entry["title"] != title]
    card["evaluations"] = [*others, _entry(title, note, evaluation)]
    write_card(folder, card)


def record_calibration(folder: Path, name: str, *, contract: ModelContract, note: str) -> None:
    """Say in the card of model `name` that its thresholds were chosen anew, and on what."""
    card = _read(folder, name)
    write_card(folder, card | {"contract": json.loads(contract.to_json()), "calibration": note})


def record_integers(
    folder: Path, name: str, *, file: str, calibrated_on: int, same: Sameness
) -> None:
    """Add to the card of model `name` how far its twin in 8 bits agrees with it."""
    told = {"file": file, "calibrated_on": calibrated_on, **asdict(same)}
    write_card(folder, _read(folder, name) | {"int8": told})


def _read(folder: Path, name: str) -> dict[str, Any]:
    card: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return card


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write both forms of `card`."""
    name = card["name"]
    record = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    write_text_whole(folder / f"{name}.json", record)
    write_text_whole(folder / f"{name}.md", card_text(card))


def _entry(title: str, note: str, evaluation: Evaluation) -> dict[str, Any]:
    return {"title": title, "note": note, **_rounded(evaluation.to_dict())}


def _rounded(value: Any) -> Any:
    """Scores to three digits: more would be noise."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(entry) for entry in value]
    return value
