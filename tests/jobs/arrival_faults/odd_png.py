"""Damaged and odd PNG files."""

import struct
import zlib

import numpy as np

from tests.jobs.arrival_faults.hostile_folder import (
    MEASURED,
    chunk,
    encoded,
    flipped,
    held,
    inserted,
    png,
    png_of,
)


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


# First row, first column, row step and column step of the seven passes of Adam7.
ADAM7 = (
    (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1),
)  # fmt: skip


def odd_chunks(folder):
    """C04, C08, C09: rows in another order, one pixel high, and chunks that unpack to gigabytes."""
    pixels = folder.surface()[..., ::-1]
    parts = [pixels[top::down, left::right] for top, left, down, right in ADAM7]
    packed = zlib.compress(b"".join(b"\0" + row.tobytes() for part in parts for row in part))
    header = struct.pack(">IIBBBBB", 320, 320, 8, 2, 0, 0, 1)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    folder.add("png/interlaced.png", start + chunk(b"IDAT", packed) + chunk(b"IEND", b""), MEASURED)
    cut = start + chunk(b"IDAT", zlib.compress(zlib.decompress(packed)[:9000]))
    folder.add(
        "png/interlaced-cut.png",
        cut + chunk(b"IEND", b""),
        held("CORRUPT", "TRUNCATED", "IMPLAUSIBLE"),
    )
    line = zlib.compress(b"\0" + b"\x70" * 65_535)
    folder.add("png/65535-wide.png", png_of(65_535, 1, 8, 0, line), held("TOO_LARGE"))
    column = zlib.compress(b"\0\x70" * 65_535)
    folder.add("png/65535-high.png", png_of(1, 65_535, 8, 0, column), held("TOO_LARGE"))
    thin = zlib.compress(b"\0" + b"\x70" * 9_000)
    folder.add("png/9000-wide.png", png_of(9_000, 1, 8, 0, thin), held("BAD_SHAPE"))
    # A gigabyte in a megabyte; what is not a pixel is not unpacked.
    bomb = zlib.compressobj(9)
    packed = b"".join(bomb.compress(bytes(1 << 24)) for _ in range(64)) + bomb.flush()
    for name, kind, head in (
        ("text", b"zTXt", b"Comment\0\0"),
        ("profile", b"iCCP", b"ICC profile\0\0"),
        ("international", b"iTXt", b"Comment\0\1\0\0\0"),
    ):
        data = inserted(png(folder.surface()), chunk(kind, head + packed))
        folder.add(f"png/bomb-{name}.png", data, MEASURED)
    long = inserted(png(folder.surface()), chunk(b"tEXt", b"Comment\0" + b"x" * 12_000_000))
    folder.add("png/long-text.png", long, MEASURED)
    frames = (
        chunk(b"acTL", struct.pack(">II", 1, 0)),
        chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 320, 320, 0, 0, 1, 10, 0, 0)),
    )
    folder.add("png/one-frame.png", inserted(png(folder.surface()), *frames), held("MULTI_FRAME"))
