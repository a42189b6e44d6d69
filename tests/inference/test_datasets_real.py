"""The real labelled images beside the repository: their tables were made by other programs."""

import csv

import pytest

from inference.datasets.contents import contents_of
from inference.datasets.reading import read_dataset
from inference.datasets.report import data_report, read_facts
from inference.datasets.split import split_by_part
from inference.datasets.split_file import read_split

pytestmark = pytest.mark.real_data


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_report_on_the_real_pairs_agrees_with_their_table(shared_data):
    folder = shared_data / "heat_sink" / "real_pairs"
    dataset = read_dataset(folder)
    rows = table(folder / "pairs.csv")
    assert dataset.layout == "tagged"
    assert [item.name for item in dataset.items] == [row["pair"] for row in rows]
    facts = read_facts(dataset)
    contents = data_report(dataset, facts).contents
    assert contents.classes["stain"].objects == sum(int(row["stain_count"]) for row in rows)
    # The table leaves out three specks of scratch; the report calls them tiny.
    specks = [each for image in facts for each in image.suspicions if each.kind == "tiny"]
    scratches = sum(int(row["scratch_count"]) for row in rows)
    assert len(specks) == 3
    assert contents.classes["scratch"].objects == scratches + len(specks)
    for image, row in zip(facts, rows, strict=True):
        share = 100 * image.pixels[2] / (image.width * image.height)
        assert share == pytest.approx(float(row["stain_area_pct"]), abs=0.00501)


@pytest.fixture(scope="module")
def tiles(shared_data):
    return read_dataset(shared_data / "magnetic_tile")


def test_the_report_on_the_magnetic_tiles_agrees_with_their_table(tiles):
    rows = {row["file"].removesuffix(".png"): row for row in table(tiles.folder / "split.csv")}
    facts = read_facts(tiles)
    assert contents_of(facts).images == len(rows) == 544
    for image in facts:
        row = rows[image.name]
        assert image.part == row["tile_group"]
        assert (image.width, image.height) == (int(row["width"]), int(row["height"]))
        for value, column in ((1, "line_pct"), (2, "blob_pct")):
            share = 100 * image.pixels[value] / (image.width * image.height)
            assert share == pytest.approx(float(row[column]), abs=0.000501)


def test_the_split_of_the_magnetic_tiles_is_read_as_it_is(tiles):
    split = read_split(tiles.folder / "split.csv", tiles)
    assert [len(names) for names in split.by_set().values()] == [455, 89, 0]


def test_a_new_split_of_the_magnetic_tiles_keeps_their_groups_together(tiles):
    split = split_by_part(tiles, seed=0)
    sets = [{item.part for item in tiles.select(names)} for names in split.by_set().values()]
    assert sum(map(len, sets)) == len(set.union(*sets)) == 171
    # The largest group has 12 images.
    for names, share in zip(split.by_set().values(), (0.70, 0.15, 0.15), strict=True):
        assert abs(len(names) - share * 544) <= 12
