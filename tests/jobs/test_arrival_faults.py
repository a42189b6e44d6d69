"""A folder of hostile and odd files, each with the outcome that the fault table gives it."""

import io
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from inference.rendering.writing import rendered_surface
from jobs.configuration.site_setup import init_site

Image = pytest.importorskip("PIL.Image", reason="Pillow writes what OpenCV cannot")

MEASURED = ("measured", "")
DUPLICATE = ("known", "DUPLICATE_CONTENT")
SIDE = 320
PNG_HEAD = 33  # signature and IHDR
SECONDS = 60.0
MEGABYTES = 600.0


def ignored(reason):
    return ("ignored", reason)


def held(*reasons):
    return tuple(("quarantined", reason) for reason in reasons)


class Folder:
    """Writes the files and notes what is to become of each."""

    def __init__(self, inbox):
        self.inbox = inbox
        self.expected = {}
        self._surfaces = 0

    def surface(self):
        """A part that no other file shows."""
        self._surfaces += 1
        return rendered_surface(20260101, self._surfaces).pixels.copy()

    def note(self, path, expected):
        assert path not in self.expected, path
        self.expected[path] = expected if isinstance(expected[0], tuple) else (expected,)

    def add(self, path, data, expected):
        # A half of a surrogate pair stands for a byte that is not UTF-8.
        target = self.inbox / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.note(path.encode("utf-8", "backslashreplace").decode(), expected)


def encoded(pixels, ending, *options):
    return cv2.imencode(ending, pixels, list(options))[1].tobytes()


def png(pixels):
    return encoded(pixels, ".png", cv2.IMWRITE_PNG_COMPRESSION, 1)


def jpeg(pixels, *options):
    return encoded(pixels, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 92, *options)


def bmp(pixels):
    return encoded(pixels, ".bmp")


