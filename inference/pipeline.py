"""One image file in, everything that is stored about it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2

from inference.decoder_messages import DecoderMessages
from inference.defects import Defect, find_defects
from inference.image_header import ColourModel, ImageFormat
from inference.metrics import SurfaceMetrics, measure_surface
from inference.overlay import encode_png
from inference.picture import PictureStatistics, picture_statistics
from inference.plausibility import PlausibilityLimits, check_plausible
from inference.quality import ImageStatistics, image_statistics
from inference.reading import DEFAULT_LIMITS, ReadLimits, pixel_key, read_image
from inference.segmenter import Segmenter
from inference.stages import Stopwatch


@dataclass(frozen=True, slots=True)
class MeasuredImage:
    """The result for one image; holds no pixels, so it can be sent between processes.

    Attributes
    ----------
    image_id
        SHA-256 of the file.
    pixel_key
        Tells the decoded pixels: `inference.reading.pixel_key`.
    width, height
        In pixels.
    image_format, colour
        As in `PartImage`.
    mask_png
        The mask as a PNG file of the values 0, 1 and 2.
    defects
        Largest first.
    metrics
        Of the surface.
    picture, statistics
        Of the picture; the latter with what the model made of it.
    inference_ms
        From pixels to mask, in milliseconds. Times are no part of the result: two measurements
        of one file are equal whatever they took.
    model_id
        SHA-256 of the model file.
    stage_ms
        Milliseconds of each of `inference.stages.STAGES`.

    """

    image_id: str
    pixel_key: int
    width: int
    height: int
    image_format: ImageFormat
    colour: ColourModel
    mask_png: bytes
    defects: tuple[Defect, ...]
    metrics: SurfaceMetrics
    picture: PictureStatistics
    statistics: ImageStatistics
    inference_ms: float = field(compare=False)
    model_id: str
    stage_ms: Mapping[str, float] = field(compare=False)


def measure_bytes(
    data: bytes,
    segmenter: Segmenter,
    *,
    limits: ReadLimits = DEFAULT_LIMITS,
    um_per_px: float | None = None,
    plausibility: PlausibilityLimits | None = None,
    messages: DecoderMessages | None = None,
) -> MeasuredImage:
    """Measure the image in a file's bytes.

    The result depends on the bytes, the model and the scale alone (its times aside).

    Parameters
    ----------
    data
        The whole file.
    segmenter
        The model.
    limits
        Sizes beyond which nothing is decoded.
    um_per_px
        Side of a pixel on the part in micrometres; None where it is not known.
    plausibility
        What the picture must show to be measured; None: whatever it shows.
    messages
        As `read_image` has it.

    Raises
    ------
    ImageRefusedError
        The file is no image that may be measured; `reason` has the word.
    ModelError
        The model failed on this image.

    """
    stopwatch = Stopwatch()
    image = read_image(data, limits, messages=messages)
    stopwatch.lap("read")
    picture = picture_statistics(image.pixels)
    if plausibility is not None:
        check_plausible(picture, plausibility)
    stopwatch.lap("picture")
    segmentation = segmenter.segment(image.pixels)
    stopwatch.include(segmentation.stage_ms)
    defects = find_defects(segmentation.mask, segmentation.confidence)
    metrics = measure_surface(defects, width=image.width, height=image.height, um_per_px=um_per_px)
    stopwatch.lap("measure")
    statistics = image_statistics(picture, segmentation)
    key = pixel_key(image.pixels)
    stopwatch.lap("statistics")
    mask_png = encode_png(segmentation.mask)
    stopwatch.lap("encode")
    return MeasuredImage(
        image_id=image.sha256,
        pixel_key=key,
        width=image.width,
        height=image.height,
        image_format=image.image_format,
        colour=image.colour,
        mask_png=mask_png,
        defects=defects,
        metrics=metrics,
        picture=picture,
        statistics=statistics,
        inference_ms=segmentation.inference_ms,
        model_id=segmenter.model_id,
        stage_ms=stopwatch.laps(),
    )


def use_one_thread() -> None:
    """Keep OpenCV to this thread: call it once in a worker process that shares the machine.

    Its pool of threads costs more than it brings on images of this size, and two workers already fill
    two cores.
    """
    cv2.setNumThreads(1)
