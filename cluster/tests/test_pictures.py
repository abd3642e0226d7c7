import io
import json
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from conftest import FIXTURES, encoded, picture
from grefel_cluster.errors import ImageProblem
from grefel_cluster.pictures import decode
from grefel_cluster.scanning.facts import prepare

GOLDEN = json.loads((FIXTURES / "preprocessing" / "golden.json").read_text())["images"]
JPEG_PIXELS = json.loads((FIXTURES / "preprocessing" / "jpeg.json").read_text())
"""Of the application's decoder, where training's gives others."""


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_prepares_the_golden_pixels_of_training_and_application(case):
    folder = FIXTURES / "preprocessing"
    content = (folder / case["name"]).read_bytes()
    prepared = prepare(case["name"], None, content, 112)
    expected = np.asarray(Image.open(folder / f"{case['name']}.expected.png").convert("RGB"))
    difference = np.abs(prepared.input.astype(int) - expected).max()
    assert difference <= (case["tolerance"] if case["name"].endswith(".jpg") else 0)
    assert (prepared.width, prepared.height) == (case["width"], case["height"])
    assert prepared.pixels_sha256.hex() == JPEG_PIXELS.get(case["name"], case["pixels_sha256"])
    if not case["name"].endswith(".jpg"):
        assert prepared.perceptual_hash.hex() == case["perceptual_hash"]


RED_CORNER = {"top left": (1, 5), "top right": (2, 6), "bottom right": (3, 7), "bottom left": (4, 8)}
"""Where the stored picture's top left corner, which is red, is once it is upright: EXIF 2.3, section 4.6.4."""


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_an_avif_by_its_properties(orientation):
    rgb = decode((FIXTURES / "avif" / f"orientation-{orientation}.avif").read_bytes()).rgb.astype(int)
    corners = {
        "top left": rgb[3, 3],
        "top right": rgb[3, -4],
        "bottom right": rgb[-4, -4],
        "bottom left": rgb[-4, 3],
    }
    assert rgb.shape[:2] == ((32, 48) if orientation >= 5 else (48, 32))
    red = [name for name, (r, g, b) in corners.items() if r > 150 and g < 100 and b < 100]
    assert red == [name for name, orientations in RED_CORNER.items() if orientation in orientations]


PNG, JPEG = encoded(picture(1)), encoded(picture(1), "JPEG")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (JPEG[: len(JPEG) // 2], "truncated JPEG"),
        (PNG[: len(PNG) // 2], "truncated PNG"),
        (b"\xff\xd8\xff", "truncated JPEG"),
        (b"<!DOCTYPE html><p>404", "not an image (text)"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "Git LFS pointer"),
        (bytes(5000), "nothing but zeros"),
        (encoded(picture(2), "GIF"), "GIF images cannot be read"),
    ],
)
def test_says_why_a_picture_cannot_be_read(content, reason):
    with pytest.raises(ImageProblem, match=reason.replace("(", r"\(").replace(")", r"\)")):
        decode(content)
    prepared = prepare("x", "happiness", content, 112)
    assert reason in prepared.problem
    assert prepared.input is None
    assert prepared.label == "happiness"


@pytest.mark.parametrize(("mode", "size"), [("CMYK", (48, 40)), ("L", (48, 40)), ("RGB", (16_400, 8))])
def test_reads_the_jpegs_of_every_kind(mode, size):
    image = Image.fromarray(picture(3, 48, 40)).convert(mode).resize(size)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95, subsampling=0)
    expected = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(decode(buffer.getvalue()).rgb - expected).mean() < 4


def test_refuses_a_picture_that_claims_too_many_pixels():
    header = bytearray(PNG)
    header[16:24] = (20_000).to_bytes(4, "big") * 2
    header[29:33] = zlib.crc32(header[12:29]).to_bytes(4, "big")
    with pytest.raises(ImageProblem, match="exceed the limit of 100 megapixels"):
        decode(bytes(header))


def test_reads_a_png_whose_exif_is_garbage_as_it_is_stored():
    chunk = b"eXIf" + b"garbage, no EXIF"
    exif = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    np.testing.assert_array_equal(decode(PNG[:33] + exif + PNG[33:]).rgb, picture(1))


def test_gives_a_reason_for_a_damaged_avif():
    content = bytearray((FIXTURES / "avif" / "orientation-1.avif").read_bytes())
    for at in range(0, len(content), 7):
        damaged = bytes(content[:at]) + bytes([content[at] ^ 0xFF]) + bytes(content[at + 1 :])
        with suppress(ImageProblem):
            decode(damaged)
    at = content.index(b"av1C")
    with pytest.raises(ImageProblem):
        decode(bytes(content[:at]) + b"\xff" * 40 + bytes(content[at + 40 :]))