def by_pillow(pixels, mode, kind, palette=Image.Palette.WEB, **options):
    file = io.BytesIO()
    picture = Image.fromarray(pixels[..., ::-1]).convert(mode, palette=palette)
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width, height, depth, colour, packed):
    """A PNG put together by hand."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def inserted(data, *more):
    """A PNG with chunks after its header."""
    return data[:PNG_HEAD] + b"".join(more) + data[PNG_HEAD:]


def flipped(data, place, bit=3):
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def with_segment(data, *segments):
    return data[:2] + b"".join(segments) + data[2:]


def replaced(data, offset, value):
    return data[:offset] + value + data[offset + len(value) :]


def frame_of(data):
    return data.find(b"\xff\xc0\x00\x11")


def kinds_of_file(folder):
    """A07, A08: what is no regular file; hidden, temporary and foreign names."""
    inbox = folder.inbox
    os.mkfifo(inbox / "pipe.png")
    folder.note("pipe.png", ignored("NOT_A_FILE"))
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(inbox)  # a socket's path is short
    try:
        listener.bind("socket.png")
    finally:
        os.chdir(here)
        listener.close()
    folder.note("socket.png", ignored("NOT_A_FILE"))
    (inbox / "folder.png").mkdir()
    (inbox / "folder.png" / "inside.png").write_bytes(b"x")
    folder.note("folder.png", ignored("NOT_A_FILE"))
    outside = inbox.parent / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(png(folder.surface()))
    for name, target in {
        "link-out.png": outside / "secret.png",
        "link-dangling.png": inbox / "nowhere.png",
        "link-loop.png": inbox / "link-loop.png",
        "link-zero.png": Path("/dev/zero"),
        "link-passwd.png": Path("/etc/passwd"),
        "link-folder": outside,
        "loopdir": inbox,
    }.items():
        (inbox / name).symlink_to(target)
        folder.note(name, ignored("SYMLINK"))
    for name in (".hidden.png", "._A1.png", ".DS_Store", ".nfs000001.png"):
        folder.add(name, b"x", ignored("HIDDEN"))
    (inbox / ".trash").mkdir()
    (inbox / ".trash" / "a.png").write_bytes(b"x")
    folder.note(".trash", ignored("HIDDEN"))
    for name in ("a.png.part", "a.tmp", "b.png.crdownload", "c.png.filepart", "~$d.png", "e.png~"):
        folder.add(name, b"x", ignored("TEMPORARY"))
    for name in (
        "notes.txt", "a.tiff", "a.gif", "a.webp", "a.svg", "a.exe", "Thumbs.db", "a.png.zip",
        "noending", "a.PNG.exe", "a.py", "a.onnx",
    ):  # fmt: skip
        folder.add(name, b"x", ignored("WRONG_TYPE"))


def names(folder):
    """A06, A10, A11, A14 and B05: names and times that break programs."""
    for name in (
        "-rf.png", "$(reboot).png", "`id`.png", "a';DROP TABLE image;--.png", 'a"b.png',
        "<img src=x onerror=alert(1)>.png", "=1+1.png", "@SUM(A1).png", "金.png", "%2e%2e%2f.png",
        "CON.png", "NA.png", "null.png", "007.png", "1E5.png", "TRUE.png", "A 1.png", "a,b;c.png",
        "x" * 251 + ".png", "caf\u00e9.png", "cafe\u0301.png", "UPPER.PNG", "{part_id}.png",
        "a\\b.png", "mon/same.png", "tue/same.png", "/".join(["deep"] * 40) + "/d.png",
    ):  # fmt: skip
        folder.add(name, png(folder.surface()), MEASURED)
    for name in (
        "line\nbreak.png", "ansi\x1b[31m.png", "bell\x07.png", "tab\there.png", "rtl\u202egnp.png",
        "zero\u200bwidth.png", "bytes\udcff\udcfe.png", "cr\rlf.png", " .png", "nel\x85.png",
    ):  # fmt: skip
        folder.add(name, png(folder.surface()), held("BAD_NAME"))
    for name, year in (("t2099.png", 2099), ("t1970.png", 1970), ("t1960.png", 1960)):
        folder.add(name, png(folder.surface()), MEASURED)
        then = (year - 1970) * 31_556_952
        os.utime(folder.inbox / name, (then, then))


def whole_pictures(folder):
    """C06 to C08: what is read by a stated rule, under whatever name."""
    colours = Image.Palette.ADAPTIVE
    palette = by_pillow(folder.surface(), "P", "PNG", palette=colours)
    orientation = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    thumbnail = b"Exif\0\0" + jpeg(folder.surface()[:64, :64])
    text = chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")
    rows = {
        "grey.png": png(cv2.cvtColor(folder.surface(), cv2.COLOR_BGR2GRAY)),
        "rgba.png": by_pillow(folder.surface(), "RGBA", "PNG"),
        "grey-alpha.png": by_pillow(folder.surface(), "LA", "PNG"),
        "palette.png": palette,
        "text.png": inserted(png(folder.surface()), text),
        "many-texts.png": inserted(png(folder.surface()), text * 500),
        "gamma.png": inserted(png(folder.surface()), chunk(b"gAMA", struct.pack(">I", 45455))),
        "jpeg-inside.png": jpeg(folder.surface()),
        "png-inside.jpg": png(folder.surface()),
        "bmp-inside.jpeg": bmp(folder.surface()),
        "plain.jpg": jpeg(folder.surface()),
        "grey-too.jpg": jpeg(cv2.cvtColor(folder.surface(), cv2.COLOR_BGR2GRAY)),
        "progressive.jpg": jpeg(folder.surface(), cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        "restarts.jpg": jpeg(folder.surface(), cv2.IMWRITE_JPEG_RST_INTERVAL, 4),
        "turned.jpg": with_segment(jpeg(folder.surface()), segment(0xE1, orientation)),
        "thumbnail.jpg": with_segment(jpeg(folder.surface()), segment(0xE1, thumbnail)),
        "comment.jpg": with_segment(jpeg(folder.surface()), segment(0xFE, b"\xff\xd9 end")),
        "plain-too.bmp": bmp(folder.surface()),
        "palette-too.bmp": by_pillow(folder.surface(), "P", "BMP", palette=colours),
        "alpha.bmp": bmp(cv2.cvtColor(folder.surface(), cv2.COLOR_BGR2BGRA)),
        "large.png": png(cv2.resize(folder.surface(), (1200, 900))),
        "wide.png": png(folder.surface()[:160]),
    }
    for name, data in rows.items():
        folder.add(f"whole/{name}", data, MEASURED)
    folder.add("whole/cmyk.jpg", by_pillow(folder.surface(), "CMYK", "JPEG", quality=95), MEASURED)


def damaged_png(folder):
    """C04, C05, C06, C09 for PNG."""
    for percent in (5, 20, 50, 80, 99):
        data = png(folder.surface())
        folder.add(f"png/cut{percent}.png", data[: len(data) * percent // 100], held("TRUNCATED"))
    data = png(folder.surface())
    folder.add("png/cut-1.png", data[:-1], held("TRUNCATED"))
    folder.add("png/no-end.png", png(folder.surface())[:-12], held("TRUNCATED"))
    folder.add("png/empty.png", b"", held("TRUNCATED"))
    folder.add("png/one-byte.png", b"\x89", held("TRUNCATED"))
    folder.add("png/signature.png", data[:8], held("TRUNCATED"))
    folder.add("png/crc-header.png", flipped(png(folder.surface()), 17), held("CORRUPT"))
    folder.add("png/crc-data.png", flipped(png(folder.surface()), 5000), held("CORRUPT"))
    folder.add("png/crc-end.png", flipped(png(folder.surface()), -2), held("CORRUPT"))
    folder.add(
        "png/no-data.png", png_of(320, 320, 8, 2, b"")[:33] + chunk(b"IEND", b""), held("CORRUPT")
    )
    folder.add("png/no-zlib.png", png_of(320, 320, 8, 2, b"no zlib" * 50), held("CORRUPT"))
    few_rows = zlib.compress(b"\0" * (961 * 100))
    # Rows that are missing are either told by the decoder or black.
    folder.add(
        "png/few-rows.png",
        png_of(320, 320, 8, 2, few_rows),
        held("CORRUPT", "TRUNCATED", "IMPLAUSIBLE"),
    )
    folder.add("png/no-width.png", png_of(0, 320, 8, 2, b""), held("CORRUPT"))
    folder.add("png/depth3.png", png_of(320, 320, 3, 0, b""), held("CORRUPT"))
    for name, more in {
        "zip": b"PK\3\4" * 9,
        "png": png(folder.surface()),
        "zeros": b"\0" * 64,
        "one": b"\n",
    }.items():
        folder.add(f"png/then-{name}.png", png(folder.surface()) + more, held("TRAILING_DATA"))
    animated = inserted(png(folder.surface()), chunk(b"acTL", struct.pack(">II", 2, 0)))
    folder.add("png/animated.png", animated, held("MULTI_FRAME"))
    strange = inserted(png(folder.surface()), chunk(b"ABCD", b"?"))
    folder.add("png/critical.png", strange, held("BAD_FORMAT"))
    deep = folder.surface().astype(np.uint16) * 16  # 12 bits in 16
    folder.add("png/deep.png", encoded(deep, ".png"), held("BAD_FORMAT"))
    folder.add("png/deep-grey.png", encoded(deep[..., 0], ".png"), held("BAD_FORMAT"))
    bomb = zlib.compress(b"\0" * 10_000_000, 9)
    folder.add("png/bomb.png", png_of(32767, 32767, 8, 2, bomb), held("TOO_LARGE"))
    folder.add("png/bomb-1bit.png", png_of(2**31 - 1, 2**31 - 1, 1, 0, bomb), held("TOO_LARGE"))
    folder.add("png/long.png", png_of(20_000, 20, 8, 0, bomb), held("TOO_LARGE"))
    folder.add("png/many.png", png_of(9_000, 9_000, 8, 0, bomb), held("TOO_LARGE"))
    folder.add("png/small.png", png(folder.surface()[:8, :8]), held("BAD_SHAPE"))
    folder.add("png/line.png", png(folder.surface()[:1]), held("BAD_SHAPE"))
    with (folder.inbox / "png" / "sparse.png").open("wb") as file:
        file.truncate(70_000_000)
    folder.note("png/sparse.png", held("TOO_LARGE"))


def damaged_jpeg(folder):
    """C01, C02, C04, C09 for JPEG."""
    for percent in (2, 10, 30, 60, 90, 99):
        data = jpeg(folder.surface())
        folder.add(f"jpeg/cut{percent}.jpg", data[: len(data) * percent // 100], held("TRUNCATED"))
    for percent in (30, 60, 90):
        data = jpeg(folder.surface())
        cut = data[: len(data) * percent // 100].rstrip(b"\xff") + b"\xff\xd9"
        folder.add(
            f"jpeg/cut-and-end{percent}.jpg", cut, held("TRUNCATED", "CORRUPT", "IMPLAUSIBLE")
        )
    for name, more in {
        "zeros": b"\0" * 50,
        "jpeg": jpeg(folder.surface()),
        "zip": b"PK\3\4",
        "end": b"\xff\xd9",
    }.items():
        folder.add(f"jpeg/then-{name}.jpg", jpeg(folder.surface()) + more, held("TRAILING_DATA"))
    base = jpeg(folder.surface())
    frame = frame_of(base)
    for name, marker in {"lossless": 0xC3, "arithmetic": 0xC9, "hierarchical": 0xC5}.items():
        folder.add(
            f"jpeg/{name}.jpg", replaced(base, frame + 1, bytes([marker])), held("BAD_FORMAT")
        )
    folder.add("jpeg/12-bit.jpg", replaced(base, frame + 4, b"\x0c"), held("BAD_FORMAT"))
    folder.add(
        "jpeg/bomb.jpg",
        replaced(base, frame + 5, struct.pack(">HH", 32700, 32700)),
        held("TOO_LARGE"),
    )
    folder.add("jpeg/no-height.jpg", replaced(base, frame + 5, b"\0\0"), held("BAD_FORMAT"))
    folder.add("jpeg/2-colours.jpg", replaced(base, frame + 9, b"\x02"), held("BAD_FORMAT"))
    folder.add("jpeg/start.jpg", base[:2], held("TRUNCATED"))
    folder.add("jpeg/start-end.jpg", b"\xff\xd8\xff\xd9", held("CORRUPT"))
    folder.add("jpeg/no-picture.jpg", base[: base.find(b"\xff\xda")] + b"\xff\xd9", held("CORRUPT"))
    folder.add("jpeg/no-length.jpg", with_segment(base, b"\xff\xe5\0\0"), held("CORRUPT"))
    folder.add("jpeg/no-marker.jpg", b"\xff\xd8\xff\xe0\0\x04ab" + b"junk" * 40, held("CORRUPT"))
    folder.add("jpeg/two-frames.jpg", with_segment(base, base[frame : frame + 19]), held("CORRUPT"))
    progressive = jpeg(folder.surface(), cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    last = progressive.rfind(b"\xff\xda")
    scans = progressive[:-2] + progressive[last:-2] * 200 + b"\xff\xd9"
    folder.add("jpeg/scans.jpg", scans, held("TOO_LARGE"))
    for name, start, count in (
        ("hole", 0.5, 2000),
        ("hole-early", 0.2, 500),
        ("hole-late", 0.8, 900),
    ):
        data = jpeg(folder.surface())
        place = int(len(data) * start)
        folder.add(
            f"jpeg/{name}.jpg", data[:place] + data[place + count :], held("CORRUPT", "TRUNCATED")
        )
    data = jpeg(folder.surface())
    folder.add(
        "jpeg/zeros.jpg", replaced(data, len(data) // 2, b"\0" * 3000), held("CORRUPT", "TRUNCATED")
    )
    restarts = jpeg(folder.surface(), cv2.IMWRITE_JPEG_RST_INTERVAL, 4)
    third = restarts.find(b"\xff\xd3")
    folder.add("jpeg/restart-gone.jpg", restarts[:third] + restarts[third + 2 :], held("CORRUPT"))


def damaged_bmp(folder):
    """C03, C04 for BMP."""
    whole = bmp(folder.surface())
    half = len(whole) // 2
    folder.add("bmp/zeros.bmp", whole[:half] + b"\0" * (len(whole) - half), held("IMPLAUSIBLE"))
    for percent in (10, 50, 99):
        data = bmp(folder.surface())
        folder.add(f"bmp/cut{percent}.bmp", data[: len(data) * percent // 100], held("TRUNCATED"))
    folder.add("bmp/header.bmp", bmp(folder.surface())[:20], held("TRUNCATED"))
    folder.add("bmp/then.bmp", bmp(folder.surface()) + b"\0" * 50, held("TRAILING_DATA"))
    folder.add("bmp/two.bmp", bmp(folder.surface()) * 2, held("TRAILING_DATA"))
    base = bmp(folder.surface())
    folder.add("bmp/rle.bmp", replaced(base, 30, struct.pack("<I", 1)), held("BAD_FORMAT"))
    folder.add("bmp/16-bit.bmp", replaced(base, 28, struct.pack("<H", 16)), held("BAD_FORMAT"))
    folder.add("bmp/no-width.bmp", replaced(base, 18, struct.pack("<i", 0)), held("CORRUPT"))
    folder.add("bmp/back.bmp", replaced(base, 18, struct.pack("<i", -320)), held("CORRUPT"))
    folder.add("bmp/planes.bmp", replaced(base, 26, struct.pack("<H", 7)), held("CORRUPT"))
    folder.add(
        "bmp/bomb.bmp", replaced(base, 18, struct.pack("<ii", 32700, 32700)), held("TOO_LARGE")
    )
    folder.add("bmp/head13.bmp", replaced(base, 14, struct.pack("<I", 13)), held("CORRUPT"))
    upside = replaced(bmp(folder.surface()), 22, struct.pack("<i", -SIDE))
    folder.add("bmp/top-down.bmp", upside, MEASURED)


def foreign(folder):
    """C05: everything else under the name of a picture."""
    for name, data in {
        "gif": b"GIF89a", "webp": b"RIFF\0\0\0\0WEBPVP8 ", "tiff": b"II*\0", "tiff-mm": b"MM\0*",
        "jp2": b"\0\0\0\x0cjP  \r\n\x87\n", "j2k": b"\xff\x4f\xff\x51", "exr": b"v/1\x01",
        "pbm": b"P1\n320 320\n", "pgm-text": b"P2\n320 320\n255\n", "pgm": b"P5\n320 320\n255\n",
        "ppm": b"P6\n320 320\n255\n", "pam": b"P7\nWIDTH 320\n", "pfm": b"PF\n320 320\n-1.0\n",
        "hdr": b"#?RADIANCE\n", "avif": b"\0\0\0\x1cftypavif", "mp4": b"\0\0\0\x20ftypisom",
        "zip": b"PK\3\4", "pdf": b"%PDF-1.7", "svg": b"<svg onload='alert(1)'/>",
        "html": b"<!doctype html><h1>404</h1>", "gzip": b"\x1f\x8b\x08", "elf": b"\x7fELF",
        "ico": b"\0\0\1\0", "psd": b"8BPS", "text": b"no picture at all", "zeros": b"\0" * 500,
        "utf16": "part".encode("utf-16"), "pickle": b"\x80\x04\x95", "sqlite": b"SQLite format 3\0",
    }.items():  # fmt: skip
        folder.add(f"foreign/{name}.png", data.ljust(400, b"\x01"), held("WRONG_TYPE"))


def dead_cameras(folder):
    """C11: pictures that would read as no defect, or as nothing but one."""
    noise = np.random.default_rng(8)
    made = {
        "black": np.zeros((SIDE, SIDE, 3)),
        "black-noise": noise.normal(3, 2, (SIDE, SIDE, 3)),
        "white": np.full((SIDE, SIDE, 3), 255),
        "white-noise": noise.normal(250, 4, (SIDE, SIDE, 3)),
        "grey": np.full((SIDE, SIDE, 3), 128),
        "gold": np.full((SIDE, SIDE, 3), (8, 36, 104)),
        "saturated": folder.surface().astype(float) * 5,
        "underexposed": folder.surface() * 0.1,
        "blurred-4": cv2.GaussianBlur(folder.surface(), (0, 0), 4),
        "blurred-10": cv2.GaussianBlur(folder.surface(), (0, 0), 10),
        "blurred-noise": cv2.GaussianBlur(folder.surface(), (0, 0), 8)
        + noise.normal(0, 3, (SIDE, SIDE, 3)),
        "noise": noise.integers(0, 256, (SIDE, SIDE, 3)),
        "noise-mono": np.repeat(noise.normal(120, 30, (SIDE, SIDE, 1)), 3, axis=2),
        "no-part": noise.normal((90, 95, 100), 3, (SIDE, SIDE, 3)),
        "no-part-slope": np.linspace(60, 140, SIDE)[None, :, None]
        + noise.normal(0, 2, (SIDE, SIDE, 3)),
        "stripes": np.broadcast_to(noise.integers(40, 90, (1, SIDE, 1)), (SIDE, SIDE, 3)),
    }
    for name, value in {"black": 0, "grey": 128, "white": 255}.items():
        lower, right = folder.surface(), folder.surface()
        lower[SIDE // 2 :] = value
        right[:, SIDE // 2 :] = value
        made[f"lower-{name}"], made[f"right-{name}"] = lower, right
    repeated, snow = folder.surface(), folder.surface()
    repeated[SIDE // 2 :] = repeated[SIDE // 2]
    snow[SIDE // 2 :] = noise.integers(0, 256, (SIDE // 2, SIDE, 3))
    made |= {"last-line": repeated, "lower-noise": snow}
    for name, pixels in made.items():
        data = png(np.clip(pixels, 0, 255).astype(np.uint8))
        folder.add(f"dead/{name}.png", data, held("IMPLAUSIBLE"))
    # 216 colours, or two, by dots: what is left of a surface is a pattern of the program.
    dots = {"web.png": "P", "bits.png": "1"}
    for name, mode in dots.items():
        folder.add(f"dead/{name}", by_pillow(folder.surface(), mode, "PNG"), held("IMPLAUSIBLE"))
    folder.add("dead/all-black.jpg", jpeg(np.zeros((SIDE, SIDE, 3), np.uint8)), held("IMPLAUSIBLE"))
    folder.add(
        "dead/all-white.bmp", bmp(np.full((SIDE, SIDE, 3), 255, np.uint8)), held("IMPLAUSIBLE")
    )


def repeats(folder):
    """A12, B06: the same picture twice, and two pictures of one view."""
    surface = folder.surface()
    folder.add("twice/R1.png", png(surface), MEASURED)
    folder.add("twice/R2.png", png(surface), DUPLICATE)
    folder.add("twice/R3.png", encoded(surface, ".png", cv2.IMWRITE_PNG_COMPRESSION, 9), DUPLICATE)
    folder.add("twice/R4.bmp", bmp(surface), DUPLICATE)
    folder.add("two/P1.png", png(folder.surface()), held("NAME_CONFLICT"))
    folder.add("two/P1.jpg", jpeg(folder.surface()), held("NAME_CONFLICT"))
    then = time.time() - 3600
    for number, path in enumerate(sorted((folder.inbox / "twice").iterdir())):
        os.utime(path, (then + number, then + number))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile") / "site"
    site = init_site(root, settings_text="[inbox]\nquiet_seconds = 0\n")
    folder = Folder(site.inbox)
    for fill in (
        kinds_of_file, names, whole_pictures, damaged_png, damaged_jpeg, damaged_bmp, foreign,
        dead_cameras, repeats,
    ):  # fmt: skip
        fill(folder)
    return folder, ingested(root)


def ingested(root):
    """The report of `blemish ingest --json`, seconds, and the largest memory of the parent in MB."""
    peak = [0.0]
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "jobs", "ingest", "--site", str(root), "--json"],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    def watch():
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            lines = status.read_text("utf-8").splitlines() if status.exists() else []
            kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
            peak[0] = max(peak[0], *[each / 1024 for each in kilobytes], 0.0)
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, said = process.communicate(timeout=300)
    watcher.join()
    assert process.returncode == 0, said.decode("utf-8", "replace")
    return json.loads(out), time.monotonic() - started, peak[0], said


def test_every_hostile_or_odd_file_has_the_outcome_of_the_fault_table(hostile):
    folder, (report, seconds, megabytes, _) = hostile
    found = {file["path"]: (file["outcome"], file["reason"]) for file in report["files"]}
    wrong = {
        path: (found.get(path), expected)
        for path, expected in folder.expected.items()
        if found.get(path) not in expected
    }
    unasked = found.keys() - folder.expected.keys()
    without = [
        file["path"]
        for file in report["files"]
        if file["outcome"] != "measured" and not file["reason"]
    ]
    print(
        f"hostile files: {len(folder.expected)}, wrong {len(wrong)}, without a reason"
        f" {len(without)}; {seconds:.1f} s, parent at most {megabytes:.0f} MB"
    )
    assert len(folder.expected) >= 150
    assert (wrong, unasked, without) == ({}, set(), [])
    assert megabytes <= MEGABYTES


def test_the_ledger_identity_holds_over_the_hostile_folder(hostile):
    folder, (report, _, _, _) = hostile
    parts = ("measured", "quarantined", "ignored", "deferred", "known")
    assert report["seen"] == len(folder.expected) == sum(report[part] for part in parts)


def test_what_is_not_measured_says_why_in_a_sentence(hostile):
    _, (report, _, _, _) = hostile
    quarantined = [file for file in report["files"] if file["outcome"] == "quarantined"]
    assert all(len(file["detail"]) > 10 for file in quarantined)
    dead = [file["detail"] for file in quarantined if file["reason"] == "IMPLAUSIBLE"]
    assert all("[plausibility]" in detail for detail in dead)


def test_no_byte_of_a_name_reaches_the_terminal_as_a_command(hostile):
    _, (_, _, _, said) = hostile
    assert b"\x1b[31m" not in said


def test_the_whole_hostile_folder_is_done_in_a_minute(hostile):
    _, (_, seconds, _, _) = hostile
    assert seconds <= SECONDS
