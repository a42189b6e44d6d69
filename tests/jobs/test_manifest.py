from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from jobs.arrival.manifest import parse_manifest
from jobs.arrival.manifest_paths import image_path
from jobs.arrival.manifest_time import parse_time
from jobs.configuration.inbox_sections import ColumnSettings, ManifestLimits
from jobs.errors import ManifestError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HEAD = "part_id,image,captured_at,lot,station"
ROW = "A1,A1.png,2026-02-01T10:00:00Z,L1,S1"


def read(text, *, path="m.csv", columns=None, limits=None):
    data = text if isinstance(text, bytes) else text.encode()
    return parse_manifest(data, path, zone=BERLIN, now=NOW, columns=columns, limits=limits)


def reasons(text):
    return [(rejected.row, rejected.reason) for rejected in read(text).rejected]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_found_and_stated(encoding, delimiter):
    text = f"{HEAD}\n{ROW.replace('L1', 'Süd')}\n".replace(",", delimiter)
    manifest = read(text.encode(encoding))
    assert manifest.encoding == encoding
    assert manifest.delimiter == delimiter
    assert manifest.rows[0].lot == "Süd"


@pytest.mark.parametrize(
    "part_id", ["NA", "null", "NaN", "007", "1E5", "9007199254740993", "TRUE", " x "]
)
def test_an_id_is_text_byte_for_byte(part_id):
    assert read(f"{HEAD}\n{ROW.replace('A1,', part_id + ',')}\n").rows[0].part_id == part_id


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfeA", "marked as utf-16, but it is not"),
        (f"{HEAD}\n{ROW}\n".encode("utf-16-le"), "it has NUL characters"),
        (b"A1,A1.png,2026-02-01T10:00:00Z,L1,S1\n", "no column 'part_id'"),
        (
            b"part_id,image,captured_at,lot\n",
            "no column 'station' in the first line, read as utf-8",
        ),
        (b"part_id,part_id,image,captured_at,lot,station\n", "'part_id' stands twice"),
        # 0x81 stands for nothing in Windows-1252.
        (b"part_id\x81\n", "neither UTF-8 nor Windows-1252: byte 0x81 at 7"),
        (f"{HEAD},view,view\n".encode(), "the column 'view' stands twice"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused_as_a_whole(data, message):
    with pytest.raises(ManifestError, match=message) as caught:
        read(data)
    assert caught.value.reason == "BAD_FORMAT"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEAD}\n" + "x\n" * 200_001, "more than 200000 rows"),
        (",".join(["x"] * 20_000) + "\n", "20000 columns; the limit is 200"),
        (
            f"{HEAD},{'x' * 70_000}\n{ROW},\n",
            "a first line of 70039 characters; the limit is 65536",
        ),
    ],
)
def test_a_file_beyond_a_stated_limit_is_refused(text, message):
    with pytest.raises(ManifestError, match=message) as caught:
        read(text)
    assert caught.value.reason == "TOO_LARGE"


def test_limits_come_from_the_settings():
    with pytest.raises(ManifestError, match="more than 1 rows"):
        read(f"{HEAD}\n{ROW}\n{ROW}\n", limits=ManifestLimits(max_rows=1))


def test_a_line_beyond_the_limit_costs_itself_only():
    manifest = read(f"{HEAD}\n{'x' * 70_000}\n{ROW}\n")
    assert [row.part_id for row in manifest.rows] == ["A1"]
    assert [each.reason for each in manifest.rejected] == [
        "a line of 70001 characters; the limit is 65536"
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('A2,"A2.png,2026-02-01T10:00:00Z,L1,S1', "a quote does not close on its line"),
        ('A2,"A2.png"x,2026-02-01T10:00:00Z,L1,S1', "',' expected after '\"'"),
    ],
)
def test_a_quote_that_is_wrong_costs_its_own_line(bad, reason):
    rows = [ROW, bad, ROW.replace("A1", "A3"), ROW.replace("A1", "A4")]
    manifest = read("\n".join([HEAD, *rows, ""]))
    assert [row.part_id for row in manifest.rows] == ["A1", "A3", "A4"]
    assert [(each.row, each.reason) for each in manifest.rejected] == [(3, reason)]


