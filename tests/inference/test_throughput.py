import threading
from itertools import count

import cv2
import pytest

from inference.errors import ImageRefusedError, ModelError
from inference.pipeline import MeasuredImage, measure_bytes
from inference.reading import ReadLimits
from inference.segmenter import Segmenter
from inference.stages import STAGES
from inference.throughput import in_order, measure_many


def files(surfaces):
    return [cv2.imencode(".png", pixels)[1].tobytes() for pixels in surfaces]


@pytest.fixture(scope="module")
def pictures(noisy):
    return files(noisy(8, seed=2))


@pytest.mark.parametrize("twin", [0, 1], ids=["float32", "8 bits"])
def test_results_do_not_depend_on_workers_order_company_or_threads(network_files, pictures, twin):
    one = Segmenter(network_files[twin])
    alone = [measure_bytes(data, one) for data in pictures]
    # The masks are not empty, or agreement would say nothing.
    assert all(image.defects for image in alone)
    for workers, threads in ((1, 1), (2, 1), (3, 1), (2, 2)):
        many = Segmenter(network_files[twin], threads=threads, callers=workers)
        assert list(measure_many(pictures, many, workers=workers)) == alone
    backwards = list(measure_many(reversed(pictures), one, workers=2))
    assert backwards[::-1] == alone
    assert list(measure_many(pictures[3:4], one)) == alone[3:4]


def test_a_refused_file_is_told_in_its_place_and_the_others_go_on(segmenter, pictures):
    found = list(
        measure_many(
            [pictures[0], b"no picture", pictures[1][:-20], pictures[2]],
            segmenter,
            limits=ReadLimits(max_side=96),
            um_per_px=50.0,
        )
    )
    assert [type(each) for each in found] == [
        MeasuredImage,
        ImageRefusedError,
        ImageRefusedError,
        MeasuredImage,
    ]
    assert (found[1].reason, found[2].reason) == ("WRONG_TYPE", "TRUNCATED")
    assert found[3].metrics.total_stain_area_mm2 is not None


def test_every_stage_of_an_image_has_its_time(segmenter, pictures):
    (measured,) = measure_many(pictures[:1], segmenter)
    assert tuple(measured.stage_ms) == STAGES
    assert all(milliseconds > 0 for milliseconds in measured.stage_ms.values())
    inference = sum(measured.stage_ms[stage] for stage in ("normalise", "network", "decide"))
    assert measured.inference_ms == pytest.approx(inference)


def test_workers_work_at_the_same_time():
    # Each waits for the other: one after the other they would wait for ever.
    meeting = threading.Barrier(2, timeout=30)
    assert sorted(in_order(lambda _: meeting.wait(), range(2), workers=2)) == [0, 1]


def test_an_endless_row_of_items_is_read_only_as_results_are_taken():
    read = count()
    results = in_order(abs, (-next(read) for _ in count()), workers=2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    results.close()
    # Two workers with two items each, then one more for each result taken but the first.
    assert next(read) == 4 + 2


def test_what_work_raises_comes_in_its_place_and_ends_the_row():
    done = []

    def work(number):
        if number == 1:
            raise ModelError("broken")
        done.append(number)
        return number

    results = in_order(work, range(100), workers=1)
    assert next(results) == 0
    with pytest.raises(ModelError, match="broken"):
        next(results)
    assert len(done) < 5
