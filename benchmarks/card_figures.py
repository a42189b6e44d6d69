"""The figures of the shipped model's card: thresholds, 8-bit twin, scores on labelled images.

    python -m benchmarks.card_figures FOLDER NAME --labelled DIR

After `blemish train --out FOLDER --name NAME`. The lower half of the labelled images, by name,
chooses the thresholds of stains together with renders; the other half is reported. No pixel of them
is learned from.
"""

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.calibration import calibrate
from inference.choices import Outcomes, try_choices
from inference.classes import DefectClass
from inference.datasets.dataset import LabelledImage
from inference.datasets.loading import load
from inference.evaluation_images import TIERS_FILE, paired_images, read_tiers
from inference.evaluation_table import reported_sets
from inference.model_contract import ModelContract
from inference.model_metadata import write_contract
from inference.model_report import judge_images, report_on
from inference.same_decisions import same_decisions
from inference.segmenter import Segmenter
from inference.training.card import add_evaluation, record_calibration, record_integers
from inference.training.golden_image import write_golden
from inference.training.quantise import CALIBRATION_IMAGES, calibration_images, quantise
from inference.training.renders import render_many

PRIOR_RENDERS, PRIOR_SEED, PRIOR_WEIGHT, PRECISION_FLOOR = 100, 8_000_009, 0.5, 0.55
COMPARED, COMPARED_SEED = 100, 9_000_011
SOURCE = (
    "Heat Sink Surface Defect Dataset (Yang et al. 2022, doi 10.1109/TIM.2022.3188033, CC BY-NC-SA "
    "4.0). **Evaluation only**: no pixel was learned from."
)
NOT_BLIND = (
    "The renderer was calibrated by published statistics of the set and by looking at these images, "
    "and the method that chooses thresholds was settled after seeing all of them: the scores are no "
    "blind test."
)
TRACES = (
    "Most images (tiers B, C, D) had a coloured overlay removed from their annotated areas, whose "
    "traces can help or disturb a model; tier A is untouched."
)


def main() -> None:
    """Calibrate, quantise, judge, and write the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    parser.add_argument("--labelled", type=Path, required=True)
    asked = parser.parse_args()
    folder, name = asked.folder, asked.name
    fp32 = folder / f"{name}.onnx"
    items = paired_images(asked.labelled, asked.labelled)
    tiers = read_tiers(asked.labelled / TIERS_FILE, items)
    half = len(items) // 2

    _report(
        (folder, name),
        Segmenter(fp32, threads=2),
        items[half:],
        title="Reporting half, thresholds of renders alone",
        note=f"The same images with the thresholds that held-out renders chose. {SOURCE}",
    )
    _calibrate(fp32, items[:half], folder, name)
    _eight_bits(fp32, folder, name)
    segmenter = Segmenter(fp32, threads=2)
    for shown in reported_sets(items, tiers, calibrated=half):
        chosen = [item for item in items if item.name in shown.names]
        note = f"{SOURCE} {NOT_BLIND} {TRACES}"
        _report((folder, name), segmenter, chosen, title=shown.title, note=note)


def _calibrate(fp32: Path, items: tuple[LabelledImage, ...], folder: Path, name: str) -> None:
    """Choose thresholds on labelled images and renders, and write them into the model."""
    segmenter = Segmenter(fp32, threads=2)
    renders = render_many(PRIOR_RENDERS, PRIOR_SEED)
    contract, _ = calibrate(
        segmenter.contract,
        _outcomes(segmenter, map(load, items)),
        prior=_outcomes(segmenter, zip(renders.pixels, renders.masks, strict=True)),
        prior_weight=PRIOR_WEIGHT,
        precision_floor=PRECISION_FLOOR,
    )
    contract = _stain_of(contract, scratch_of=segmenter.contract)
    write_contract(fp32, contract, fp32)
    write_golden(fp32, zip(renders.pixels, renders.masks, strict=True))
    note = (
        f"Those of stains, three numbers, were chosen on {len(items)} photographs with masks and "
        f"{PRIOR_RENDERS} further renders, which weigh {PRIOR_WEIGHT:g} of the photographs; precision "
        f"is asked to be at least {PRECISION_FLOOR:g}. Those of scratches were chosen on renders "
        "alone: on most photographs traces of a removed overlay lie along the very strokes that "
        f"annotators drew. {NOT_BLIND}"
    )
    record_calibration(folder, name, contract=contract, note=note)


def _stain_of(chosen: ModelContract, *, scratch_of: ModelContract) -> ModelContract:
    """The contract with the stain's numbers of one and the scratch's of another."""
    stain, scratch = DefectClass.STAIN.label, DefectClass.SCRATCH.label
    return replace(
        chosen,
        thresholds={scratch: scratch_of.thresholds[scratch], stain: chosen.thresholds[stain]},
        seed_thresholds={scratch: scratch_of.seeds[scratch], stain: chosen.seeds[stain]},
        minimum_area={scratch: scratch_of.minimum_area[scratch], stain: chosen.minimum_area[stain]},
    )


def _outcomes(
    segmenter: Segmenter,
    labelled: Iterable[tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]],
) -> Outcomes:
    seen = ((segmenter.probabilities(pixels), truth) for pixels, truth in labelled)
    return try_choices(seen, segmenter.contract)


def _eight_bits(fp32: Path, folder: Path, name: str) -> None:
    """Write the twin in 8 bits and say in the card how far it agrees."""
    int8 = folder / f"{name}_int8.onnx"
    quantise(fp32, int8, calibration_images(processes=2))
    images = render_many(COMPARED, COMPARED_SEED, processes=2).pixels
    same = same_decisions(images, Segmenter(fp32, threads=2), Segmenter(int8, threads=2))
    record_integers(folder, name, file=int8.name, calibrated_on=CALIBRATION_IMAGES, same=same)


def _report(
    card: tuple[Path, str],
    segmenter: Segmenter,
    items: Iterable[LabelledImage],
    *,
    title: str,
    note: str,
) -> None:
    """Judge the model on images and add the scores to the card of that folder and name."""
    report = report_on(segmenter, judge_images(items, segmenter), {})
    add_evaluation(*card, title=title, note=note, evaluation=report.overall)


if __name__ == "__main__":
    main()
