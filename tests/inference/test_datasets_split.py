"""Training, validation and test sets: no part in two of them, and the file that keeps them."""

from collections import Counter

import cv2
import numpy as np
import pytest

from inference.datasets.dataset import Dataset, LabelledImage
from inference.datasets.split import Split, split_by_part
from inference.datasets.split_file import read_split, write_split
from inference.errors import DatasetError

NOTHING, SCRATCH, STAIN, BOTH = (), (1,), (2,), (1, 2)


@pytest.fixture
def make_dataset(tmp_path):
    """A function that writes one mask for each kind and takes (part, kind) for each item."""

    def make(*items):
        labels = {}
        for kind in (NOTHING, SCRATCH, STAIN, BOTH):
            mask = np.zeros((16, 16), dtype=np.uint8)
            mask[0, : len(kind)] = kind
            labels[kind] = tmp_path / f"{kind}.png"
            labels[kind].write_bytes(cv2.imencode(".png", mask)[1].tobytes())
        return Dataset(
            tmp_path,
            "tagged",
            tuple(
                LabelledImage(f"{number:03d}", part, tmp_path / "none.png", labels[kind])
                for number, (part, kind) in enumerate(items)
            ),
        )

    return make


def parts_of(dataset, names):
    return {item.part for item in dataset.select(names)}


@pytest.mark.parametrize("seed", range(5))
def test_tiles_of_one_part_are_never_separated(make_dataset, seed):
    # Parts of 1 to 6 tiles.
    dataset = make_dataset(*((f"P{n}", SCRATCH) for n in range(40) for _ in range(1 + n % 6)))
    split = split_by_part(dataset, seed=seed)
    sets = [parts_of(dataset, names) for names in split.by_set().values()]
    assert set.union(*sets) == {f"P{n}" for n in range(40)}
    assert sum(map(len, sets)) == 40
    assert sorted(split.train + split.validation + split.test) == [
        item.name for item in dataset.items
    ]
    # No set is off its share by more than the largest part.
    for names, share in zip(split.by_set().values(), (0.70, 0.15, 0.15), strict=True):
        assert abs(len(names) - share * len(dataset.items)) <= 6


def test_each_set_has_its_share_of_each_kind_of_part(make_dataset):
    kinds = [NOTHING] * 100 + [SCRATCH] * 40 + [STAIN] * 40 + [BOTH] * 20
    dataset = make_dataset(*((f"P{n}", kind) for n, kind in enumerate(kinds)))
    split = split_by_part(dataset, seed=3)
    assert [len(names) for names in split.by_set().values()] == [140, 30, 30]
    for names, share in zip(split.by_set().values(), (0.70, 0.15, 0.15), strict=True):
        count = Counter(kinds[int(name)] for name in names)
        for kind, n in Counter(kinds).items():
            assert abs(count[kind] - share * n) <= 1


def test_a_part_is_equally_likely_to_be_held_out_wherever_it_stands(make_dataset):
    dataset = make_dataset(*((f"P{n:02d}", SCRATCH) for n in range(20)))
    first = sum("000" in split_by_part(dataset, seed=seed).train for seed in range(400))
    # 400 draws at .70: standard error .023 x 400 = 9.2; four of them.
    assert abs(first - 280) < 37


def test_the_same_seed_gives_the_same_split_and_another_seed_another(make_dataset):
    dataset = make_dataset(*((f"P{n}", STAIN) for n in range(30)))
    assert split_by_part(dataset, seed=1) == split_by_part(dataset, seed=1)
    assert split_by_part(dataset, seed=1) != split_by_part(dataset, seed=2)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_no_set_is_empty_where_the_parts_suffice(make_dataset, n):
    dataset = make_dataset(*((f"P{number}", STAIN) for number in range(n)))
    assert all(split_by_part(dataset, seed=0).by_set().values())


def test_a_set_without_a_share_gets_nothing(make_dataset):
    dataset = make_dataset(*((f"P{number}", STAIN) for number in range(2)))
    split = split_by_part(dataset, seed=0, shares=(0.5, 0.5, 0.0))
    assert [len(names) for names in split.by_set().values()] == [1, 1, 0]


