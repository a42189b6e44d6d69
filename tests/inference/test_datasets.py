"""Layouts of labelled folders, and what is refused in them."""

import cv2
import numpy as np
import pytest

from inference.datasets.dataset import Dataset, LabelledImage
from inference.datasets.loading import load
from inference.datasets.reading import read_dataset
from inference.errors import DatasetError
from inference.rendering.writing import write_renders

SQUARE = '{"shapes": [{"label": "stain", "points": [[2, 2], [6, 2], [6, 6], [2, 6]]}]}'


def write(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, array)[1].tobytes())
    return path


def picture(height=20, width=24):
    return np.full((height, width, 3), 90, dtype=np.uint8)


def mask(*values, height=20, width=24):
    """A mask whose first pixels have these values."""
    made = np.zeros((height, width), dtype=np.uint8)
    made[0, : len(values)] = values
    return made


def names(dataset: Dataset):
    return [item.name for item in dataset.items]


def test_images_and_masks_in_two_folders_are_read(tmp_path):
    for name in ("b", "a"):
        write(tmp_path / "images" / f"{name}.jpg", picture())
        write(tmp_path / "masks" / f"{name}.png", mask(1, 2, 255))
    dataset = read_dataset(tmp_path)
    assert (dataset.layout, names(dataset)) == ("images+masks", ["a", "b"])
    assert dataset.items[0] == LabelledImage(
        "a", "a", tmp_path / "images" / "a.jpg", tmp_path / "masks" / "a.png"
    )
    pixels, values = load(dataset.items[0])
    assert (pixels.shape, pixels.dtype) == ((20, 24, 3), np.uint8)
    assert np.array_equal(values, mask(1, 2, 255))


def test_tagged_images_and_masks_in_one_folder_are_read(tmp_path):
    for name in ("00", "01"):
        write(tmp_path / f"{name}_image.png", picture())
        write(tmp_path / f"{name}_mask.png", mask(1))
    (tmp_path / ".hidden.png").write_bytes(b"")
    dataset = read_dataset(tmp_path)
    assert (dataset.layout, names(dataset)) == ("tagged", ["00", "01"])


def test_label_pictures_of_the_public_layout_win_over_its_outlines(tmp_path):
    write(tmp_path / "images" / "0001.bmp", picture())
    write(tmp_path / "labels" / "0001.png", mask(1))
    (tmp_path / "jsons").mkdir()
    (tmp_path / "jsons" / "0001.json").write_text(SQUARE)
    write(tmp_path / "jsons" / "0001_json" / "img.png", picture())
    write(tmp_path / "jsons" / "0001_json" / "label.png", mask(2))
    dataset = read_dataset(tmp_path)
    assert dataset.layout == "images+labels"
    assert np.array_equal(load(dataset.items[0])[1], mask(1))
    # The folder of exports can be read by its own name.
    exports = read_dataset(tmp_path / "jsons")
    assert (exports.layout, names(exports)) == ("jsons", ["0001"])
    assert np.array_equal(load(exports.items[0])[1], mask(2))


def test_outlines_are_drawn_where_no_label_picture_is(tmp_path):
    write(tmp_path / "images" / "0001.bmp", picture())
    (tmp_path / "jsons").mkdir()
    (tmp_path / "jsons" / "0001.json").write_text(SQUARE)
    dataset = read_dataset(tmp_path)
    assert dataset.layout == "outlines"
    drawn = load(dataset.items[0])[1]
    # From 2 to 6 in both directions: 5 x 5 pixels.
    assert np.count_nonzero(drawn == 2) == 25
    assert drawn[2, 2] == drawn[6, 6] == 2


def test_a_rendered_folder_is_read_in_both_its_layouts(tmp_path):
    write_renders(tmp_path, 3, 5)
    plain, exported = read_dataset(tmp_path), read_dataset(tmp_path / "jsons")
    assert (plain.layout, exported.layout) == ("images+masks", "jsons")
    assert names(plain) == names(exported) == ["0000", "0001", "0002"]
    for one, other in zip(plain.items, exported.items, strict=True):
        assert all(map(np.array_equal, load(one), load(other)))


def test_tiles_belong_to_the_part_in_their_name(tmp_path):
    for name in ("A17_r0c0", "A17_r0c1", "B2"):
        write(tmp_path / f"{name}_image.png", picture())
        write(tmp_path / f"{name}_mask.png", mask(1))
    assert [item.part for item in read_dataset(tmp_path).items] == ["A17", "A17", "B2"]


@pytest.mark.parametrize(
    ("file_name", "table"),
    [
        ("split.csv", "file,tile_group,split\na.png,7,train\nb.png,7,val\n"),
        ("pairs.csv", "pair,image,part\na,x.png,7\nb,y.png,7\n"),
    ],
)
def test_parts_come_from_a_table_beside_the_images(tmp_path, file_name, table):
    for name in ("a", "b", "c"):
        write(tmp_path / f"{name}_image.png", picture())
        write(tmp_path / f"{name}_mask.png", mask(1))
    (tmp_path / file_name).write_text(table)
    assert [item.part for item in read_dataset(tmp_path).items] == ["7", "7", "c"]


def test_masks_of_0_and_255_must_be_told(tmp_path):
    write(tmp_path / "images" / "a.png", picture())
    write(tmp_path / "masks" / "a.png", mask(255, 255))
    with pytest.raises(DatasetError, match=r"hold only 0 and 255, .* by the option classes: "):
        read_dataset(tmp_path)
    for classes, value in (("scratch", 1), ("stain", 2), ("three", 255)):
        (item,) = read_dataset(tmp_path, classes=classes).items
        assert np.array_equal(load(item)[1], mask(value, value))


