"""The worst images of an evaluation on one page: the photograph, what was drawn, what was found.

The page is one HTML file with its pictures inside, so it can be mailed and kept.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.agreement import COMPARED_METRICS
from inference.classes import DEFECT_CLASSES, IGNORE, DefectClass
from inference.datasets.loading import load
from inference.evaluation import ImageTally, image_score
from inference.evaluation_table import SCORE_LABELS, accuracy_text, score_row
from inference.model_report import JudgedImage, ModelReport
from inference.overlay import draw_overlay
from inference.scores import SCORE_NAMES, score_table
from inference.segmenter import Segmenter

_PAGE: Final = "contact_sheet.html"
_QUALITY: Final = 90
# Outlines are a pixel wide: at half the colour resolution they would be grey.
_FULL_COLOUR: Final = 0x111111
_SHOWN_SCORES: Final = ("iou", "recall", "precision", "object_f1")


def contact_sheet(
    reports: Sequence[ModelReport],
    segmenters: Sequence[Segmenter],
    *,
    count: int,
    tier_of: Mapping[str, str],
) -> str:
    """The page as HTML.

    Parameters
    ----------
    reports
        Of one or several models on the same images; the first one's worst images are shown.
    segmenters
        Their models, in the same order; the shown images are segmented again.
    count
        How many images.
    tier_of
        The quality tier of each image by its name; empty where no tiers are known.

    Raises
    ------
    DatasetError
        An image can no longer be read.

    """
    worst = reports[0].worst(count)
    page = Template(files("inference").joinpath(_PAGE).read_text("utf-8"))
    return page.substitute(
        models=escape(", ".join(report.name for report in reports)),
        shown=len(worst),
        images=len(reports[0].images),
        summary="\n".join(_summary(report) for report in reports),
        cards="\n".join(_card(image, reports, segmenters, tier_of) for image in worst),
    )


def _summary(report: ModelReport) -> str:
    """Scores of one model over all images."""
    evaluation = report.overall.to_dict()
    head = "".join(f"<th scope=col>{label}</th>" for label in ("class", *SCORE_LABELS.values()))
    rows = "".join(
        f"<tr><th scope=row>{each.label}</th>"
        + "".join(f"<td>{cell}</td>" for cell in score_row(evaluation, each.label))
        + "</tr>"
        for each in DEFECT_CLASSES
    )
    return (
        f"<h2>{escape(report.name)}</h2><p>{report.overall.n} images; "
        f"{escape(accuracy_text(evaluation))}; model {report.model_id[:12]}</p>"
        f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _card(
    image: JudgedImage,
    reports: Sequence[ModelReport],
    segmenters: Sequence[Segmenter],
    tier_of: Mapping[str, str],
) -> str:
    """One image with its masks."""
    name = image.item.name
    pixels, truth = load(image.item)
    tallies = [_tally_of(report, name) for report in reports]
    figures = [
        _figure("image", pixels, ""),
        _figure("drawn", _outlined(pixels, truth), _metrics(tallies[0].true)),
    ]
    for report, segmenter, tally in zip(reports, segmenters, tallies, strict=True):
        found = _outlined(pixels, segmenter.segment(pixels).mask)
        figures.append(_figure(report.name, found, _found_text(tally)))
    tier = f", tier {tier_of[name]}" if name in tier_of else ""
    return (
        f"<section><h3>{escape(name)}<small>{escape(tier)}, score "
        f"{_number(image_score(image.tally))}</small></h3>"
        f"<div class=row>{''.join(figures)}</div></section>"
    )


def _tally_of(report: ModelReport, name: str) -> ImageTally:
    return next(image.tally for image in report.images if image.item.name == name)


def _outlined(pixels: npt.NDArray[np.uint8], mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The image with the outlines of a mask; what nobody judged is darkened."""
    shown = pixels.copy()
    shown[mask == IGNORE] //= 4
    return draw_overlay(shown, mask, ())


def _figure(title: str, pixels: npt.NDArray[np.uint8], text: str) -> str:
    _, encoded = cv2.imencode(
        ".jpg",
        pixels,
        [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, _FULL_COLOUR],
    )
    data = base64.b64encode(encoded.tobytes()).decode("ascii")
    height, width = pixels.shape[:2]
    return (
        f'<figure><img alt="{escape(title)}" width={width} height={height} '
        f'src="data:image/jpeg;base64,{data}">'
        f"<figcaption><b>{escape(title)}</b>{text}</figcaption></figure>"
    )


def _found_text(tally: ImageTally) -> str:
    """The scores of one image, class by class, and its metrics."""
    table = score_table(tally.confusion, tally.objects)
    lines = [
        f"<br>{defect_class.label}: "
        + ", ".join(
            f"{SCORE_LABELS[name]} {_number(float(scores[SCORE_NAMES.index(name)]))}"
            for name in _SHOWN_SCORES
        )
        for defect_class, scores in zip(DEFECT_CLASSES, table, strict=True)
        if not np.isnan(scores).all()
    ]
    return "".join(lines) + _metrics(tally.predicted)


def _metrics(values: npt.NDArray[np.float64]) -> str:
    named = dict(zip(COMPARED_METRICS, values.tolist(), strict=True))
    return "".join(_metric_lines(named))


def _metric_lines(named: Mapping[str, float]) -> Iterator[str]:
    """Counts and sizes as words, of the classes that occur."""
    for defect_class in DEFECT_CLASSES:
        count = int(named[f"{defect_class.label}_count"])
        if not count:
            continue
        size = (
            f"longest {named['longest_scratch_px']:.0f} px"
            if defect_class is DefectClass.SCRATCH
            else f"{named['total_stain_pct']:.2f} %, "
            f"largest {named['largest_stain_area_px']:.0f} px²"
        )
        plural = "" if count == 1 else "es" if defect_class is DefectClass.SCRATCH else "s"
        yield f"<br>{count} {defect_class.label}{plural}, {size}"


def _number(value: float | None) -> str:
    return "–" if value is None or np.isnan(value) else f"{value:.2f}"
