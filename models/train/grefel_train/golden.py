"""Makes the golden preprocessing fixtures that the Python and the TypeScript tests share.

The pictures are drawn by formula, no one's photograph; each file shows one thing a decoder can get wrong.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from .fingerprints import perceptual_hash, pixels_sha256
from .preprocessing import decode_rgb, model_input

_ORIENTATION = 0x0112


def picture(width: int, height: int, seed: int) -> np.ndarray:
    """A face-like picture with texture and no symmetry. -> uint8 [height, width, 3]."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = x / width - 0.5, y / height - 0.5
    phase = np.random.default_rng(seed).uniform(0, 6.28, 6)
    head = 110 * np.exp(-((u / 0.32) ** 4 + (v / 0.4) ** 4))
    eyes = -70 * (np.exp(-((u - 0.15) ** 2 + (v + 0.1) ** 2) / 0.004) + np.exp(-((u + 0.13) ** 2 + (v + 0.12) ** 2) / 0.003))
    mouth = -60 * np.exp(-((u - 0.03) ** 2 / 0.02 + (v - 0.2 - u**2) ** 2 / 0.002))
    stripes = 14 * np.sin(0.9 * x + 0.4 * y + phase[0]) + 10 * np.sin(11 * u + 17 * v + phase[1])
    base = 70 + head + eyes + mouth + stripes
    tint = [base + 25 * np.sin(5 * u + phase[2]), base * 0.85 + 18 * np.sin(6 * v + phase[3]), base * 0.7 + 30 * np.cos(4 * (u + v) + phase[4])]
    return np.clip(np.stack(tint, axis=2) + 0.5, 0, 255).astype(np.uint8)


def _grey(width: int, height: int, seed: int) -> Image.Image:
    return Image.fromarray(picture(width, height, seed)[:, :, 1].copy())


def _rgba(width: int, height: int, seed: int) -> Image.Image:
    alpha = np.linspace(0, 255, width)[None, :] * np.ones((height, 1))
    alpha[: height // 4] = 255
    alpha[-height // 4 :, : width // 3] = 0
    return Image.fromarray(np.dstack([picture(width, height, seed), alpha.astype(np.uint8)]))


def _deep_grey(width: int, height: int, seed: int) -> Image.Image:
    low = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint16)
    return Image.fromarray((picture(width, height, seed)[:, :, 0].astype(np.uint16) << 8) | low)


def _palette(width: int, height: int, seed: int) -> Image.Image:
    return Image.fromarray(picture(width, height, seed)).quantize(64, dither=Image.Dither.NONE)


def _rgb(width: int, height: int, seed: int) -> Image.Image:
    return Image.fromarray(picture(width, height, seed))


def write_golden(folder: Path) -> None:
    """Writes the fixtures, `<name>.expected.png` (112x112 RGB) and golden.json into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    turned = Image.Exif()
    turned[_ORIENTATION] = 6
    cases = [
        ("grey-48.png", _grey(48, 48, 1), {}, 1, "smaller than 112, one channel"),
        ("rgb-wide.png", _rgb(131, 60, 2), {}, 1, "wide; odd centre offset"),
        ("rgb-tall.png", _rgb(37, 90, 3), {}, 1, "tall, smaller than 112"),
        ("rgba.png", _rgba(75, 61, 4), {}, 1, "alpha over mid-grey 128"),
        ("grey-16bit.png", _deep_grey(70, 70, 5), {}, 1, "16 bits to 8 by v >> 8"),
        ("palette.png", _palette(150, 120, 6), {}, 1, "palette of 64 colours"),
        ("photo.jpg", _rgb(240, 200, 7), {"quality": 90, "subsampling": 2}, 3, "JPEG 4:2:0, larger than 112"),
        ("exif-6.jpg", _rgb(160, 120, 8), {"quality": 92, "subsampling": 0, "exif": turned}, 3, "EXIF orientation 6"),
        ("lossless.webp", _rgb(90, 96, 9), {"lossless": True}, 1, "WebP lossless"),
        ("rgb.bmp", _rgb(83, 71, 10), {}, 1, "BMP 24 bit, row padding"),
        ("rgb.tiff", _rgb(84, 75, 11), {"compression": "tiff_lzw"}, 1, "TIFF RGB, LZW"),
        ("palette.tiff", _palette(100, 130, 12), {"compression": "tiff_lzw"}, 1, "TIFF palette"),
        ("grey.tiff", _grey(113, 112, 13), {}, 1, "TIFF grey, one column more than 112"),
        ("grey-large.png", _grey(301, 203, 14), {}, 1, "shrunk by a factor that is not whole"),
    ]
    entries = []
    for name, image, options, tolerance, shows in cases:
        image.save(folder / name, **options)
        rgb = decode_rgb(folder / name)
        face = model_input(rgb)
        Image.fromarray(face).save(folder / f"{name}.expected.png", optimize=True)
        entries.append(
            {
                "name": name,
                "shows": shows,
                "width": rgb.shape[1],
                "height": rgb.shape[0],
                "pixels_sha256": pixels_sha256(rgb),
                "perceptual_hash": perceptual_hash(face),
                "tolerance": tolerance,
            }
        )
    about = (
        "Made by `python -m grefel_train golden`. width, height and pixels_sha256 are of the decoded, turned RGB image "
        "(JPEG decoders differ: compare pixels_sha256 only for lossless files); perceptual_hash is of <name>.expected.png; "
        "tolerance is the largest absolute difference allowed between any channel of <name>.expected.png and a decoder's."
    )
    (folder / "golden.json").write_text(json.dumps({"about": about, "images": entries}, indent=2) + "\n")
