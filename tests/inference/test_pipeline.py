import hashlib
import pickle
from dataclasses import replace

import cv2
import numpy as np
import pytest

from inference.classes import DefectClass
from inference.errors import ImageRefusedError
from inference.pipeline import measure_bytes, use_one_thread
from inference.reading import ReadLimits


def part_file(extension=".png"):
    pixels = np.full((32, 32, 3), 100, dtype=np.uint8)
    pixels[4:10, 4:12] = 50
    pixels[20, 2:30] = 200
    return cv2.imencode(extension, pixels)[1].tobytes()


def test_a_file_becomes_mask_defects_metrics_and_statistics(segmenter):
    data = part_file()
    measured = measure_bytes(data, segmenter, um_per_px=50.0)
    assert measured.image_id == hashlib.sha256(data).hexdigest()
    assert measured.model_id == segmenter.model_id
    assert (measured.width, measured.height) == (32, 32)
    assert (measured.image_format, measured.colour) == ("png", "rgb")
    stain, scratch = measured.defects
    assert (stain.defect_class, stain.pixel_count) == (DefectClass.STAIN, 48)
    assert (scratch.defect_class, scratch.length) == (DefectClass.SCRATCH, 27.0)
    assert measured.metrics.largest_stain_area_px == 5.0 * 7.0
    assert measured.metrics.longest_scratch_mm == pytest.approx(27 * 0.05)
    # 48 pixels of 50, 28 of 200, the rest 100.
    assert measured.statistics.brightness == pytest.approx((948 * 100 + 48 * 50 + 28 * 200) / 1024)
    assert measured.statistics.background_share == pytest.approx(948 / 1024)
    mask = cv2.imdecode(np.frombuffer(measured.mask_png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert ((mask == 2).sum(), (mask == 1).sum()) == (48, 28)


def test_the_result_depends_on_bytes_and_model_alone_and_can_be_sent(segmenter):
    first, second = (measure_bytes(part_file(), segmenter) for _ in range(2))
    assert replace(first, inference_ms=0.0) == replace(second, inference_ms=0.0)
    assert pickle.loads(pickle.dumps(first)) == first


def test_formats_without_loss_give_the_same_measures(segmenter):
    png, bmp = (measure_bytes(part_file(kind), segmenter) for kind in (".png", ".bmp"))
    assert png.defects == bmp.defects
    assert png.mask_png == bmp.mask_png
    assert png.image_id != bmp.image_id


def test_a_refused_file_has_its_reason(segmenter):
    with pytest.raises(ImageRefusedError) as refused:
        measure_bytes(part_file()[:-20], segmenter)
    assert refused.value.reason == "TRUNCATED"
    with pytest.raises(ImageRefusedError) as refused:
        measure_bytes(part_file(), segmenter, limits=ReadLimits(max_side=31))
    assert refused.value.reason == "TOO_LARGE"


def test_a_worker_keeps_to_one_thread():
    before = cv2.getNumThreads()
    use_one_thread()
    assert cv2.getNumThreads() == 1
    cv2.setNumThreads(before)
