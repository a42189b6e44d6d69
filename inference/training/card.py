"""The model card: what a model was made from and what it can do, for people and for programs.

`NAME.json` is the record, `NAME.md` the same in words; the second is always written from the first.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from inference.evaluation import Evaluation
from inference.training.card_text import card_text
from inference.training.settings import TrainResult, TrainSettings

_DATA = (
    "Rendered heat-sink surfaces only (`inference/rendering`): no pixel of a photograph was used "
    "for learning or for the thresholds. The renderer's frequencies, colours and sizes follow "
    "statistics of the Heat Sink Surface Defect Dataset (Yang et al. 2022, doi "
    "10.1109/TIM.2022.3188033), and its looks were compared with photographs of that set."
)


def new_card(settings: TrainSettings, result: TrainResult, made_at: datetime) -> dict[str, Any]:
    """The record of a fresh model, ready for JSON."""
    return {
        "name": settings.name,
        "made_at": made_at.isoformat(timespec="seconds"),
        "contract": json.loads(result.contract.to_json()),
        "architecture": "FastUNet",
        "width": settings.width,
        "parameters": result.parameters,
        "gflop": round(result.gflop, 2),
        "training": {
            "data": _DATA,
            "renders": settings.renders,
            "defect_rate": settings.defect_rate,
            "held_out": settings.held_out,
            "epochs": len(result.losses),
            "minutes": round(result.minutes, 1),
            "minutes_limit": settings.minutes,
            "seed": settings.seed,
            "continued": settings.weights is not None,
            "note": settings.note,
            "threads": settings.threads,
            "crop": settings.crop,
            "batch": settings.batch,
            "learning_rate": settings.learning_rate,
            "weight_decay": settings.weight_decay,
            "defect_weight": settings.defect_weight,
            "losses": [round(loss, 4) for loss in result.losses],
        },
        "parity": result.parity,
        "evaluations": [
            _entry(
                "Held-out renders",
                "Other surfaces from the same renderer, apart from those that set the thresholds.",
                result.held_out,
            )
        ],
    }


def add_evaluation(
    folder: Path, name: str, *, title: str, note: str, evaluation: Evaluation
) -> None:
    """Add how model `name` did on further images to its card, replacing one of equal title."""
    card = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    others = [entry for entry in card["evaluations"] if entry["title"] != title]
    card["evaluations"] = [*others, _entry(title, note, evaluation)]
    write_card(folder, card)


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write both forms of `card`."""
    name = card["name"]
    record = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    (folder / f"{name}.json").write_text(record, encoding="utf-8")
    (folder / f"{name}.md").write_text(card_text(card), encoding="utf-8")


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
