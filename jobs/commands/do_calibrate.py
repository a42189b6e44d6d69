"""`blemish calibrate`."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.calibration import Choice, calibrate
from inference.choices import Outcomes, try_choices
from inference.classes import DEFECT_CLASSES, DefectClass
from inference.datasets.dataset import LabelledImage
from inference.datasets.loading import load
from inference.datasets.reading import read_dataset
from inference.model_contract import ModelContract
from inference.model_metadata import write_contract
from inference.segmenter import Segmenter
from jobs.commands.labelled import AskedImages, refuse_missing_folder
from jobs.commands.output import print_json, print_table, say, show
from jobs.console_progress import console_progress
from jobs.progress import Progress


def run(
    model: Path,
    asked: AskedImages,
    *,
    prior: Path | None,
    prior_weight: float,
    precision_floor: float,
    out: Path | None,
    as_json: bool,
) -> int:
    """Choose a model's scalars on labelled images and write it anew."""
    refuse_missing_folder(out)
    items = asked.read()
    further = () if prior is None else read_dataset(prior).items
    segmenter = Segmenter(model, threads=min(4, os.cpu_count() or 1))
    with console_progress() as progress:
        labelled = _tried(items, segmenter, progress, "labelled images")
        contract, chosen = calibrate(
            segmenter.contract,
            labelled,
            prior=_tried(further, segmenter, progress, "further images") if further else None,
            prior_weight=prior_weight,
            precision_floor=precision_floor,
        )
    if out is not None:
        write_contract(model, contract, out)
        # A model that cannot be used is told now and not by the nightly run.
        written = Segmenter(out).model_id
        say(f"{out}: model {written[:12]}; judge it on other images than these")
    if as_json:
        print_json(
            {
                "n": len(items),
                "prior_n": len(further),
                "prior_weight": prior_weight if further else 0.0,
                "precision_floor": precision_floor,
                "contract": asdict(contract),
                "choices": {each.label: asdict(choice) for each, choice in chosen.items()},
                "written": None if out is None else str(out),
            }
        )
    else:
        _print(segmenter.contract, chosen, written=out is not None)
    return 0


def _tried(
    items: Sequence[LabelledImage], segmenter: Segmenter, progress: Progress, stage: str
) -> Outcomes:
    """What every choice gives on these images."""

    def seen() -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]]:
        for done, item in enumerate(items):
            progress(stage, done, len(items))
            pixels, truth = load(item)
            yield segmenter.probabilities(pixels), truth
        progress(stage, len(items), len(items))

    return try_choices(seen(), segmenter.contract)


def _print(before: ModelContract, chosen: Mapping[DefectClass, Choice], *, written: bool) -> None:
    rows: list[tuple[object, ...]] = []
    for each in DEFECT_CLASSES:
        label, choice = each.label, chosen[each]
        rows += [
            (label, "threshold", before.thresholds[label], choice.threshold),
            (label, "seed threshold", before.seeds[label], choice.seed_threshold),
            (label, "smallest defect, px", before.minimum_area[label], choice.minimum_area),
        ]
    print_table(("class", "", "before", "chosen"), rows)
    for each, choice in chosen.items():
        show(
            f"{each.label}: criterion {choice.criterion:.3f}, highest {choice.best:.3f}; "
            f"{choice.plateau} choices are as good"
        )
    if not written:
        show("nothing was written; name a file with --out")
