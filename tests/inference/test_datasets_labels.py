"""From label pictures and outlines to classes."""

import json
import struct
import zlib

import cv2
import numpy as np
import pytest

from inference.datasets.masks import read_mask_file
from inference.datasets.outlines import read_outlines
from inference.errors import DatasetError


def write(path, array):
    path.write_bytes(cv2.imencode(path.suffix, array)[1].tobytes())
    return path


def colours(*rgb):
    """A black label of 16 x 18 pixels whose first ones have these colours."""
    made = np.zeros((16, 18, 3), dtype=np.uint8)
    for x, colour in enumerate(rgb):
        made[0, x] = colour[::-1]
    return made


def grey(*values):
    made = np.zeros((16, 18), dtype=np.uint8)
    made[0, : len(values)] = values
    return made


def palette_png(path, palette, *indices):
    """A PNG of 16 x 18 pixels whose first ones have these indices: the chunks of the standard."""
    rows = np.zeros((16, 19), dtype=np.uint8)
    rows[0, 1 : 1 + len(indices)] = indices
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 18, 16, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(map(bytes, palette))),
        (b"IDAT", zlib.compress(rows.tobytes())),
        (b"IEND", b""),
    )
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )
    )
    return path


# The first colours of the palette of PASCAL VOC, which labelme writes.
VOC = [(0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0)]


@pytest.mark.parametrize("suffix", [".png", ".bmp"])
def test_grey_values_are_classes(tmp_path, suffix):
    path = write(tmp_path / f"m{suffix}", grey(1, 2, 255))
    assert np.array_equal(read_mask_file(path), grey(1, 2, 255))


def test_the_two_colours_turned_grey_are_their_classes(tmp_path):
    # 0.299 x 128 = 38.3 for red, 0.587 x 128 = 75.1 for green.
    assert np.array_equal(read_mask_file(write(tmp_path / "m.png", grey(38, 75))), grey(1, 2))


def test_the_published_colours_are_classes(tmp_path):
    label = colours((128, 0, 0), (0, 128, 0), (224, 224, 192), (255, 255, 255))
    read = read_mask_file(write(tmp_path / "label.png", label))
    assert np.array_equal(read, grey(1, 2, 255, 255))


def test_a_palette_is_looked_up(tmp_path):
    path = palette_png(tmp_path / "label.png", VOC, 2, 1)
    assert np.array_equal(read_mask_file(path), grey(2, 1))


def test_a_palette_of_greys_is_grey(tmp_path):
    path = palette_png(tmp_path / "label.png", [(n, n, n) for n in range(3)], 2, 1)
    assert np.array_equal(read_mask_file(path), grey(2, 1))


def test_the_names_beside_a_label_rule_its_colours(tmp_path):
    # labelme numbers the names of each image anew: here stain has the first colour.
    (tmp_path / "label_names.txt").write_text("_background_\nstain\n")
    path = palette_png(tmp_path / "label.png", VOC, 1)
    assert np.array_equal(read_mask_file(path), grey(2))
    palette_png(path, VOC, 2)
    with pytest.raises(DatasetError, match=r"holds the colour \(0, 128, 0\) at x 0, y 0"):
        read_mask_file(path)


def test_names_of_other_classes_leave_the_published_colours(tmp_path):
    (tmp_path / "label_names.txt").write_text("_background_\n1\n2\n")
    path = palette_png(tmp_path / "label.png", VOC, 1, 2)
    assert np.array_equal(read_mask_file(path), grey(1, 2))


def test_alpha_is_left_out(tmp_path):
    label = cv2.cvtColor(colours((128, 0, 0)), cv2.COLOR_BGR2BGRA)
    assert np.array_equal(read_mask_file(write(tmp_path / "label.png", label)), grey(1))


@pytest.mark.parametrize("value", [1, 255])
def test_a_binary_mask_is_of_its_class(tmp_path, value):
    path = write(tmp_path / "m.png", grey(value, value))
    assert np.array_equal(read_mask_file(path, classes="stain"), grey(2, 2))
    assert np.array_equal(read_mask_file(path, classes="scratch"), grey(1, 1))


def test_a_binary_label_in_labelmes_first_colour_is_of_its_class(tmp_path):
    path = write(tmp_path / "label.png", colours((128, 0, 0)))
    assert np.array_equal(read_mask_file(path, classes="stain"), grey(2))


def test_a_mask_of_several_values_is_not_binary(tmp_path):
    path = write(tmp_path / "m.png", grey(1, 2))
    with pytest.raises(DatasetError, match=r"holds the values 0, 1, 2; a binary mask of stain"):
        read_mask_file(path, classes="stain")


def test_an_unknown_value_is_named_with_its_place(tmp_path):
    values = grey()
    values[3, 5] = 7
    with pytest.raises(DatasetError, match=r"holds the value 7 at x 5, y 3; a mask holds 0"):
        read_mask_file(write(tmp_path / "m.png", values))


def test_an_unknown_colour_is_named_with_its_place(tmp_path):
    label = colours()
    label[2, 4] = (30, 20, 10)
    match = r"holds the colour \(10, 20, 30\) at x 4, y 2; a coloured label holds"
    with pytest.raises(DatasetError, match=match):
        read_mask_file(write(tmp_path / "label.png", label))


