"""The model card in words."""

from collections.abc import Mapping, Sequence
from typing import Any

_SCORES = {
    "iou": "IoU",
    "recall": "recall",
    "precision": "precision",
    "object_recall": "object recall",
    "object_precision": "object precision",
    "object_f1": "object F1",
}


def card_text(card: Mapping[str, Any]) -> str:
    """Markdown for the record that `new_card` makes."""
    return "\n\n".join(
        (
            f"# {card['name']}",
            "Segments a photograph of a gold-plated heat sink into background, scratch and stain.",
            *(_model(card), _training(card["training"])),
            _READING,
            *(_evaluation(entry) for entry in card["evaluations"]),
            _LIMITS,
        )
    )


_READING = """## Scores

Brackets: the middle 90 % over resampled sets of the same images. An object counts as found when a
fifth of its pixels is."""

_LIMITS = """## Limits

- Made for one kind of part under one kind of light. On other parts, or after a change of lamp or
  camera, judge it again with `blemish evaluate` before trusting a chart.
- Faint, large stains are outlined too small or missed, and a scratch that cannot be told from the
  grain is not found. Annotators disagree with themselves on small spots, so no model can score
  high on them.
- A long, broken scratch is found in pieces, so scratches are counted high and their lengths low.
  Dark corners and strips beside the part may still be called stains.
- Areas and counts follow the true ones more closely than single pixels do; that is what the
  control charts use. A new model shifts them: it needs new limits.
"""


def _model(card: Mapping[str, Any]) -> str:
    contract = card["contract"]
    height, width = contract["input_size"]
    rows = [
        ("File", f"`{card['name']}.onnx`, fp32, opset 17, softmax included"),
        ("Network", f"{card['architecture']}, {card['width']} channels at half resolution"),
        ("Parameters", f"{card['parameters']:,}"),
        ("Work for one image", f"{card['gflop']} GFLOP at {height} × {width}"),
        ("Input", f"red and green over their medians ({contract['normalisation']}), N × 2 × H × W"),
        ("Thresholds", _named(contract["thresholds"])),
        ("Smallest defect, px", _named(contract["minimum_area"])),
        ("Largest difference from torch", f"{card['parity']:.0e}"),
        ("Made", card["made_at"]),
    ]
    return "## Model\n\n" + _table(("", ""), rows)


def _training(training: Mapping[str, Any]) -> str:
    limit = training["minutes_limit"]
    start = "continued from an earlier run, " if training["continued"] else ""
    stopped = "" if limit is None else f", limited to {limit:g} minutes"
    return (
        f"## Training\n\n{training['data']}\n\n"
        f"{training['renders']:,} surfaces with {training['defect_rate']:g} times the defects of "
        f"real ones, {start}seed {training['seed']}, {training['epochs']} epochs "
        f"in {training['minutes']:g} minutes on {training['threads']} threads without a GPU"
        f"{stopped}. Crops of {training['crop']} px, batches of {training['batch']}, AdamW with "
        f"a rate of {training['learning_rate']:g} along a cosine, weight decay "
        f"{training['weight_decay']:g}, cross-entropy with defects weighted "
        f"{training['defect_weight']:g} plus Dice, moving average of the weights. "
        f"Mean loss of the first epoch {training['losses'][0]:.3f}, of the last "
        f"{training['losses'][-1]:.3f}. Thresholds and smallest defects maximise IoU plus object "
        f"F1 on half of {training['held_out']} further renders; the scores are from the other half."
        + (f"\n\n{training['note']}" if training["note"] else "")
    )


def _evaluation(entry: Mapping[str, Any]) -> str:
    scores = [
        (label, *(_score(entry, defect_class, name) for defect_class in entry["classes"]))
        for name, label in _SCORES.items()
    ]
    metrics = [
        (f"`{name}`", _number(values["spearman"]), _number(values["bias"]))
        for name, values in entry["metrics"].items()
    ]
    return (
        f"### {entry['title']} ({entry['n']} images)\n\n{entry['note']}\n\n"
        f"Pixel accuracy {_number(entry['accuracy'])}; calling everything background gives "
        f"{_number(entry['background_accuracy'])}.\n\n"
        + _table(("", *entry["classes"]), scores)
        + "\n\n"
        + _table(("metric", "rank correlation", "mean of found − true"), metrics)
    )


def _score(entry: Mapping[str, Any], defect_class: str, name: str) -> str:
    value = entry["classes"][defect_class][name]
    interval = entry["intervals"][defect_class][name]
    if value is None:
        return "–"
    spread = "" if interval is None else f" [{interval[0]:.2f}, {interval[1]:.2f}]"
    return f"{value:.2f}{spread}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _named(values: Mapping[str, float]) -> str:
    return ", ".join(f"{label} {value:g}" for label, value in values.items())


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
