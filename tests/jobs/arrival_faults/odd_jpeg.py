"""Damaged and odd JPEG files."""

import struct

import cv2

from tests.jobs.arrival_faults.hostile_folder import (
    MEASURED,
    by_pillow,
    frame_of,
    held,
    jpeg,
    replaced,
    segment,
    with_segment,
)


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


def odd_colours(folder):
    """C07 for JPEG: four inks, in one pass and in several, and a profile that is none."""
    several = by_pillow(folder.surface(), "CMYK", "JPEG", quality=95, progressive=True)
    folder.add("jpeg/cmyk-progressive.jpg", several, MEASURED)
    profile = segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(60_000))
    folder.add("jpeg/profile.jpg", with_segment(jpeg(folder.surface()), profile), MEASURED)
    arithmetic = replaced(several, several.find(b"\xff\xc2"), b"\xff\xca")
    folder.add("jpeg/arithmetic-progressive.jpg", arithmetic, held("BAD_FORMAT"))
    wide = jpeg(folder.surface())
    frame = frame_of(wide)
    folder.add(
        "jpeg/65535-wide.jpg",
        replaced(wide, frame + 5, struct.pack(">HH", 1, 65_535)),
        held("TOO_LARGE"),
    )
