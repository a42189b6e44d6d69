import json
import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from jobs.arrival.manifest import parse_manifest
from jobs.errors import ManifestError
from jobs.ingest import ingest
from jobs.settings import parse_settings
from warehouse.connection import open_master

HEAD = "part_id,image,captured_at,lot,station"
# The plant of these manifests reads its clocks in Berlin: UTC+1 in winter, UTC+2 in summer.
ZONE = "Europe/Berlin"
WHEN = "2026-02-01T10:00:00"
ROW = f"A1,a.png,{WHEN},L1,S1"
TWO = f"A2,b.png,{WHEN},L1,S1"
DAMAGED = "the byte 0xFC is not UTF-8"
DIGEST = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Case:
    """One manifest beside one picture, `a.png`.

    Attributes
    ----------
    name
        Begins with the id of its fault.
    outcome, rows, reasons
        Of the manifest; reasons are beginnings, one for each rejected row or for the whole file.
    image
        Of the picture: measured or deferred.
    part
        The part id the picture is measured under; None where it waits.
    young
        The manifest was written a moment ago.

    """

    name: str
    data: bytes
    outcome: str = "accepted"
    rows: int = 1
    reasons: tuple[str, ...] = ()
    part: str | None = "A1"
    young: bool = False


def text(*lines: str, head: str = HEAD, encoding: str = "utf-8", end: str = "\n") -> bytes:
    """The bytes of a manifest."""
    return "".join(line + end for line in (head, *lines)).encode(encoding)


def refused(name: str, data: bytes, reason: str) -> Case:
    """A file that is no manifest: the picture is measured by its name."""
    return Case(name, data, "quarantined", 0, (reason,), part="a")


def waits(name: str, data: bytes, reason: str) -> Case:
    """A row that names its picture but is rejected: the picture waits for the correction."""
    return Case(name, data, "accepted", 0, (reason,), part=None)


def ids(name: str, value: str) -> Case:
    """An id that is kept byte for byte."""
    return Case(f"B05 id {name}", text(ROW.replace("A1", value, 1)), part=value.strip('"'))


def dated(name: str, value: str, reason: str = "") -> Case:
    """A row with a time; with a reason where it is rejected."""
    data = text(ROW.replace(WHEN, value))
    return waits(f"B08 {name}", data, reason) if reason else Case(f"B08 {name}", data)


def outside(name: str, path: str, reason: str) -> Case:
    """A row that names no file of the inbox: the picture beside it is measured by its name."""
    return Case(f"B07 {name}", text(ROW.replace("a.png", path)), "accepted", 0, (reason,), "a")


