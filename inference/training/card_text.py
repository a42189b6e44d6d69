"""The model card in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from inference.evaluation_table import evaluation_markdown


def card_text(card: Mapping[str, Any]) -> str:
    """Markdown for the record that `new_card` makes."""
    rendered = card["training"]["settings"].get("data") is None
    return "\n\n".join(
        (
            f"# {card['name']}",
            f"Segments a photograph of {_PART if rendered else 'a part'} into {_CLASSES}.",
            *(_model(card), _training(card["training"])),
            *((f"## Thresholds\n\n{card['calibration']}",) if card["calibration"] else ()),
            *((_integers(card["int8"]),) if card["int8"] else ()),
            _READING,
            *(_evaluation(entry) for entry in card["evaluations"]),
            "\n".join(("## Limits\n", _MADE_FOR, *(_KNOWN if rendered else ()), _CHARTED)) + "\n",
        )
    )


_PART, _CLASSES = "a gold-plated heat sink", "background, scratch and stain"

_READING = """## Scores

Brackets: the middle 90 % over resampled sets of the same images. An object counts as found when a
fifth of its pixels is."""

_MADE_FOR = """- Made for one kind of part under one kind of light. On other parts, or after a change of lamp or
  camera, judge it again with `blemish evaluate` before trusting a chart."""
_KNOWN = (
    """- Faint, large stains are outlined too small or missed, and a scratch that cannot be told from the
  grain is not found. Annotators disagree with themselves on small spots, so no model can score
  high on them.""",
    """- A long, broken scratch is found in pieces, so scratches are counted high and their lengths low.
  Dark corners and strips beside the part may still be called stains.""",
)
_CHARTED = """- Areas and counts follow the true ones more closely than single pixels do; that is what the
  control charts use. A new model shifts them: it needs new limits."""


def _model(card: Mapping[str, Any]) -> str:
    contract = card["contract"]
    height, width = contract["input_size"]
    rows = [
        ("File", f"`{card['name']}.onnx`, fp32, opset 17, softmax included"),
        ("Network", f"`{card['architecture']}`"),
        ("Parameters", f"{card['parameters']:,}"),
        ("Work for one image", f"{card['gflop']} GFLOP at {height} × {width}"),
        ("Input", f"red and green over their medians ({contract['normalisation']}), N × 2 × H × W"),
        ("Thresholds", _named(contract["thresholds"])),
        ("Seeds", _named(contract["seed_thresholds"] or contract["thresholds"])),
        ("Smallest defect, px", _named(contract["minimum_area"])),
        ("Largest difference from torch", f"{card['parity']:.0e}"),
        ("Made", card["made_at"]),
    ]
    return "## Model\n\n" + _table(("", ""), rows)


def _training(training: Mapping[str, Any]) -> str:
    settings, log = training["settings"], training["log"]
    return (
        f"## Training\n\n{training['data']}\n\n"
        f"{_images(training)} SHA-256 of the images learned from `{training['data_hash']}`, "
        f"seed {settings['seed']}, {len(log)} epochs in {training['minutes']:g} minutes on "
        f"{settings['threads']} threads. Crops of {settings['crop']} px, {settings['aimed']:.0%} "
        f"of them placed on a defect, batches of {settings['batch']}, AdamW with a rate of "
        f"{settings['learning_rate']:g} along a cosine, weight decay "
        f"{settings['weight_decay']:g}, cross-entropy with defects weighted "
        f"{settings['defect_weight']:g} plus Dice, moving average of the weights. "
        f"Mean loss of the first epoch {log[0]['loss']:.3f}, of the last {log[-1]['loss']:.3f}."
        + (f"\n\n{training['note']}" if training["note"] else "")
    )


def _integers(same: Mapping[str, Any]) -> str:
    metrics = [
        (f"`{name}`", f"{first:.4g}", f"{second:.4g}")
        for name, (first, second) in same["metric_means"].items()
    ]
    return (
        "## The same weights in 8 bits\n\n"
        f"`{same['file']}` (QDQ, a scale per channel, ranges from {same['calibrated_on']} renders) "
        f"gives the class of this file on {same['pixels']:.3%} of the pixels of {same['images']} "
        f"further renders, at worst {same['worst_image']:.2%} of an image. Means of what is charted:"
        "\n\n" + _table(("metric", "fp32", "int8"), metrics)
    )


def _images(training: Mapping[str, Any]) -> str:
    settings = training["settings"]
    chosen = "Thresholds and smallest defects were chosen on"
    if settings.get("data") is None:
        return (
            f"{settings['renders']:,} surfaces with {settings['defect_rate']:g} times the defects "
            f"of real ones. {chosen} half of {settings['held_out']} further renders; the scores "
            "are from the other half."
        )
    return f"{chosen} {training['images']['thresholds']} further images."


def _evaluation(entry: Mapping[str, Any]) -> str:
    return f"### {entry['title']}\n\n{entry['note']}\n\n{evaluation_markdown(entry)}"


def _named(values: Mapping[str, float]) -> str:
    return ", ".join(f"{label} {value:g}" for label, value in values.items())


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
