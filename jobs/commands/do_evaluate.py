"""`blemish evaluate`."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from inference.evaluation import Evaluation, evaluate_pairs
from inference.pairs import ImagePair, find_pairs, images_without_mask
from inference.segmenter import Segmenter, default_model_path
from jobs.commands.output import print_json, print_table, say, show
from jobs.console_progress import console_progress
from jobs.progress import Progress

SCORES = ("iou", "recall", "precision", "object_recall", "object_precision", "object_f1")


def run(images: Path, masks: Path, *, model: Path | None, as_json: bool) -> int:
    """Judge a model on images whose masks people drew."""
    pairs = find_pairs(images, masks)
    if left_out := images_without_mask(images, masks):
        say(f"{len(left_out)} images without a mask are left out, such as {left_out[0].name}")
    segmenter = Segmenter(model or default_model_path(), threads=min(4, os.cpu_count() or 1))
    with console_progress() as progress:
        evaluation = evaluate_pairs(_told(pairs, progress), segmenter)
    if as_json:
        print_json(evaluation.to_dict())
    else:
        _print(evaluation)
    return 0


def _told(pairs: Sequence[ImagePair], progress: Progress) -> Iterator[ImagePair]:
    """The pairs one after the other; each next one tells that those before are done."""
    for done, pair in enumerate(pairs):
        progress("evaluating", done, len(pairs))
        yield pair
    progress("evaluating", len(pairs), len(pairs))


def _print(evaluation: Evaluation) -> None:
    names = ("background", "scratch", "stain")
    print_table(
        ("pixels of", *(f"called {name}" for name in names)),
        [(name, *row) for name, row in zip(names, evaluation.confusion, strict=True)],
    )
    print_table(
        ("class", *SCORES),
        [
            (name, *(getattr(scores, score) for score in SCORES))
            for name, scores in evaluation.classes.items()
        ],
    )
    print_table(
        ("metric", "spearman", "bias"),
        [(name, each.spearman, each.bias) for name, each in evaluation.metrics.items()],
    )
    show(
        f"{evaluation.n} images; pixel accuracy {_share(evaluation.accuracy)}, "
        f"all background {_share(evaluation.background_accuracy)}"
    )


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4f}"
