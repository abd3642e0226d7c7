"""An encoded picture as pixels, or the reason why it cannot be read, in the words of the desktop application."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import kornia_rs
import numpy as np
from PIL import ExifTags, Image, ImageFile, ImageOps, UnidentifiedImageError

from grefel_train.preprocessing import to_rgb

from .errors import ImageProblem

MAX_BYTES = 256 * 2**20
MAX_MEGAPIXELS = 100
LONGEST_SIDE = 65_535
"""Limits of the desktop application."""
_ZUNE_LONGEST_SIDE = 16_384
"""A limit of zune-jpeg that kornia_rs does not raise."""

_FORMATS = {"JPEG": "jpeg", "MPO": "jpeg", "PNG": "png", "WEBP": "webp", "BMP": "bmp", "TIFF": "tiff", "AVIF": "avif",
            "PPM": "pnm"}  # fmt: skip
_TITLES = {"jpeg": "JPEG", "png": "PNG", "webp": "WebP", "bmp": "BMP", "tiff": "TIFF", "avif": "AVIF", "pnm": "PNM"}
_TEXT_STARTS = (b"<!doctype html", b"<html", b"<?xml", b"<svg", b"{", b"[")

Image.MAX_IMAGE_PIXELS = None  # its own limit is checked below, before a pixel is decoded
ImageFile.LOAD_TRUNCATED_IMAGES = False


@dataclass(frozen=True)
class Picture:
    """Pixels as a person sees them: upright, in colour, opaque.

    Parameters
    ----------
    rgb
        uint8 [H, W, 3]
    format
        jpeg, png, webp, bmp, tiff, avif or pnm.
    """

    rgb: np.ndarray
    format: str


def decode(content: bytes) -> Picture:
    """Decode a file's first picture.

    Raises
    ------
    ImageProblem
        The reason for the image's row.
    """
    if len(content) > MAX_BYTES:
        raise ImageProblem(f"{round(len(content) / 2**20):,} MiB exceed the limit of 256 MiB")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kind, image = _open(content)
        try:
            with image:
                return Picture(_upright_rgb(content, kind, image), kind)
        except Exception as error:  # zune-jpeg's errors have no class of their own
            title = _TITLES[kind]
            broken_off = "truncated" in str(error) or isinstance(error, EOFError) or _breaks_off(content, kind)
            raise ImageProblem(f"{'truncated' if broken_off else 'damaged'} {title}") from error


def _upright_rgb(content: bytes, kind: str, image: Image.Image) -> np.ndarray:
    """Decode an opened picture. JPEGs by zune-jpeg, as the application does: libjpeg gives other values.

    zune-jpeg here takes neither CMYK nor the largest pictures; Pillow does, with values that differ a little.
    """
    if kind != "jpeg" or image.mode not in ("L", "RGB") or max(image.size) > _ZUNE_LONGEST_SIDE:
        image.load()
        return to_rgb(_upright(image))
    pixels = np.asarray(kornia_rs.io.decode_image_jpeg(content))
    decoded = Image.fromarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))
    try:
        decoded.getexif()[ExifTags.Base.Orientation] = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # Pillow raises anything for EXIF that is garbage: the picture is shown as it is stored
        return np.asarray(decoded)
    return np.asarray(_upright(decoded))


def _upright(image: Image.Image) -> Image.Image:
    """Turn a picture as its EXIF says; as it is stored where that is garbage."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # Pillow has no class of its own for it
        return image


def _open(content: bytes) -> tuple[str, Image.Image]:
    """Recognise a picture and check its dimensions, without decoding it."""
    if not content:
        raise ImageProblem("empty file")
    try:
        image = Image.open(io.BytesIO(content))
    except UnidentifiedImageError as error:
        raise ImageProblem(_describe_foreign(content)) from error
    except Exception as error:  # of a damaged AVIF, RuntimeError
        raise ImageProblem(_describe_damaged(content) or "damaged image") from error
    if image.format == "GIF":
        raise ImageProblem("GIF images cannot be read; convert it to PNG")
    kind = _FORMATS.get(image.format or "")
    if kind is None:
        raise ImageProblem(f"{image.format} images cannot be read; convert it to PNG")
    width, height = image.size
    if min(width, height) < 1:
        raise ImageProblem(f"it has no pixels ({width} x {height})")
    if max(width, height) > LONGEST_SIDE:
        raise ImageProblem(f"{width} x {height} pixels exceed the limit of {LONGEST_SIDE:,} pixels a side")
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise ImageProblem(f"{width} x {height} pixels exceed the limit of {MAX_MEGAPIXELS} megapixels")
    if kind == "jpeg" and not _jpeg_is_complete(content):
        raise ImageProblem("truncated JPEG")
    return kind, image


def _describe_foreign(content: bytes) -> str:
    """Say what a file is if it is not an image."""
    damaged = _describe_damaged(content)
    if damaged is not None:
        return damaged
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"version https://git-lfs"):
        return "not an image (Git LFS pointer: the image itself was not downloaded)"
    if not any(content[:4096]):
        return "not an image (nothing but zeros)"
    is_text = start.startswith(_TEXT_STARTS) or all(byte >= 32 or byte in b"\t\n\r\f" for byte in start)
    return f"not an image ({'text' if is_text else 'unknown content'})"


def _describe_damaged(content: bytes) -> str | None:
    """Say what is wrong with a file that begins as a JPEG or PNG and cannot be opened; None for any other."""
    if content.startswith(b"\xff\xd8\xff"):
        return "damaged JPEG" if _jpeg_is_complete(content) else "truncated JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "truncated PNG" if _breaks_off(content, "png") else "damaged PNG"
    return None


def _jpeg_is_complete(content: bytes) -> bool:
    """Whether a JPEG has its end marker: decoders silently fill in what is missing."""
    at = 2
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return False
        marker = content[at + 1]
        if marker == 0xD9:
            return True
        if marker == 0xFF:
            at += 1
        elif marker <= 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        elif at + 3 < len(content):
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        else:
            return False


def _breaks_off(content: bytes, kind: str) -> bool:
    """Whether a file ends before its own structure says it does."""
    if kind == "png":
        return b"IEND" not in content[-12:]
    if kind == "webp":
        return len(content) < int.from_bytes(content[4:8], "little") + 8
    return kind in ("bmp", "pnm")
