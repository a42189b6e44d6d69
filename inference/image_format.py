"""Which format a file has, by its first bytes; and the check that it is one whole image."""

from typing import Final

from inference.bmp_format import BMP_SIGNATURE, check_bmp, read_bmp_header
from inference.errors import ImageRefusedError
from inference.image_header import ImageFormat, ImageHeader
from inference.jpeg_format import JPEG_SIGNATURE, check_jpeg, read_jpeg_header
from inference.png_format import PNG_SIGNATURE, check_png, read_png_header

_SIGNATURES: Final[dict[ImageFormat, bytes]] = {
    "png": PNG_SIGNATURE,
    "jpeg": JPEG_SIGNATURE,
    "bmp": BMP_SIGNATURE,
}
_READERS: Final = {"png": read_png_header, "jpeg": read_jpeg_header, "bmp": read_bmp_header}
_CHECKS: Final = {"png": check_png, "jpeg": check_jpeg, "bmp": check_bmp}
# Offset and bytes that give away files often found under the name of a picture.
_FOREIGN: Final = (
    (0, b"GIF8", "GIF"),
    (8, b"WEBP", "WebP"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"\x00\x00\x00\x0cjP", "JPEG 2000"),
    (0, b"\xffO\xffQ", "JPEG 2000"),
    (4, b"ftyp", "AVIF, HEIC or a film"),
    (0, b"v/1\x01", "OpenEXR"),
    (0, b"P1", "PBM"),
    (0, b"P2", "PGM"),
    (0, b"P3", "PPM"),
    (0, b"P4", "PBM"),
    (0, b"P5", "PGM"),
    (0, b"P6", "PPM"),
    (0, b"P7", "PAM"),
    (0, b"PF", "PFM"),
    (0, b"Pf", "PFM"),
    (0, b"PK", "a ZIP archive"),
    (0, b"%PDF", "PDF"),
    (0, b"#?", "Radiance HDR"),
    (0, b"<", "HTML, XML or SVG"),
)


def read_header(data: bytes) -> ImageHeader:
    """Read format, size and colour model without decoding.

    Raises
    ------
    ImageRefusedError
        WRONG_TYPE for everything but PNG, JPEG and BMP; TRUNCATED, CORRUPT or BAD_FORMAT for a
        header that cannot be used.

    Examples
    --------
    >>> read_header(b"GIF89a")
    Traceback (most recent call last):
    ...
    inference.errors.ImageRefusedError: the file is GIF; only PNG, JPEG and BMP are read

    """
    return _READERS[_sniff(data)](data)


def check_file(data: bytes, image_format: ImageFormat) -> None:
    """Refuse a file that ends early, goes on after its image, or holds several.

    Raises
    ------
    ImageRefusedError
        TRUNCATED, TRAILING_DATA, MULTI_FRAME, CORRUPT or TOO_LARGE (too many scans).

    """
    _CHECKS[image_format](data)


def _sniff(data: bytes) -> ImageFormat:
    """The format by the signature, never by the file's name."""
    if not data:
        raise ImageRefusedError("TRUNCATED", "the file is empty")
    for image_format, signature in _SIGNATURES.items():
        if data.startswith(signature):
            return image_format
        if signature.startswith(data):
            raise ImageRefusedError("TRUNCATED", f"the file has only {len(data)} bytes")
    for offset, magic, name in _FOREIGN:
        if data.startswith(magic, offset):
            raise ImageRefusedError(
                "WRONG_TYPE", f"the file is {name}; only PNG, JPEG and BMP are read"
            )
    raise ImageRefusedError(
        "WRONG_TYPE", f"the file starts with {data[:8].hex(' ')}: no PNG, JPEG or BMP"
    )
