"""Damaged and odd BMP files, and other formats under the name of a picture."""

import struct

from tests.jobs.arrival_faults.hostile_folder import MEASURED, SIDE, bmp, held, replaced


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


def odd_bmp_headers(folder):
    """C05, C07: headers of other systems, and rows packed by runs."""
    rows = folder.surface()[::-1].tobytes()
    oldest = struct.pack("<2sIHHIIHHHH", b"BM", 26 + len(rows), 0, 0, 26, 12, SIDE, SIDE, 1, 24)
    folder.add("bmp/os2.bmp", oldest + rows, MEASURED)
    upside = replaced(oldest + rows, 20, struct.pack("<H", 0xFFFF & -SIDE))
    folder.add("bmp/os2-height.bmp", upside, held("TRUNCATED", "TOO_LARGE"))
    larger = struct.pack("<2sIHHI", b"BM", 78 + len(rows), 0, 0, 78) + struct.pack(
        "<IiiHHII", 64, SIDE, SIDE, 1, 24, 0, len(rows)
    )
    others = folder.surface()[::-1].tobytes()
    folder.add("bmp/os2-2.bmp", larger.ljust(78, b"\0") + others, MEASURED)
    palette = b"".join(bytes([grey, grey, grey, 0]) for grey in range(256))
    # 255 and 65 pixels of one grey a row, the end of the row, the end of the picture.
    runs = b"\xff\x70\x41\x70\0\0" * SIDE + b"\0\1"
    for name, height in (("rle8", SIDE), ("rle8-top-down", -SIDE)):
        head = struct.pack("<IiiHHIIiiII", 40, SIDE, height, 1, 8, 1, len(runs), 0, 0, 256, 0)
        start = 54 + len(palette)
        data = struct.pack("<2sIHHI", b"BM", start + len(runs), 0, 0, start) + head + palette + runs
        folder.add(f"bmp/{name}.bmp", data, held("BAD_FORMAT"))
    masked = replaced(bmp(folder.surface()), 30, struct.pack("<I", 3))
    folder.add("bmp/masks.bmp", masked, held("BAD_FORMAT", "CORRUPT"))
    lowest = replaced(bmp(folder.surface()), 22, struct.pack("<i", -(2**31)))
    folder.add("bmp/lowest-height.bmp", lowest, held("TOO_LARGE", "CORRUPT"))


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