def test_too_few_parts_are_refused(make_dataset):
    dataset = make_dataset(("P0", STAIN), ("P0", STAIN), ("P1", STAIN))
    with pytest.raises(DatasetError, match="shows 2 parts; 3 sets that share no part need at"):
        split_by_part(dataset, seed=0)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"seed": -1}, "seed must be at least 0, but got -1"),
        ({"seed": 0, "shares": (0.7, 0.2, 0.2)}, "three numbers from 0 with the sum 1, but got"),
        ({"seed": 0, "shares": (1.2, -0.1, -0.1)}, "three numbers from 0 with the sum 1, but got"),
    ],
)
def test_options_out_of_range_are_refused(make_dataset, options, match):
    with pytest.raises(DatasetError, match=match):
        split_by_part(make_dataset(("P0", STAIN)), **options)


def test_a_split_is_written_and_read_again(make_dataset, tmp_path):
    dataset = make_dataset(*((f"P{n // 2}", SCRATCH) for n in range(12)))
    split = split_by_part(dataset, seed=4)
    write_split(tmp_path / "split.csv", split, dataset)
    assert read_split(tmp_path / "split.csv", dataset) == split
    assert [path.name for path in tmp_path.glob("split*")] == ["split.csv"]
    lines = (tmp_path / "split.csv").read_text().splitlines()
    assert lines[0] == "name,part,split"
    assert lines[1].startswith("000,P0,")


def test_a_split_of_other_images_is_not_written(make_dataset, tmp_path):
    dataset = make_dataset(("P0", STAIN), ("P1", STAIN))
    for split in (Split(("000",), (), ()), Split(("000", "001"), ("001",), ())):
        with pytest.raises(DatasetError, match="does not hold each of the 2 images of"):
            write_split(tmp_path / "split.csv", split, dataset)
    assert not (tmp_path / "split.csv").exists()


def test_a_place_that_cannot_be_written_is_named(make_dataset, tmp_path):
    dataset = make_dataset(("P0", STAIN))
    with pytest.raises(DatasetError, match=r"cannot write .*absent/split.csv: No such file"):
        write_split(tmp_path / "absent" / "split.csv", Split(("000",), (), ()), dataset)


def test_file_names_and_short_words_are_understood(make_dataset, tmp_path):
    dataset = make_dataset(("P0", STAIN), ("P1", STAIN), ("P2", STAIN))
    path = tmp_path / "split.csv"
    path.write_text("file,split\n001.png,val\n000_image.png,Train\n002,test\n")
    assert read_split(path, dataset) == Split(("000",), ("001",), ("002",))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("name,split\n000,train\n009,test\n", r"line 3: .* has no image named 009"),
        ("name,split\n000,train\n", r"leaves out 2 of the 3 images of .*: 001, 002; make a new"),
        ("name,split\n000,later\n", r"line 2: the split is 'later'; it must be train, validation"),
        ("name,part\n000,P0\n", r"line 2: the split is None; it must be train, validation or"),
        ("name,split\n000,train\n001,test\n002,test\n", r"line 3: part P0 is in train and in test"),
        (
            "name,part,split\n000,A,train\n001,A,train\n002,A,test\n",
            r"line 4: part A is in train and in test; images of one part belong to one set",
        ),
        ("name,split\n000,train\n000,test\n", r"line 3: 000 is named twice"),
    ],
)
def test_a_split_file_that_does_not_fit_is_refused(make_dataset, tmp_path, text, match):
    dataset = make_dataset(("P0", STAIN), ("P0", STAIN), ("P1", STAIN))
    (tmp_path / "split.csv").write_text(text)
    with pytest.raises(DatasetError, match=match):
        read_split(tmp_path / "split.csv", dataset)


def test_a_missing_split_file_is_named(make_dataset, tmp_path):
    with pytest.raises(DatasetError, match=r"cannot read .*absent.csv: No such file"):
        read_split(tmp_path / "absent.csv", make_dataset(("P0", STAIN)))
