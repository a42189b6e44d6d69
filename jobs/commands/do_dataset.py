"""`blemish dataset`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from inference.datasets.contents import QUANTILES, Contents, contents_of
from inference.datasets.dataset import LABEL_CLASSES, Dataset
from inference.datasets.facts import ImageFacts
from inference.datasets.reading import read_dataset
from inference.datasets.report import DataReport, data_report, read_facts
from inference.datasets.split import Split, split_by_part
from inference.datasets.split_file import read_split, write_split
from inference.datasets.suspicion import KINDS
from jobs.commands.output import print_json, print_table, show
from jobs.console_progress import console_progress
from jobs.errors import InputError

SHOWN_SUSPICIONS = 40
SHOWN_SIZES = 5


def run(
    folder: Path, *, split_file: Path | None, seed: int | None, classes: str | None, as_json: bool
) -> int:
    """Report on a data set, and make or check its split."""
    _refuse_useless_seed(split_file, seed)
    declared = next((each for each in LABEL_CLASSES if each == classes), None)
    if classes is not None and declared is None:
        raise InputError(f"--classes is {classes}; it must be one of {', '.join(LABEL_CLASSES)}")
    dataset = read_dataset(folder, classes=declared)
    with console_progress() as progress:
        facts = read_facts(dataset, lambda done, total: progress("reading", done, total))
    report = data_report(dataset, facts)
    sets: dict[str, Contents | None] = {}
    written = split_file is not None and not split_file.exists()
    if split_file is not None:
        split = _split(dataset, split_file, seed or 0)
        sets = _contents_by_set(split, facts)
    if as_json:
        _print_json(report, split_file, sets)
    else:
        _print(report, sets)
        if split_file is not None:
            show(f"The split {'was written to' if written else 'was read from'} {split_file}")
    return 0


def _refuse_useless_seed(split_file: Path | None, seed: int | None) -> None:
    if seed is not None and split_file is None:
        raise InputError("--seed is that of a split: name its file with --split")
    if seed is not None and split_file is not None and split_file.exists():
        raise InputError(
            f"{split_file} is there already: a split in use is kept; leave --seed out to check it, "
            "or name another file"
        )


def _split(dataset: Dataset, split_file: Path, seed: int) -> Split:
    if split_file.exists():
        return read_split(split_file, dataset)
    split = split_by_part(dataset, seed=seed)
    write_split(split_file, split, dataset)
    return split


def _contents_by_set(split: Split, facts: Sequence[ImageFacts]) -> dict[str, Contents | None]:
    """What each set holds; None for a set without images."""
    by_name = {image.name: image for image in facts}
    return {
        word: contents_of([by_name[name] for name in names]) if names else None
        for word, names in split.by_set().items()
    }


def _print_json(
    report: DataReport, split_file: Path | None, sets: dict[str, Contents | None]
) -> None:
    split = None
    if split_file is not None:
        split = {"file": str(split_file)} | {
            word: None if contents is None else asdict(contents) for word, contents in sets.items()
        }
    print_json(report.to_dict() | {"split": split})


def _print(report: DataReport, sets: dict[str, Contents | None]) -> None:
    contents = report.contents
    show(f"{contents.images} images of {contents.parts} parts in {report.folder} ({report.layout})")
    shown = contents.sizes[:SHOWN_SIZES]
    more = len(contents.sizes) - len(shown)
    show(
        "sizes: "
        + ", ".join(f"{size.images} of {size.width} x {size.height}" for size in shown)
        + (f" and {more} other sizes" if more else "")
    )
    print_table(
        ("class", "% of pixels", "images", "objects", *(f"area px {each} %" for each in QUANTILES)),
        _class_rows(contents),
    )
    print_table(("images with", "n"), list(contents.images_with.items()))
    show(f"left out of every score (255): {contents.ignored_share:.2%} of the pixels")
    if sets:
        print_table(
            ("set", "images", "parts", "with scratch", "with stain", "scratches", "stains"),
            [_set_row(word, each) for word, each in sets.items()],
        )
    _print_suspicions(report)


def _class_rows(contents: Contents) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for name, objects in contents.classes.items():
        share = None if contents.pixel_share is None else 100 * contents.pixel_share[name]
        quantiles = objects.area_px or {}
        rows.append(
            (
                name,
                share,
                objects.images,
                objects.objects,
                *(quantiles.get(str(each)) for each in QUANTILES),
            )
        )
    return rows


def _set_row(word: str, contents: Contents | None) -> tuple[object, ...]:
    if contents is None:
        return (word, *[0] * 6)
    scratch, stain = contents.classes["scratch"], contents.classes["stain"]
    return (
        word,
        contents.images,
        contents.parts,
        scratch.images,
        stain.images,
        scratch.objects,
        stain.objects,
    )


def _print_suspicions(report: DataReport) -> None:
    """How many of each kind; those with something to look at one by one."""
    counts = Counter(each.kind for each in report.suspicions)
    print_table(
        ("suspicious labels", "n", "means"),
        [(kind, counts[kind], meaning) for kind, meaning in KINDS.items()],
    )
    if report.seams:
        show(f"borders between neighbouring tiles: {report.seams}")
    named = [each for each in report.suspicions if each.kind != "empty"]
    if named:
        print_table(
            ("label", "x", "y", "kind", "what"),
            [
                (report.labels[each.name], each.x, each.y, each.kind, each.detail)
                for each in named[:SHOWN_SUSPICIONS]
            ],
        )
    if len(named) > SHOWN_SUSPICIONS:
        show(f"and {len(named) - SHOWN_SUSPICIONS} more; --json lists all")
