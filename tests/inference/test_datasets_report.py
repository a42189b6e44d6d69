"""The data report, against numbers counted by hand."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from inference.datasets.contents import ImageSize, contents_of
from inference.datasets.dataset import Dataset, LabelledImage
from inference.datasets.facts import facts_of
from inference.datasets.report import data_report, read_facts
from inference.datasets.seams import check_seams
from inference.datasets.suspicion import Suspicion
from inference.errors import DatasetError

SCRATCH, STAIN, IGNORE = 1, 2, 255


def blank(height=20, width=30):
    return np.zeros((height, width), dtype=np.uint8)


def facts(mask, name="a", sha256=None, part=None):
    item = LabelledImage(name, part or name.split("_")[0], Path("i.png"), Path("m.png"))
    return facts_of(item, mask, sha256=sha256 or name)


def kinds(image):
    return [each.kind for each in image.suspicions]


def test_pixels_and_objects_of_a_mask_are_counted():
    mask = blank()
    mask[2:4, 3:9] = SCRATCH
    # Joined at a corner: one object of 4 + 1.
    mask[10:12, 20:22] = STAIN
    mask[12, 22] = STAIN
    mask[15:17, 2:5] = STAIN
    mask[19, :10] = IGNORE
    found = facts(mask)
    assert found.pixels == (600 - 12 - 11 - 10, 12, 11, 10)
    assert found.areas == {SCRATCH: (12,), STAIN: (5, 6)}
    assert (found.width, found.height, found.suspicions, found.borders) == (30, 20, (), None)


def test_a_tiny_object_is_named_with_its_first_pixel():
    mask = blank()
    mask[5:7, 7:9] = STAIN
    mask[12, 10:15] = SCRATCH
    # The diagonal's first pixel, row by row, is its right one.
    mask[1, 20] = mask[2, 19] = SCRATCH
    assert facts(mask).suspicions == (
        Suspicion("tiny", "a", 20, 1, "scratch of 2 px"),
        Suspicion("tiny", "a", 7, 5, "stain of 4 px"),
    )


def test_each_stretch_where_scratch_touches_stain_is_named():
    mask = blank()
    mask[5:10, 5:10] = STAIN
    # Beside its right side, three rows of the five; and at its lower left corner.
    mask[6:9, 10:14] = SCRATCH
    mask[10:15, 4] = SCRATCH
    # One pixel apart from the stain's upper side: does not touch.
    mask[3, 5:12] = SCRATCH
    assert facts(mask).suspicions == (
        Suspicion("touching", "a", 10, 6, "3 px of scratch beside stain"),
        Suspicion("touching", "a", 4, 10, "1 px of scratch beside stain"),
    )


def test_empty_and_unjudged_masks_are_told():
    assert kinds(facts(blank())) == ["empty"]
    half, more = blank(), blank()
    half[:10], more[:11] = IGNORE, IGNORE
    assert kinds(facts(half)) == ["empty"]
    assert kinds(facts(more)) == ["empty", "unjudged"]
    assert facts(more).suspicions[1].detail == "55% of the image is left out"


def test_other_values_are_refused():
    mask = blank()
    mask[0, 0] = 7
    with pytest.raises(DatasetError, match=r"the mask of a must be \(H, W\) of 0, 1, 2 and 255"):
        facts(mask)
    with pytest.raises(DatasetError, match=r"must be \(H, W\)"):
        facts(np.zeros((3, 3, 3), dtype=np.uint8))


def test_the_contents_of_several_images_are_added_up():
    scratched, stained, both, ignored = blank(), blank(), blank(), blank()
    scratched[2, 0:10] = SCRATCH
    stained[2, 0:20] = STAIN
    both[2, 0:30] = STAIN
    both[4, 0:10] = SCRATCH
    both[6, 0:20] = SCRATCH
    ignored[:] = IGNORE
    images = [
        facts(scratched, "P_r0c0"),
        facts(stained, "P_r0c1"),
        facts(both, "Q"),
        facts(ignored, "R"),
        facts(blank(40, 30), "S"),
    ]
    contents = contents_of(images)
    assert (contents.images, contents.parts) == (5, 4)
    assert contents.sizes == (ImageSize(30, 20, 4), ImageSize(30, 40, 1))
    # Judged: 3 x 600 + 1200 = 3000 pixels; 40 of scratch, 50 of stain; 600 of 3600 ignored.
    assert contents.pixel_share == pytest.approx(
        {"background": 2910 / 3000, "scratch": 40 / 3000, "stain": 50 / 3000}
    )
    assert contents.ignored_share == pytest.approx(1 / 6)
    assert contents.images_with == {"scratch only": 1, "stain only": 1, "both": 1, "none": 2}
    assert (contents.classes["scratch"].images, contents.classes["scratch"].objects) == (2, 3)
    # Areas 10, 10, 20: between the second and the third of them lies the upper half.
    assert contents.classes["scratch"].area_px == pytest.approx(
        {"5": 10, "25": 10, "50": 10, "75": 15, "95": 19}
    )
    # Areas 20, 30.
    assert contents.classes["stain"].area_px == pytest.approx(
        {"5": 20.5, "25": 22.5, "50": 25, "75": 27.5, "95": 29.5}
    )


def test_nothing_is_shared_where_nothing_is_judged():
    mask = blank()
    mask[:] = IGNORE
    contents = contents_of([facts(mask)])
    assert (contents.pixel_share, contents.ignored_share) == (None, 1.0)
    assert contents.classes["stain"].area_px is None


def test_no_image_has_no_contents():
    with pytest.raises(DatasetError, match="there is no image to report on"):
        contents_of([])


def test_an_object_must_go_on_in_the_neighbouring_tile():
    left, right = blank(), blank()
    # Goes on 3 pixels lower: drawn by hand. The other is 4 lower: two objects that end.
    left[2:4, 25:] = STAIN
    right[6:8, :5] = STAIN
    left[10:12, 25:] = SCRATCH
    right[15:17, :5] = SCRATCH
    seams = check_seams([facts(left, "P_r0c0"), facts(right, "P_r0c1")])
    assert seams.compared == 1
    ends = "scratch, 2 px wide at the border, does not go on in"
    assert seams.suspicions == (
        Suspicion("seam", "P_r0c0", 29, 10, f"{ends} P_r0c1"),
        Suspicion("seam", "P_r0c1", 0, 15, f"{ends} P_r0c0"),
    )


def test_an_object_must_go_on_as_the_same_class_in_the_tile_below():
    upper, lower = blank(), blank()
    upper[15:, 4:9] = STAIN
    lower[:5, 4:9] = SCRATCH
    seams = check_seams([facts(lower, "P_r3c7"), facts(upper, "P_r2c7")])
    assert seams.suspicions == (
        Suspicion("seam", "P_r2c7", 6, 19, "stain, 5 px wide at the border, is scratch in P_r3c7"),
        Suspicion("seam", "P_r3c7", 6, 0, "scratch, 5 px wide at the border, is stain in P_r2c7"),
    )


def test_nothing_is_said_of_what_nobody_judged_or_of_other_parts():
    marked, unjudged = blank(), blank()
    marked[5:8, 25:] = STAIN
    unjudged[:, :2] = IGNORE
    beside = [facts(marked, "P_r0c0"), facts(unjudged, "P_r0c1")]
    assert (check_seams(beside).compared, check_seams(beside).suspicions) == (1, ())
    for other in ("Q_r0c1", "P_r1c1", "P_r0c2", "P"):
        assert check_seams([facts(marked, "P_r0c0"), facts(blank(), other)]).compared == 0


@pytest.mark.parametrize("neighbour", ["P_r0c1", "P_r1c0"])
def test_tiles_of_unequal_sides_are_told(neighbour):
    seams = check_seams([facts(blank(), "P_r0c0"), facts(blank(24, 40), neighbour)])
    (found,) = seams.suspicions
    assert found.name == "P_r0c0"
    assert "px, that of its neighbour" in found.detail


def write(path, array):
    path.write_bytes(cv2.imencode(".png", array)[1].tobytes())
    return path


def test_a_report_reads_the_files_and_names_their_labels(tmp_path):
    items = []
    for name, shade in (("P_r0c0", 1), ("P_r0c1", 2), ("Q", 1)):
        mask = blank()
        mask[4:6, 4:8] = STAIN
        image = write(tmp_path / f"{name}.png", np.full((20, 30, 3), shade, dtype=np.uint8))
        label = write(tmp_path / f"{name}_mask.png", mask)
        items.append(LabelledImage(name, name.split("_")[0], image, label))
    dataset = Dataset(tmp_path, "tagged", tuple(items))
    told = []
    found = read_facts(dataset, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    document = data_report(dataset, found).to_dict()
    assert document["folder"] == str(tmp_path)
    assert (document["layout"], document["images"], document["parts"]) == ("tagged", 3, 2)
    assert document["classes"]["stain"]["objects"] == 3
    assert document["seams"] == 1
    # The first and the last image are the same file, of two parts.
    assert document["suspicious"] == [
        {
            "kind": "identical",
            "name": "Q",
            "x": None,
            "y": None,
            "detail": "the same file as P_r0c0, which is part P",
            "label": str(tmp_path / "Q_mask.png"),
        }
    ]
