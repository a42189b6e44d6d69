import cv2
import numpy as np
import pytest

from inference.errors import DatasetError, EvaluationError, ImageRefusedError
from inference.evaluation_images import chosen_images, paired_images, read_tiers
from inference.evaluation_table import (
    evaluation_markdown,
    reported_sets,
    with_interval,
)
from inference.model_report import judge_images, report_on


def write(path, array):
    path.write_bytes(cv2.imencode(".png", array)[1].tobytes())


@pytest.fixture
def folder(tmp_path):
    """Three images: a stain found but for its half, a clean one, a stain that is not there."""
    for name, found, drawn in (
        ("a", (slice(4, 10), slice(4, 10)), (slice(4, 10), slice(4, 16))),
        ("b", None, None),
        ("c", (slice(20, 26), slice(20, 26)), None),
    ):
        pixels = np.full((32, 32, 3), 100, dtype=np.uint8)
        truth = np.zeros((32, 32), dtype=np.uint8)
        if found:
            pixels[found] = 50
        if drawn:
            truth[drawn] = 2
        write(tmp_path / f"{name}_image.png", pixels)
        write(tmp_path / f"{name}_mask.png", truth)
    return tmp_path


@pytest.fixture
def items(folder):
    return paired_images(folder, folder)


def test_files_are_read_segmented_and_compared(items, segmenter):
    report = report_on(segmenter, judge_images(items, segmenter), {})
    stain = report.overall.classes["stain"]
    # 36 of 72 drawn pixels are found, and 36 where there is nothing.
    assert (stain.recall, stain.precision) == (0.5, 0.5)
    assert (report.name, report.model_id) == ("test", segmenter.model_id)
    assert report.tiers == {}
    assert report.inference_ms > 0


def test_the_worst_come_first_and_clean_images_are_none_of_them(items, segmenter):
    report = report_on(segmenter, judge_images(items, segmenter), {})
    assert [image.item.name for image in report.worst(5)] == ["c", "a"]
    assert [image.item.name for image in report.worst(1)] == ["c"]


def test_tiers_are_scored_apart(items, segmenter, folder):
    (folder / "tiers.csv").write_text("image,tier\na,good\nb,good\nc.png,bad\nz,bad\n")
    tier_of = read_tiers(folder / "tiers.csv", items)
    assert tier_of == {"a": "good", "b": "good", "c": "bad"}
    report = report_on(segmenter, judge_images(items, segmenter), tier_of)
    assert list(report.tiers) == ["bad", "good"]
    assert report.tiers["good"].n == 2
    assert report.tiers["good"].classes["stain"].precision == 1.0
    document = report.to_dict(tier_of)
    assert [image["tier"] for image in document["images"]] == ["good", "good", "bad"]
    assert document["tiers"]["bad"]["classes"]["stain"]["precision"] == 0.0


def test_a_table_without_tiers_or_without_an_image_is_refused(items, folder):
    (folder / "tiers.csv").write_text("image,size\na,1\nb,1\nc,1\n")
    with pytest.raises(DatasetError, match="no column image_quality, quality, tier"):
        read_tiers(folder / "tiers.csv", items)
    (folder / "tiers.csv").write_text("image,tier\na,good\nb,\nc,bad\n")
    with pytest.raises(DatasetError, match="does not tell the quality tier of image b"):
        read_tiers(folder / "tiers.csv", items)


def test_a_range_of_images_counts_from_1_and_holds_both_ends(items):
    assert [item.name for item in chosen_images(items, 2, 3)] == ["b", "c"]
    with pytest.raises(DatasetError, match="images 2 to 4 were asked for, but there are 3"):
        chosen_images(items, 2, 4)
    for first, last in ((0, 2), (3, 2)):
        with pytest.raises(DatasetError, match="counts from 1, lower number first"):
            chosen_images(items, first, last)


def test_an_image_that_gives_no_probability_is_named(items):
    class Failing:
        """Stands for a model whose output is infinite on one image only."""

        def segment(self, pixels):
            raise ImageRefusedError("NON_FINITE", "the model returned NaN or infinity")

    with pytest.raises(EvaluationError, match=r"a_image\.png: the model returned NaN"):
        judge_images(items, Failing())


def test_the_sets_of_a_card_keep_the_calibration_half_apart(items):
    tier_of = {"a": "A", "b": "C", "c": "A"}
    sets = {each.title: set(each.names) for each in reported_sets(items, tier_of, calibrated=1)}
    assert sets == {
        "Reporting half": {"b", "c"},
        "Reporting half, tier A": {"c"},
        "Calibration half (it chose the thresholds)": {"a"},
        "Tier A of both halves": {"a", "c"},
    }
    without = [each.title for each in reported_sets(items, {}, calibrated=0)]
    assert without == ["Reporting half"]


def test_a_figure_that_rounds_to_zero_has_no_sign():
    assert with_interval(-0.001, (-0.004, 0.2)) == "0.00 [0.00, 0.20]"


def test_markdown_shows_the_matrix_the_scores_and_the_agreement(items, segmenter):
    report = report_on(segmenter, judge_images(items, segmenter), {})
    text = evaluation_markdown(report.overall.to_dict())
    # 3 x 1024 pixels, 72 drawn, 36 of them found and 36 elsewhere.
    assert "| pixels of stain | 36 | 0 | 36 | 50.00 | 0.00 | 50.00 |" in text
    assert "| pixels of scratch | 0 | 0 | 0 | – | – | – |" in text
    assert "| recall | – | 0.50 [" in text
    assert "| `stain_count` | " in text
