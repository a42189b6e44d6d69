import pytest

from jobs.arrival.naming import NamedPart, parse_name
from jobs.errors import FileRefusedError

DEFAULT = ("{part_id}_r{row}c{col}", "{part_id}")


@pytest.mark.parametrize(
    ("stem", "patterns", "expected"),
    [
        ("A17", DEFAULT, NamedPart("A17")),
        ("A17_r1c12", DEFAULT, NamedPart("A17", row=1, column=12)),
        ("A_r2_r1c2", DEFAULT, NamedPart("A_r2", row=1, column=2)),
        ("007", DEFAULT, NamedPart("007")),
        ("NA", DEFAULT, NamedPart("NA")),
        ("$(rm -rf)'; DROP", DEFAULT, NamedPart("$(rm -rf)'; DROP")),
        ("L5-A17", ("{lot}-{part_id}",), NamedPart("A17", lot="L5")),
        ("S2 T1 A17", ("{station} {tool} {part_id}",), NamedPart("A17", station="S2", tool="T1")),
        ("a.b+A1", ("a.b+{part_id}",), NamedPart("A1")),
    ],
)
def test_a_name_is_read_by_the_first_pattern_that_fits(stem, patterns, expected):
    assert parse_name(stem, patterns) == expected


@pytest.mark.parametrize(
    ("stem", "message"),
    [
        ("A\n17", r"control character U\+000A at 2"),
        ("\x1b[2J", r"control character U\+001B"),
        ("A\u202e17", r"control character U\+202E"),
        ("a\\udcff", "bytes that are not UTF-8"),
        ("x" * 256, "has 256 characters, at most 255"),
        (" ", "fits none of"),
    ],
)
def test_a_name_that_no_part_may_have_is_refused(stem, message):
    with pytest.raises(FileRefusedError, match=message) as caught:
        parse_name(stem, DEFAULT)
    assert caught.value.reason == "BAD_NAME"


def test_a_name_that_fits_no_pattern_is_refused_with_the_patterns():
    with pytest.raises(FileRefusedError, match=r"fits none of cam-\{part_id\}"):
        parse_name("A17", ("cam-{part_id}",))
