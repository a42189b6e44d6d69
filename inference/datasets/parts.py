"""Which part an image shows: by a table beside the images, else by the image's name."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inference.datasets.files import IMAGE_SUFFIXES, bare_name
from inference.errors import DatasetError

_TILE: Final = re.compile(r"(?P<part>.+)_r(?P<row>\d{1,4})c(?P<column>\d{1,4})")
_TABLES: Final = ("split.csv", "pairs.csv")
_NAME_COLUMNS: Final = ("name", "file", "pair", "image")
_PART_COLUMNS: Final = ("part", "part_id", "tile_group")


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of an image within the grid of images of one part."""

    part: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV table about images: the rows by image name, with their numbers in the file.

    Attributes
    ----------
    path
        The file.
    rows
        Line number, name of the image, and the row's cells by column.
    part_column
        The column that tells the part; None where there is none.

    """

    path: Path
    rows: tuple[tuple[int, str, dict[str, str]], ...]
    part_column: str | None


def tile_of(name: str) -> Tile | None:
    """The tile that an image's name tells, PART_rROWcCOLUMN; None for other names.

    Examples
    --------
    >>> tile_of("A17_r1c2")
    Tile(part='A17', row=1, column=2)
    >>> tile_of("A17") is None
    True

    """
    match = _TILE.fullmatch(name)
    return None if match is None else Tile(match["part"], int(match["row"]), int(match["column"]))


def part_of(name: str) -> str:
    """The part that an image's name tells: what stands before the tile, else the name itself.

    Examples
    --------
    >>> part_of("A17_r1c2"), part_of("0007")
    ('A17', '0007')

    """
    tile = tile_of(name)
    return name if tile is None else tile.part


def parts_beside(folder: Path) -> dict[str, str]:
    """Parts by image name from `split.csv` or `pairs.csv` in the folder; empty where none tells.

    Raises
    ------
    DatasetError
        A table cannot be read, or names an image twice.

    """
    for file_name in _TABLES:
        if (folder / file_name).is_file():
            table = read_table(folder / file_name)
            if (column := table.part_column) is not None:
                return {name: row[column] for _, name, row in table.rows if row[column]}
    return {}


def read_table(path: Path) -> Table:
    """Read a CSV with a column `name`, `file`, `pair` or `image`; the first of these is the name.

    Raises
    ------
    DatasetError
        The file cannot be read, has no such column, a row of another length, or two rows of one
        image.

    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            columns = tuple(reader.fieldnames or ())
            lines = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise DatasetError(f"cannot read {path}: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} is no CSV table that can be read: {error}") from error
    name_column = _first_of(_NAME_COLUMNS, columns)
    if name_column is None:
        raise DatasetError(
            f"{path} has the columns {', '.join(columns) or 'none'}; "
            f"the image's name is needed in one of {', '.join(_NAME_COLUMNS)}"
        )
    rows = []
    seen: set[str] = set()
    for number, row in lines:
        if None in row or None in row.values():
            raise DatasetError(f"{path}, line {number}: the row does not have {len(columns)} cells")
        name = _item_name(row[name_column])
        if name in seen:
            raise DatasetError(f"{path}, line {number}: {name} is named twice")
        seen.add(name)
        rows.append((number, name, row))
    return Table(path, tuple(rows), _first_of(_PART_COLUMNS, columns))


def _item_name(cell: str) -> str:
    """An item's name from a cell that may hold a file name."""
    name = cell.strip()
    suffix = Path(name).suffix.lower()
    return bare_name(name[: -len(suffix)] if suffix in IMAGE_SUFFIXES else name)


def _first_of(wanted: tuple[str, ...], columns: tuple[str, ...]) -> str | None:
    return next((column for column in wanted if column in columns), None)