CASES = (
    # Encodings.
    Case("B01 utf-8 with a mark", b"\xef\xbb\xbf" + text(ROW)),
    Case("B01 utf-16 little", text(ROW, encoding="utf-16")),
    Case("B01 utf-16 big", b"\xfe\xff" + text(ROW, encoding="utf-16-be")),
    Case("B01 windows-1252", text(ROW.replace("L1", "Süd €"), encoding="cp1252")),
    Case("B01 latin-1 id", text(ROW.replace("A1", "Öse"), encoding="latin-1"), part="Öse"),
    Case(
        "B01 one damaged byte",
        text(ROW.replace("L1", "Süd")) + TWO.encode().replace(b"L1", b"\xfc") + b"\n",
        reasons=(DAMAGED,),
    ),
    refused("B01 utf-16 without a mark", text(ROW, encoding="utf-16-le"), "read as utf-8, it has NUL"),
    refused("B01 utf-32", text(ROW, encoding="utf-32"), "read as utf-16, it has NUL"),
    refused("B01 a block of zeros", text(ROW) + bytes(4096), "read as utf-8, it has NUL"),
    refused("B01 only zeros", bytes(4096), "read as utf-8, it has NUL"),
    refused("B01 half a utf-16 sign", b"\xff\xfe" + b"A", "marked as utf-16, but it is not"),
    refused("B01 a picture named csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "neither UTF-8"),
    refused("B01 nothing", b"", "the file is empty"),
    refused("B01 blanks", b" \r\n\t\r\n", "the file is empty"),
    # Delimiters and line ends.
    Case("B02 semicolons", text(ROW.replace(",", ";"), head=HEAD.replace(",", ";"))),
    Case("B02 tabs", text(ROW.replace(",", "\t"), head=HEAD.replace(",", "\t"))),
    Case("B02 everything quoted", text('"A1","a.png","2026-02-01T10:00:00","L1","S1"')),
    Case("B02 windows line ends", text(ROW, end="\r\n")),
    Case("B02 old mac line ends", text(ROW, end="\r")),
    Case("B02 a comma in quotes", text(ROW.replace("L1", '"L,1"'))),
    refused("B02 bars", text(ROW.replace(",", "|"), head=HEAD.replace(",", "|")), "no column 'part_id'"),
    # Headers.
    refused("B03 no header", (ROW + "\n").encode(), "no column 'part_id' in the first line"),
    refused("B03 no station", text("A1,a.png,t,L1", head=HEAD[:-8]), "no column 'station'"),
    refused("B03 other case", text(ROW, head=HEAD.upper()), "no column 'part_id'"),
    refused("B03 a column twice", text(ROW + ",A9", head=HEAD + ",part_id"), "the column 'part_id'"),
    refused("B03 a page instead", b"<!DOCTYPE html>\n<title>502</title>\n", "no column 'part_id'"),
    Case("B03 blanks around names", text(ROW, head=HEAD.replace(",", " , "))),
    Case("B03 a foreign column", text(ROW + ",x", head=HEAD + ",=cmd()")),
    Case("B03 header only", text(), rows=0, part="a"),
    # Single rows.
    Case("B04 ragged", text(ROW, "A2,b.png,x"), reasons=("3 fields where the first line has 5",)),
    Case("B04 too many fields", text(ROW, TWO + ",9"), reasons=("6 fields where the first",)),
    Case(
        "B04 a quote left open",
        text('A0,"b.png,x,L1,S1', ROW),
        reasons=("a quote does not close on its line",),
    ),
    Case("B04 empty rows", text("", ",,,,", ROW, "")),
    Case("B04 no part", text(ROW.replace("A1", "")), "accepted", 0, ("the part_id is empty",), None),
    waits("B04 a line break in the id", text('"A\n1"' + ROW[2:]), "the part_id has the control"),
    waits("B04 an id of 300 signs", text(ROW.replace("A1", "x" * 300)), "the part_id has 300"),
    waits("B04 an invisible sign", text(ROW.replace("A1", "A\u202e1")), "the part_id has the control"),
    waits("B04 a bad view", text(ROW + ",left", head=HEAD + ",view"), "the view 'left' is neither"),
    waits("B04 a comma in the scale", text(ROW + ',"2,5"', head=HEAD + ",um_per_px"), "um_per_px"),
    waits("B04 a short hash", text(ROW + ",abc", head=HEAD + ",sha256"), "the sha256 'abc' is not"),
    # Ids.
    *(ids(value, value) for value in ("NA", "null", "NaN", "007", "1E5", "9007199254740993", "TRUE")),
    ids("None", "None"),
    ids("minus", "-1"),
    # Contradictions.
    Case(
        "B06 two parts for one picture",
        text(ROW, ROW.replace("A1", "A9")),
        rows=2,
        part=None,
    ),
    Case("B06 the same row twice", text(ROW, ROW), rows=2),
    # Paths.
    outside("climbs", "../a.png", "the image path '../a.png' leaves"),
    outside("climbs within", "x/../../a.png", "the image path"),
    outside("absolute", "/etc/passwd", "the image path '/etc/passwd' is not relative"),
    outside("the process", "/proc/self/environ", "the image path '/proc/self/environ' is not"),
    outside("an address", "http://localhost/a.png", "the image path"),
    outside("a file address", "file:///a.png", "the image path"),
    outside("a share", "\\\\host\\share\\a.png", "the image path"),
    outside("a drive", "C:\\a.png", "the image path"),
    outside("a home", "~/a.png", "the image path"),
    outside("nothing", "", "the image path is empty"),
    outside("a zero byte shown", "a\x01.png", "the image path 'a\\x01.png' has a control"),
    Case("B07 a dot", text(ROW.replace("a.png", "./a.png"))),
    Case("B07 backslash", text(ROW.replace("a.png", ".\\a.png"))),
    # Times.
    dated("zulu", "2026-02-01T09:00:00Z"),
    dated("milliseconds", "2026-02-01T10:00:00.123"),
    dated("an offset", "2026-02-01T14:30:00+05:30"),
    dated("29 February", "2024-02-29T10:00:00"),
    dated("no 29 February", "2025-02-29T10:00:00", "'2025-02-29T10:00:00' is no date"),
    dated("1970", "1970-01-01T00:00:00Z", "'1970-01-01T00:00:00Z' lies before 1990"),
    dated("2099", "2099-01-01T00:00:00Z", "'2099-01-01T00:00:00Z' lies in the future"),
    dated("the hour that is not", "2025-03-30T02:30:00", "2025-03-30 02:30:00 does not exist"),
    dated("the hour that is twice", "2025-10-26T02:30:00", "2025-10-26 02:30:00 exists twice"),
    dated("the hour that is twice, told", "2025-10-26T02:30:00+01:00"),
    dated("a leap second", "2016-12-31T23:59:60Z", "'2016-12-31T23:59:60Z' is no date"),
    dated("day first", "01/02/2026 10:00", "'01/02/2026 10:00' is not an ISO 8601"),
    dated("a day alone", "2026-02-01", "'2026-02-01' is not an ISO 8601"),
    dated("a number", "1767258000", "'1767258000' is not an ISO 8601"),
    dated("nothing", "", "'' is not an ISO 8601"),
    # What others might run.
    Case("B09 a formula", text(ROW.replace("A1", '"=HYPERLINK(""x"")"')), part='=HYPERLINK("x")'),
    Case("B09 html", text(ROW.replace("A1", "<script>1</script>")), part="<script>1</script>"),
    Case("B09 sql", text(ROW.replace("A1", "'; DROP TABLE image; --")), part="'; DROP TABLE image; --"),
    waits("B09 a mail header", text('"A1\r\nBcc: x@y"' + ROW[2:]), "the part_id has the control"),
    # Size.
    refused("B10 a million rows", text() + b"x\n" * 1_000_000, "more than 200000 rows"),
    refused("B10 20,000 columns", (",".join(["x"] * 20_000) + "\n").encode(), "20000 columns"),
    refused("B10 40 MB", bytes([65]) * 40_000_000, "the file has 40000000 bytes"),
    Case(
        "B10 a line of 20 MB",
        text("x" * 20_000_000, ROW),
        reasons=("a line of 20000001 characters; the limit is 65536",),
    ),
    # Cut off.
    Case(
        "B11 the last line is cut",
        text(ROW) + TWO[:-1].encode(),
        reasons=("the last line has no line end",),
    ),
    Case("B11 cut and young", text(ROW) + TWO[:-1].encode(), "deferred", 0, (), None, young=True),
    Case("B11 refused and young", b"part_id,im", "deferred", 0, (), None, young=True),
    Case(
        "B11 half a header",
        b"part_id,im",
        "quarantined",
        0,
        ("no column 'image' in the first line",),
        "a",
    ),
    # Rows and pictures that wait for each other.
    Case("B12 no such picture", text(ROW.replace("a.png", "late.png")), part="a"),
    Case("B12 a hash", text(f"{ROW},", head=HEAD + ",sha256")),
)  # fmt: skip


def coded(case, number):
    """The manifest of a case at a station of its own: no two cases have one part."""
    code = chr(65 + number // 26) + chr(97 + number % 26)
    data = case.data
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        data = data.replace("S1".encode(encoding), code.encode(encoding))
    return data


def ingested(site, settings, picture, cases, *, quiet_seconds):
    """Take in every case, each in a folder of its own."""
    for number, case in enumerate(cases):
        folder = site.inbox / f"{number:03}"
        folder.mkdir()
        (folder / "m.csv").write_bytes(coded(case, number))
        (folder / "a.png").write_bytes(picture(shade=number))
    text = f"[inbox]\nquiet_seconds = {quiet_seconds}\n[site]\ntime_zone = '{ZONE}'"
    changed = parse_settings(text, where="test")
    plant = settings.model_copy(update={"inbox": changed.inbox, "site": changed.site})
    report = ingest(site, plant)
    with open_master(site.master) as connection:
        parts = dict(connection.execute("SELECT path, part_id FROM image").fetchall())
    return report, parts


def wrong(case, number, manifest, file, part):
    """What became of a case, where it is not what was to become of it."""
    image = "deferred" if case.part is None else "measured"
    expected = (case.outcome, case.rows, len(case.reasons), image, case.part)
    found = (manifest.outcome, manifest.rows, len(manifest.rejected), file.outcome, part)
    if case.young:
        # A refusal is told while it waits; a cut line is not yet one.
        expected, found = expected[:2] + expected[3:], found[:2] + found[3:]
    reasons = [said.partition(": ")[2] or said for said in manifest.rejected]
    if case.outcome != "accepted":
        reasons = list(manifest.rejected)
    said = case.young or all(
        any(reason.startswith(start) for reason in reasons) for start in case.reasons
    )
    if expected == found and said and (manifest.outcome == "accepted" or manifest.reason):
        return None
    return f"{case.name}: {found} where {expected} was to be; {manifest.rejected}"


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("young", [False, True], ids=["old", "young"])
def test_every_odd_manifest_has_its_outcome(site, settings, picture, young):
    cases = [case for case in CASES if case.young is young]
    began = time.process_time()
    report, parts = ingested(site, settings, picture, cases, quiet_seconds=86_400 if young else 0)
    seconds = time.process_time() - began
    manifests = {each.path: each for each in report.manifests}
    files = {each.path: each for each in report.files}
    faults = [
        fault
        for number, case in enumerate(cases)
        if (
            fault := wrong(
                case,
                number,
                manifests[f"{number:03}/m.csv"],
                files[f"{number:03}/a.png"],
                parts.get(f"{number:03}/a.png"),
            )
        )
    ]
    sys.stdout.write(
        f"{len(cases)} manifests: {len(faults)} wrong outcomes, {seconds:.1f} s of processor\n"
    )
    assert faults == []
    # The report is one JSON document, whatever was in the files.
    assert json.loads(json.dumps(report.to_dict(), ensure_ascii=False).encode())
    totals = report.totals
    assert totals.seen == totals.measured + totals.deferred == len(cases)


def test_there_are_enough_of_them():
    assert len(CASES) >= 50
    assert len({case.name for case in CASES}) == len(CASES)
    faults = {case.name[:3] for case in CASES}
    assert faults == {f"B{number:02}" for number in range(1, 13)}


SOURCE = text(
    ROW + ",L9,T2,HS,r1c2,P7,12.5," + DIGEST,
    '"A,2",b.png,2026-02-01T10:00:00Z,"Süd",S1,,,,"2,3",,,',
    f"007,x/c.png,{WHEN},,S1,L9,,,,,1,",
    head=HEAD + ",line,tool,family,view,pass,um_per_px,sha256",
)
SPICES = (
    b"\0",
    b'"',
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\xff",
    b"\xef\xbb\xbf",
    b"../",
    b"=",
    b"\\",
)


def mutant(seed):
    """The source manifest with one to eight small accidents."""
    rng = random.Random(seed)
    data = bytearray(SOURCE if seed % 3 else SOURCE.decode().encode("utf-16"))
    for _ in range(rng.randint(1, 8)):
        at, to = sorted(rng.randint(0, len(data)) for _ in range(2))
        accident = rng.randrange(6)
        if accident == 0:
            del data[at : min(to, at + 40)]
        elif accident == 1:
            data[at:at] = rng.choice(SPICES) * rng.randint(1, 3)
        elif accident == 2 and data:
            data[min(at, len(data) - 1)] ^= 1 << rng.randrange(8)
        elif accident == 3:
            data[at:at] = data[at : min(to, at + 200)]
        elif accident == 4:
            data = data[: max(1, to)]
        else:
            data[at:at] = rng.randbytes(rng.randint(1, 20))
    return bytes(data)


@pytest.mark.parametrize("count", [250, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_mutant_raises_anything_unexpected(count):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    refusals = rows = rejected = 0
    words = set()
    for seed in range(count):
        try:
            manifest = parse_manifest(mutant(seed), "day/m.csv", zone=ZoneInfo(ZONE), now=now)
        except ManifestError as error:
            refusals += 1
            words.add(error.reason)
            continue
        rows, rejected = rows + len(manifest.rows), rejected + len(manifest.rejected)
        for row in manifest.rows:
            assert row.image.startswith("day/")
            assert ".." not in row.image.split("/")
            # Storable as text in every store.
            assert f"{row.part_id}{row.image}{row.lot}{row.station}".encode()
        for each in manifest.rejected:
            assert each.reason
    sys.stdout.write(
        f"{count} mutants: {refusals} refused, {rows} rows taken, {rejected} rows rejected\n"
    )
    assert words <= {"BAD_FORMAT", "TOO_LARGE"}
    # Else the accidents are too small or too large to prove anything.
    assert min(refusals, rows, rejected) > count // 10