def test_the_rest_of_a_text_that_was_cut_is_no_row():
    # The second line has as many fields as the first, and a quote that belongs to the line before.
    manifest = read(f'{HEAD}\n"A1\n7",A7.png,2026-02-01T10:00:00Z,L1,S1,more\n{ROW}\n')
    assert [row.part_id for row in manifest.rows] == ["A1"]
    assert [each.row for each in manifest.rejected] == [2, 3]


def test_a_text_of_several_lines_in_a_column_of_others_is_no_matter():
    manifest = read(f'{HEAD},remark\n{ROW},"two\nlines"\n{ROW.replace("A1", "A2")},\n')
    assert [(row.row, row.part_id) for row in manifest.rows] == [(2, "A1"), (3, "A2")]


def test_a_byte_that_is_not_utf_8_costs_its_own_row():
    good, bad = ROW.replace("L1", "Süd"), ROW.replace("A1", "A2").replace("L1", "S\udcfcd")
    manifest = read(f"{HEAD}\n{good}\n{bad}\n".encode("utf-8", "surrogateescape"))
    assert (manifest.encoding, manifest.rows[0].lot) == ("utf-8", "Süd")
    assert manifest.rejected[0].reason == "the byte 0xFC is not UTF-8"


def test_empty_rows_say_nothing():
    manifest = read(f"{HEAD}\n\n,,,,\n{ROW}\n , ,,,\n")
    assert ([row.row for row in manifest.rows], manifest.rejected) == ([4], ())


def test_the_hash_of_a_sender_is_read_in_either_case():
    digest = "0123456789ABCDEF" * 4
    row = read(f"{HEAD},sha256\n{ROW},{digest}\n").rows[0]
    assert row.sha256 == digest.lower()
    assert read(f"{HEAD},sha256\n{ROW},\n").rows[0].sha256 is None


def test_a_bad_row_is_rejected_with_its_number_and_the_others_are_taken():
    rows = [
        ROW,
        "A2,A2.png,2026-02-01T10:00:00Z,L1",
        "A3,A3.png,2026-02-01T10:00:00Z,L1,S1,more",
        ",A4.png,2026-02-01T10:00:00Z,L1,S1",
        "A5,../../etc/passwd,2026-02-01T10:00:00Z,L1,S1",
        "A6,A6.png,yesterday,L1,S1",
        '"A\r\n7",A7.png,2026-02-01T10:00:00Z,L1,S1',
        "A8,A8.png,2026-02-01T10:00:00Z,,",
    ]
    manifest = read("\r\n".join([HEAD, *rows, ""]))
    assert [row.part_id for row in manifest.rows] == ["A1", "A8"]
    assert [rejected.row for rejected in manifest.rejected] == [3, 4, 5, 6, 7, 8]
    # A rejected row still names its image, which then waits for the correction.
    assert manifest.rejected[3].image is None
    assert manifest.rejected[4].image == "A6.png"
    assert manifest.rows[1].lot is None


def test_optional_columns_are_read():
    manifest = read(f"{HEAD},line,tool,family,view,pass,um_per_px\n{ROW},L9,T2,HS,r2c3,P7,12.5\n")
    row = manifest.rows[0]
    assert (row.line, row.tool, row.family, row.view, row.pass_name, row.um_per_px) == (
        "L9",
        "T2",
        "HS",
        (2, 3),
        "P7",
        12.5,
    )


