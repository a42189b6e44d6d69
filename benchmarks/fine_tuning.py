"""How many labelled images buy how much: the shipped model, and fine-tuned with 5, 10 and 20.

    python -m benchmarks.fine_tuning FOLDER --labelled DIR

Three folds by number: every third image judges, and of the others the first 5, 10 or 20 in a random
order that is fixed here teach, a quarter of them for the thresholds only. FOLDER keeps models and
logs; a run that was ended goes on where it was. Each model costs some minutes.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inference.datasets.dataset import Dataset
from inference.datasets.reading import read_dataset
from inference.datasets.split import Split
from inference.datasets.split_file import write_split
from inference.evaluation_images import TIERS_FILE, paired_images, read_tiers
from inference.evaluation_table import SCORE_LABELS, score_row
from inference.model_report import JudgedImage, judge_images, report_on
from inference.segmenter import Segmenter, default_model_path

FOLDS, SEED, CLEAN_TIER = 3, 1, "A"
COUNTS = (5, 10, 20)


def main() -> None:
    """Train what is missing, judge each model on its fold, and print the pooled scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--labelled", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    dataset = read_dataset(asked.labelled)
    items = paired_images(asked.labelled, asked.labelled)
    tiers = read_tiers(asked.labelled / TIERS_FILE, items)
    shipped = Segmenter(default_model_path(), threads=2)
    show("shipped", shipped, judge_images(items, shipped), tiers)
    for count in COUNTS:
        judged: list[JudgedImage] = []
        for fold in range(FOLDS):
            model = fine_tuned(asked.folder, dataset, [item.name for item in items], count, fold)
            judged += judge_images(items[fold::FOLDS], Segmenter(model, threads=2))
        show(f"{count} images", shipped, judged, tiers)


def fine_tuned(folder: Path, dataset: Dataset, names: Sequence[str], count: int, fold: int) -> Path:
    """The model of one fold, trained unless it is there."""
    name = f"tuned_{count}_{fold}"
    model = folder / f"{name}.onnx"
    if model.exists():
        return model
    judging = set(names[fold::FOLDS])
    rng = np.random.default_rng([SEED, fold])
    taught = rng.permutation([each for each in names if each not in judging])[:count].tolist()
    thresholds = taught[: max(count // 4, 1)]
    split = Split(
        train=tuple(taught[len(thresholds) :]),
        validation=tuple(thresholds),
        test=tuple(each for each in names if each not in taught),
    )
    split_file = folder / f"{name}.csv"
    write_split(split_file, split, dataset)
    command = [sys.executable, "-m", "jobs.cli", "train", "--out", str(folder), "--name", name]
    command += ["--data", str(dataset.folder), "--split", str(split_file)]
    command += ["--fine-tune", str(default_model_path()), "--seed", str(SEED)]
    with (folder / f"{name}.log").open("w") as log:
        subprocess.run(command, stdout=log, stderr=log, check=True)
    return model


def show(
    title: str, segmenter: Segmenter, judged: Sequence[JudgedImage], tiers: dict[str, str]
) -> None:
    """Print the scores over all images, and over the clean ones."""
    report = report_on(segmenter, judged, tiers)
    for part, evaluation in (("all", report.overall), ("clean", report.tiers[CLEAN_TIER])):
        values = evaluation.to_dict()
        for defect_class in values["classes"]:
            scores = zip(SCORE_LABELS.values(), score_row(values, defect_class), strict=True)
            words = ", ".join(f"{label} {score}" for label, score in scores)
            print(f"{title}, {part}, {defect_class}: {words}", flush=True)


if __name__ == "__main__":
    main()
