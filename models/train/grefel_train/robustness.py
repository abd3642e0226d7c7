"""Changes of held-out images, to see how robust a model is. Each takes and returns the app's model input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from .preprocessing import INPUT_SIZE, model_input

Change = Callable[[np.ndarray], np.ndarray]


def _resized(side: int) -> Change:
    """A 48-pixel face [48, 48] stored at another size, then loaded as the app does."""

    def change(face: np.ndarray) -> np.ndarray:
        stored = Image.fromarray(face).resize((side, side), Image.Resampling.BICUBIC)
        return model_input(np.asarray(stored.convert("RGB")))

    return change


def _after(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    return lambda face: change(_resized(48)(face))


def _blurred(image: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(3)))


def _sharpened(image: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(image).filter(ImageFilter.UnsharpMask(4, 200, 0)))


def _dark(image: np.ndarray) -> np.ndarray:
    return (image * 0.3).astype(np.uint8)


def _tinted(image: np.ndarray) -> np.ndarray:
    return np.clip(image * np.array([1.15, 0.95, 0.8]), 0, 255).astype(np.uint8)


def _covered(top: float, bottom: float) -> Callable[[np.ndarray], np.ndarray]:
    def change(image: np.ndarray) -> np.ndarray:
        covered = image.copy()
        covered[int(top * INPUT_SIZE) : int(bottom * INPUT_SIZE)] = 128
        return covered

    return change


def _shifted(image: np.ndarray) -> np.ndarray:
    padded = np.pad(image, ((0, 0), (12, 0), (0, 0)), mode="edge")
    return np.ascontiguousarray(padded[:, :INPUT_SIZE])


CHANGES: dict[str, Change] = {
    "as it is": _resized(48),
    "24 px": _resized(24),
    "400 px": _resized(400),
    "blur, 3 px of 112": _after(_blurred),
    "sharpened": _after(_sharpened),
    "darkness, 30 % of the light": _after(_dark),
    "warm colour": _after(_tinted),
    "eyes covered": _after(_covered(0.25, 0.45)),
    "mouth covered": _after(_covered(0.65, 0.9)),
    "shifted by 11 %": _after(_shifted),
    "mirrored": _after(lambda image: np.ascontiguousarray(image[:, ::-1])),
}
