"""From an image file to the model's input, the same steps as the desktop app's decoder.

The steps, in this order, so that any language can repeat them:

1. Decode the whole first frame and turn it as EXIF's orientation says.
2. To 8-bit RGB: 16-bit samples become ``v >> 8``; grey is repeated into the three channels; palettes are looked
   up; alpha is composited over mid-grey, ``round(c * a / 255 + 128 * (255 - a) / 255)``.
   These pixels are what ``pixels_sha256`` (fingerprints.py) is taken of.
3. Resize so that the shorter side is 112, the longer ``floor(long * 112 / short + 0.5)``, with an antialiased
   bilinear (triangle) filter: Pillow's ``BILINEAR``, whose support grows with the shrink factor.
4. Cut the centre square: offset ``floor((long - 112) / 2)``.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, ImageOps

INPUT_SIZE = 112
MID_GREY = 128


def decode_rgb(source: str | Path | IO[bytes]) -> np.ndarray:
    """Steps 1 and 2. Image file -> uint8 [H, W, 3]. Raises OSError if it is no readable image."""
    with Image.open(source) as opened:
        return to_rgb(ImageOps.exif_transpose(opened))


def to_rgb(image: Image.Image) -> np.ndarray:
    """Step 2. Any Pillow image -> uint8 [H, W, 3]."""
    if image.mode.startswith("I"):
        wide = np.asarray(image).astype(np.int64)
        grey = np.clip(wide >> 8, 0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        rgba = np.asarray(image.convert("RGBA")).astype(np.int64)
        colour, alpha = rgba[:, :, :3], rgba[:, :, 3:]
        return ((colour * alpha + MID_GREY * (255 - alpha) + 127) // 255).astype(np.uint8)
    return np.asarray(image.convert("RGB"))


def model_input(rgb: np.ndarray, size: int = INPUT_SIZE) -> np.ndarray:
    """Steps 3 and 4. uint8 [H, W, 3] -> uint8 [size, size, 3]."""
    height, width = rgb.shape[:2]
    short = min(height, width)
    new_width, new_height = ((2 * side * size + short) // (2 * short) for side in (width, height))
    resized = np.asarray(Image.fromarray(rgb).resize((new_width, new_height), Image.Resampling.BILINEAR))
    left, top = (new_width - size) // 2, (new_height - size) // 2
    return np.ascontiguousarray(resized[top : top + size, left : left + size])


def load_input(source: str | Path | IO[bytes]) -> np.ndarray:
    """All steps. Image file -> uint8 [112, 112, 3]. Raises OSError if it is no readable image."""
    return model_input(decode_rgb(source))