def test_one_mask_with_a_class_tells_the_meaning_of_255(tmp_path):
    for name, values in (("a", (255,)), ("b", (0,)), ("c", (2, 255))):
        write(tmp_path / "images" / f"{name}.png", picture())
        write(tmp_path / "masks" / f"{name}.png", mask(*values))
    assert [item.classes for item in read_dataset(tmp_path).items] == ["three"] * 3


def test_masks_without_any_mark_need_no_telling(tmp_path):
    write(tmp_path / "images" / "a.png", picture())
    write(tmp_path / "masks" / "a.png", mask())
    assert len(read_dataset(tmp_path).items) == 1


def test_unknown_classes_are_refused(tmp_path):
    with pytest.raises(DatasetError, match="one of three, scratch, stain, but got 'both'"):
        read_dataset(tmp_path, classes="both")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"no folder .*absent"):
        read_dataset(tmp_path / "absent")


def test_a_folder_of_no_known_layout_is_told_the_layouts(tmp_path):
    write(tmp_path / "a.png", picture())
    with pytest.raises(DatasetError, match=r"holds no labelled images: a data set is images/ with"):
        read_dataset(tmp_path)


def test_a_folder_without_images_is_named(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "masks").mkdir()
    with pytest.raises(DatasetError, match=r"images holds no image \(.png, .jpg, .bmp\)"):
        read_dataset(tmp_path)


def test_images_without_a_label_are_counted_and_named(tmp_path):
    for name in "abcdef":
        write(tmp_path / "images" / f"{name}.png", picture())
    write(tmp_path / "masks" / "a.png", mask(1))
    match = r"5 of 6 images have no label in .*masks: b.png, c.png, d.png and 2 more; label them"
    with pytest.raises(DatasetError, match=match):
        read_dataset(tmp_path)


def test_labels_without_an_image_are_counted_and_named(tmp_path):
    write(tmp_path / "images" / "a.png", picture())
    for name in "ab":
        write(tmp_path / "masks" / f"{name}.png", mask(1))
    with pytest.raises(DatasetError, match=r"1 of 2 labels in .*masks have no image: b.png"):
        read_dataset(tmp_path)


@pytest.mark.parametrize("wanted", ["img.png", "label.png"])
def test_an_export_without_one_of_its_files_is_named(tmp_path, wanted):
    for name in ("0001", "0002"):
        write(tmp_path / f"{name}_json" / "img.png", picture())
        write(tmp_path / f"{name}_json" / "label.png", mask(1))
    (tmp_path / "0002_json" / wanted).unlink()
    with pytest.raises(DatasetError, match=rf"1 of 2 folders in .* have no {wanted}: 0002_json"):
        read_dataset(tmp_path)


def test_two_files_of_one_name_are_refused(tmp_path):
    for suffix in ("png", "bmp"):
        write(tmp_path / "images" / f"a.{suffix}", picture())
    write(tmp_path / "masks" / "a.png", mask(1))
    with pytest.raises(DatasetError, match=r"a.bmp and .*a.png have the same name, a; remove or"):
        read_dataset(tmp_path)


def test_a_jpeg_is_no_mask(tmp_path):
    write(tmp_path / "images" / "a.png", picture())
    write(tmp_path / "masks" / "a.jpg", mask(1))
    with pytest.raises(DatasetError, match=r"a.jpg is a JPEG, which does not keep a mask's values"):
        read_dataset(tmp_path)


def test_sizes_must_agree(tmp_path):
    write(tmp_path / "images" / "a.png", picture(20, 24))
    write(tmp_path / "masks" / "a.png", mask(1, height=24, width=20))
    (item,) = read_dataset(tmp_path).items
    with pytest.raises(DatasetError, match=r"a.png has 20 x 24 pixels, its image 24 x 20"):
        load(item)


def test_a_damaged_image_is_named(tmp_path):
    image = write(tmp_path / "images" / "a.png", picture())
    write(tmp_path / "masks" / "a.png", mask(1))
    image.write_bytes(image.read_bytes()[:-20])
    (item,) = read_dataset(tmp_path).items
    with pytest.raises(DatasetError, match=r"images/a.png: "):
        load(item)
    image.unlink()
    with pytest.raises(DatasetError, match=r"cannot read .*images/a.png: No such file"):
        load(item)


@pytest.mark.parametrize(
    ("table", "match"),
    [
        ("name,part\na,1\na,2\n", r"split.csv, line 3: a is named twice"),
        ("stem,part\na,1\n", r"split.csv has the columns stem, part; the image's name is needed"),
        ("name,part\na\n", r"split.csv, line 2: the row does not have 2 cells"),
        ('name,part\n"a,1\n', r"split.csv is no CSV table that can be read: "),
        ("", r"split.csv has the columns none"),
    ],
)
def test_a_table_of_parts_that_cannot_be_read_is_named(tmp_path, table, match):
    write(tmp_path / "a_image.png", picture())
    write(tmp_path / "a_mask.png", mask(1))
    (tmp_path / "split.csv").write_text(table)
    with pytest.raises(DatasetError, match=match):
        read_dataset(tmp_path)


def test_items_are_chosen_by_name():
    items = tuple(LabelledImage(name, name, None, None) for name in "abc")
    dataset = Dataset("folder", "tagged", items)
    assert dataset.select(["c", "a"]) == (items[0], items[2])
    with pytest.raises(DatasetError, match="folder has no image named z"):
        dataset.select(["a", "z"])
