"""Pictures that are whole: read by a stated rule, from dead cameras, or met twice."""

import os
import struct
import time

import cv2
import numpy as np

from tests.jobs.arrival_faults.hostile_folder import (
    DUPLICATE,
    MEASURED,
    SIDE,
    Image,
    bmp,
    by_pillow,
    chunk,
    encoded,
    held,
    inserted,
    jpeg,
    png,
    segment,
    with_segment,
)


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
