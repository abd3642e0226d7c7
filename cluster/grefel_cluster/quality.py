"""Brightness and sharpness, computed as in the desktop application (images/quality.ts)."""

from __future__ import annotations

import numpy as np

_LUMA = np.array([0.299, 0.587, 0.114])
_FLAT = 1e-6


def measure_quality(face: np.ndarray) -> tuple[float, float]:
    """Measure brightness and sharpness.

    Parameters
    ----------
    face
        Model input, uint8 [side, side, 3].

    Returns
    -------
    tuple of float
        Mean grey, 0 black to 1 white; variance of the Laplacian over that of the grey values, 0 for a flat picture.
    """
    grey = (face.astype(np.float64) @ _LUMA / 255).astype(np.float32).astype(np.float64)
    around = grey[1:-1, :-2] + grey[1:-1, 2:] + grey[:-2, 1:-1] + grey[2:, 1:-1]
    detail = (around - 4 * grey[1:-1, 1:-1]).astype(np.float32).astype(np.float64)
    contrast = _variance(grey)
    return float(grey.mean()), _variance(detail) / contrast if contrast > _FLAT else 0.0


def _variance(values: np.ndarray) -> float:
    return max(0.0, float((values**2).mean() - values.mean() ** 2))