@pytest.mark.parametrize(("view", "expected"), [("2,3", (2, 3)), ("R2C3", (2, 3)), ("4", (1, 4))])
def test_a_view_is_a_row_and_a_column(view, expected):
    assert read(f'{HEAD},view\n{ROW},"{view}"\n').rows[0].view == expected


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("left,", "the view 'left' is neither r1c2 nor 1,2"),
        *(
            (
                f",{scale}",
                f"um_per_px must be a number above 0, at most 100000, with a decimal point; got {scale!r}",
            )
            for scale in ("-1", "nan", "0", "1e3", "1_0", "100001", "inf")
        ),
    ],
)
def test_an_optional_value_that_means_nothing_is_rejected(field, message):
    assert reasons(f"{HEAD},view,um_per_px\n{ROW},{field}\n") == [(2, message)]


def test_a_last_line_without_its_end_may_be_cut_and_is_not_taken():
    cut = read(f"{HEAD}\n{ROW}\nA2,A2.png,2026-02-01T10:00:00Z,L1,S1")
    assert [row.part_id for row in cut.rows] == ["A1"]
    assert "it may be cut" in cut.rejected[0].reason
    assert cut.rejected[0].image == "A2.png"


def test_columns_may_have_other_names():
    columns = ColumnSettings(part_id="Teil", image="Bild")
    text = f"{HEAD}\n{ROW}\n".replace("part_id", "Teil").replace("image", "Bild")
    assert read(text, columns=columns).rows[0].part_id == "A1"


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../a.png", "a/../../b.png", "C:\\a.png", "\\\\host\\share\\a.png", "http://host/a.png",
     "file:///a.png", "~/a.png", "..\\a.png", " ", "a\0.png", "a\udcff.png", "x/" * 600 + "a.png"],
)  # fmt: skip
def test_no_path_leaves_the_inbox(path):
    with pytest.raises(ValueError, match="the image path"):
        image_path(path, "day")


@pytest.mark.parametrize(
    ("path", "expected"), [("a.png", "day/a.png"), ("./x//a.png", "day/x/a.png"), ("x\\a.png", "day/x/a.png")]
)  # fmt: skip
def test_a_path_is_relative_to_the_manifest(path, expected):
    assert image_path(path, "day") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Berlin is UTC+1 in winter and UTC+2 in summer.
        ("2026-02-01T10:00:00", "2026-02-01T09:00:00+00:00"),
        ("2025-07-01 10:00", "2025-07-01T08:00:00+00:00"),
        ("2026-02-01T10:00:00.250+05:30", "2026-02-01T04:30:00.250000+00:00"),
        ("20260201T100000Z", "2026-02-01T10:00:00+00:00"),
        ("2024-02-29T10:00:00Z", "2024-02-29T10:00:00+00:00"),
        # In the hour that exists twice, an offset says which.
        ("2025-10-26T02:30:00+01:00", "2025-10-26T01:30:00+00:00"),
    ],
)
def test_a_time_is_an_instant_in_utc(text, expected):
    assert parse_time(text, BERLIN, NOW).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-02-01", "is not an ISO 8601 date and time"),
        ("01/02/2026 10:00", "is not an ISO 8601 date and time"),
        ("1767258000", "is not an ISO 8601 date and time"),
        ("", "is not an ISO 8601 date and time"),
        ("2025-02-29T10:00:00", "is no date and time"),
        ("2026-02-01T23:59:60", "is no date and time"),
        # Clocks in Berlin went from 2:00 to 3:00 on 30 March and from 3:00 to 2:00 on 26 October.
        ("2025-03-30T02:30:00", "does not exist in Europe/Berlin: clocks went forward"),
        ("2025-10-26T02:30:00", "exists twice in Europe/Berlin: write the offset"),
        ("1970-01-01T00:00:00Z", "lies before 1990"),
        ("2099-01-01T00:00:00Z", "lies in the future"),
        ("0001-01-01T00:00:00+14:00", "is out of range"),
    ],
)  # fmt: skip
def test_a_time_is_never_guessed(text, message):
    with pytest.raises(ValueError, match=message):
        parse_time(text, BERLIN, NOW)