@pytest.mark.parametrize(
    ("write_file", "match"),
    [
        (lambda path: path.write_bytes(b"GIF89a"), r"m.png: the file is GIF; only PNG"),
        (lambda path: write(path, grey().astype(np.uint16)), r"m.png: PNG with 16 bits"),
        (lambda path: None, r"cannot read .*m.png: No such file"),
        (
            lambda path: path.write_bytes(cv2.imencode(".jpg", grey(1))[1].tobytes()),
            r"m.png is a JPEG, which does not keep a mask's values",
        ),
    ],
)
def test_a_file_of_the_wrong_type_is_named(tmp_path, write_file, match):
    write_file(tmp_path / "m.png")
    with pytest.raises(DatasetError, match=match):
        read_mask_file(tmp_path / "m.png")


def test_names_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "label_names.txt").write_bytes(b"\xff\xfe\x00")
    path = write(tmp_path / "label.png", colours((128, 0, 0)))
    with pytest.raises(DatasetError, match=r"label_names.txt cannot be read as text"):
        read_mask_file(path)


def outlines(path, *shapes, **more):
    path.write_text(json.dumps({"shapes": shapes, **more}))
    return path


def shape(label, kind, *points):
    return {"label": label, "shape_type": kind, "points": points}


def test_shapes_are_filled_the_later_over_the_earlier(tmp_path):
    path = outlines(
        tmp_path / "a.json",
        shape("Stain", "polygon", (2, 2), (6, 2), (6, 6), (2, 6)),
        shape("scratch area", "rectangle", (5, 5), (8, 9)),
        shape("ignore", "circle", (20, 15), (23, 15)),
        shape("_background_", "rectangle", (2, 2), (3, 2)),
        imageWidth=30,
        imageHeight=None,
    )
    mask = read_outlines(path, width=30, height=25)
    assert mask.shape == (25, 30)
    # 5 x 5, less 2 x 2 under the rectangle and 2 x 1 erased.
    assert np.count_nonzero(mask == 2) == 25 - 4 - 2
    # 4 x 5 pixels.
    assert np.count_nonzero(mask == 1) == 20
    # Points with whole coordinates within 3 of the centre: 7 + 2 (5 + 5 + 1) = 29.
    assert np.count_nonzero(mask == 255) == 29


def test_lines_become_strokes_of_five_pixels(tmp_path):
    path = outlines(tmp_path / "a.json", shape("scratch", "linestrip", (5, 10), (15, 10), (25, 10)))
    mask = read_outlines(path, width=30, height=25)
    # Rows 8 to 12 from x = 5 to 25; within 2.5 of an end, 5, 5 and 3 pixels less far out.
    assert np.flatnonzero(mask[:, 15]).tolist() == [8, 9, 10, 11, 12]
    assert np.count_nonzero(mask) == 21 * 5 + 2 * (5 + 3)


def test_the_second_point_of_a_circle_is_on_it(tmp_path):
    path = outlines(tmp_path / "a.json", shape("stain", "circle", (10, 10), (12, 13)))
    # The square of the rounded root of 2^2 + 3^2 is below 13.
    assert read_outlines(path, width=30, height=25)[13, 12] == 2


def test_with_a_single_class_every_shape_is_of_it(tmp_path):
    path = outlines(tmp_path / "a.json", shape("dent", "rectangle", (5, 5), (8, 9)))
    assert np.count_nonzero(read_outlines(path, width=30, height=25, classes="stain") == 2) == 20


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("{", r"a.json is no JSON that can be read: "),
        ("[" * 100_000, r"a.json is no JSON that can be read: "),
        (b"\xff", r"a.json is no JSON that can be read: "),
        ("[]", r"a.json is no labelme file: it has no list `shapes`"),
        ('{"shapes": 3}', r"a.json is no labelme file: it has no list `shapes`"),
        ('{"shapes": [3]}', r"a.json, shape 1 is no labelme shape"),
        ('{"shapes": [], "imageWidth": 31}', r"a.json states imageWidth 31, its image has 30 x 25"),
        ('{"shapes": [{"label": "dent"}]}', r"shape 1 has the label 'dent'; a label names scratch"),
        ('{"shapes": [{"label": 3}]}', r"shape 1 has the label 3; a label names scratch"),
        (
            '{"shapes": [{"label": "stain", "shape_type": "mask"}]}',
            r"shape 1 is a mask; shapes read are polygon, rectangle, circle, line, linestrip",
        ),
        ('{"shapes": [{"label": "stain", "shape_type": []}]}', r"points that are no pairs"),
        ('{"shapes": [{"label": "stain", "shape_type": [1]}]}', r"shape 1 is a \[1\]; shapes read"),
        (
            '{"shapes": [{"label": "stain", "points": [[1, 1], [2, 2]]}]}',
            r"shape 1 is a polygon of 2 points; it needs 3",
        ),
        ('{"shapes": [{"label": "stain", "points": [["a", 1]]}]}', r"points that are no pairs"),
        ('{"shapes": [{"label": "stain", "points": [[1e9, NaN]]}]}', r"points that are no pairs"),
        ('{"shapes": [{"label": "stain"}]}', r"points that are no pairs"),
    ],
)
def test_outlines_that_cannot_be_drawn_are_named(tmp_path, text, match):
    path = tmp_path / "a.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DatasetError, match=match):
        read_outlines(path, width=30, height=25)


def test_missing_outlines_are_named(tmp_path):
    with pytest.raises(DatasetError, match=r"cannot read .*a.json: No such file"):
        read_outlines(tmp_path / "a.json", width=30, height=25)
