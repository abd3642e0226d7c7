"""What is measured on a picture apart from the model's outputs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from grefel_train.fingerprints import perceptual_hash, pixels_sha256
from grefel_train.preprocessing import model_input

from ..errors import ImageProblem
from ..pictures import decode
from ..quality import measure_quality

_MEASURED_SIDE = 112
"""Hashes and quality are computed at this side for every model, so they can be compared between models."""


@dataclass
class Prepared:
    """A picture as the model takes it, and its facts; `input` is None where it cannot be read.

    Parameters
    ----------
    input
        uint8 [S, S, 3]
    """

    image: str
    label: str | None
    input: np.ndarray | None = None
    problem: str | None = None
    width: int | None = None
    height: int | None = None
    format: str | None = None
    size_bytes: int | None = None
    content_sha256: bytes | None = None
    pixels_sha256: bytes | None = None
    perceptual_hash: bytes | None = None
    brightness: float | None = None
    sharpness: float | None = None


def prepare(image: str, label: str | None, content: bytes, input_size: int) -> Prepared:
    """Decode a picture and prepare it for the model. If that fails, the reason becomes its `problem`."""
    prepared = Prepared(image, label, size_bytes=len(content), content_sha256=hashlib.sha256(content).digest())
    try:
        picture = decode(content)
    except ImageProblem as problem:
        prepared.problem = str(problem)
        return prepared
    prepared.input = model_input(picture.rgb, input_size)
    measured = prepared.input if input_size == _MEASURED_SIDE else model_input(picture.rgb, _MEASURED_SIDE)
    prepared.height, prepared.width = picture.rgb.shape[:2]
    prepared.format = picture.format
    prepared.pixels_sha256 = bytes.fromhex(pixels_sha256(picture.rgb))
    prepared.perceptual_hash = bytes.fromhex(perceptual_hash(measured))
    prepared.brightness, prepared.sharpness = measure_quality(measured)
    return prepared
