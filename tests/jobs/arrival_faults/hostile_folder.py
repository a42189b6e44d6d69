"""What the makers of hostile and odd files share: the folder that notes outcomes, and encoders."""

import io
import struct
import zlib

import cv2
from PIL import Image

from inference.rendering.writing import rendered_surface

MEASURED = ("measured", "")
DUPLICATE = ("known", "DUPLICATE_CONTENT")
SIDE = 320
PNG_HEAD = 33  # signature and IHDR


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
