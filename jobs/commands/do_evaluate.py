"""`blemish evaluate`."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from inference.agreement import COMPARED_METRICS
from inference.classes import CLASS_NAMES, DEFECT_CLASSES
from inference.contact_sheet import contact_sheet
from inference.datasets.dataset import LabelledImage
from inference.evaluation_table import (
    AGREEMENT_LABELS,
    SCORE_LABELS,
    accuracy_text,
    agreement_row,
    confusion_rows,
    score_row,
)
from inference.model_report import ModelReport, judge_images, report_on
from inference.segmenter import Segmenter, default_model_path
from jobs.commands.labelled import AskedImages, refuse_missing_folder
from jobs.commands.output import print_json, print_table, say, show
from jobs.console_progress import console_progress
from jobs.errors import InputError
from jobs.progress import Progress


def run(
    asked: AskedImages,
    *,
    models: tuple[Path, ...],
    tiers: Path | None,
    sheet: Path | None,
    worst: int,
    as_json: bool,
) -> int:
    """Judge models on images whose masks people drew."""
    refuse_missing_folder(sheet)
    items = asked.read()
    tier_of = asked.tiers(tiers, items)
    threads = min(4, os.cpu_count() or 1)
    # All are loaded first: a broken one is told before the work on the others.
    paths = models or (default_model_path(),)
    segmenters = [Segmenter(path, threads=threads) for path in paths]
    names = _names(paths, [segmenter.contract.name for segmenter in segmenters])
    reports = []
    with console_progress() as progress:
        for name, segmenter in zip(names, segmenters, strict=True):
            judged = judge_images(_told(items, progress, f"evaluating {name}"), segmenter)
            reports.append(report_on(segmenter, judged, tier_of, name=name))
    if sheet is not None:
        _write(sheet, contact_sheet(reports, segmenters, count=worst, tier_of=tier_of))
    if as_json:
        documents = [report.to_dict(tier_of) for report in reports]
        print_json(documents[0] if len(documents) == 1 else {"models": documents})
    else:
        _print(reports)
    return 0


def _names(paths: Sequence[Path], names: Sequence[str]) -> Sequence[str]:
    """What the models are called: by their own names, or by their files' where two share one."""
    return names if len(set(names)) == len(names) else [path.stem for path in paths]


def _told(
    items: Sequence[LabelledImage], progress: Progress, stage: str
) -> Iterator[LabelledImage]:
    """The images one after the other; each next one tells that those before are done."""
    for done, item in enumerate(items):
        progress(stage, done, len(items))
        yield item
    progress(stage, len(items), len(items))


def _write(sheet: Path, page: str) -> None:
    try:
        sheet.write_text(page, "utf-8")
    except OSError as error:
        raise InputError(f"{sheet} cannot be written: {error.strerror}") from error
    say(f"the worst images are in {sheet}")


def _print(reports: Sequence[ModelReport]) -> None:
    several = len(reports) > 1
    sets = [(report, title, document) for report in reports for title, document in _sets(report)]
    tiered = any(report.tiers for report in reports)
    keys = [
        ((report.name,) if several else ()) + ((title,) if tiered else ())
        for report, title, _ in sets
    ]
    head = (("model",) if several else ()) + (("tier",) if tiered else ())
    if not several:
        _print_confusion(sets[0][2])
    print_table(
        (*head, "class", *SCORE_LABELS.values()),
        [
            (*key, each.label, *score_row(document, each.label))
            for key, (_, _, document) in zip(keys, sets, strict=True)
            for each in DEFECT_CLASSES
        ],
    )
    print_table(
        (*head, "metric", *AGREEMENT_LABELS.values()),
        [
            (*key, name, *agreement_row(document, name))
            for key, (_, _, document) in zip(keys, sets, strict=True)
            for name in COMPARED_METRICS
        ],
    )
    for key, (report, title, document) in zip(keys, sets, strict=True):
        label = f"{', '.join(key)}: " if key else ""
        speed = f"; {report.inference_ms:.1f} ms an image" if title == "all" else ""
        show(f"{label}{document['n']} images; {accuracy_text(document)}{speed}")
    show("brackets: the middle 90 % over resampled sets of the images")


def _sets(report: ModelReport) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "all", report.overall.to_dict()
    for tier, evaluation in report.tiers.items():
        yield tier, evaluation.to_dict()


def _print_confusion(document: Mapping[str, Any]) -> None:
    print_table(
        (
            "pixels of",
            *(f"called {name}" for name in CLASS_NAMES),
            *(f"% {name}" for name in CLASS_NAMES),
        ),
        confusion_rows(document),
    )
