"""A split as a CSV file, so that the same images are held out next year."""

import csv
import io
from pathlib import Path
from typing import Final

from inference.datasets.dataset import Dataset
from inference.datasets.files import listed
from inference.datasets.parts import read_table
from inference.datasets.split import Split
from inference.errors import DatasetError

_SETS: Final = {
    "train": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
}


def write_split(path: Path, split: Split, dataset: Dataset) -> None:
    """Write a split as `name,part,split`, one row an image; the file is whole or not there.

    Raises
    ------
    DatasetError
        The split does not hold each image of the data set exactly once, or the file cannot be
        written.

    """
    chosen: dict[str, str] = {}
    for word, names in split.by_set().items():
        chosen |= dict.fromkeys(names, word)
    count = len(split.train) + len(split.validation) + len(split.test)
    if count != len(chosen) or chosen.keys() != {item.name for item in dataset.items}:
        raise DatasetError(
            f"the split does not hold each of the {len(dataset.items)} images of {dataset.folder} "
            "exactly once"
        )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "part", "split"))
    writer.writerows((item.name, item.part, chosen[item.name]) for item in dataset.items)
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        unfinished.write_text(text.getvalue(), "utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise DatasetError(f"cannot write {path}: {error.strerror}") from error


def read_split(path: Path, dataset: Dataset) -> Split:
    """Read a split file and hold it against the data set.

    Parameters
    ----------
    path
        CSV with a column `name` (or `file`, `pair`, `image`), a column `split` with the words
        train, validation (or val) and test, and, if there is one, a column `part`.

    Raises
    ------
    DatasetError
        The file cannot be read, names an image that the data set does not have, leaves one out, or
        has images of one part in two sets.

    """
    table = read_table(path)
    known = {item.name: item.part for item in dataset.items}
    chosen: dict[str, str] = {}
    sets_of: dict[tuple[str, str], str] = {}
    for line, name, row in table.rows:
        word = _SETS.get(row.get("split", "").strip().lower())
        if word is None:
            raise DatasetError(
                f"{path}, line {line}: the split is {row.get('split')!r}; "
                "it must be train, validation or test"
            )
        if name not in known:
            raise DatasetError(f"{path}, line {line}: {dataset.folder} has no image named {name}")
        chosen[name] = word
        told = row[table.part_column] if table.part_column else ""
        # The file may number parts in another way than the data set: neither may be separated.
        for source, part in (("data set", known[name]), ("file", told)):
            if part and sets_of.setdefault((source, part), word) != word:
                raise DatasetError(
                    f"{path}, line {line}: part {part} is in {sets_of[source, part]} and in "
                    f"{word}; images of one part belong to one set"
                )
    if missing := sorted(known.keys() - chosen.keys()):
        raise DatasetError(
            f"{path} leaves out {len(missing)} of the {len(known)} images of {dataset.folder}: "
            f"{listed(missing)}; make a new split"
        )
    train, validation, test = (
        tuple(item.name for item in dataset.items if chosen[item.name] == word)
        for word in ("train", "validation", "test")
    )
    return Split(train, validation, test)
