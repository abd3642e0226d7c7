"""Two fingerprints by which the app knows that an image was among the model's training images.

``pixels_sha256``: SHA-256 (hex) of the decoded pixels (preprocessing.py, steps 1 and 2). Where R == G == B in every
pixel, of the W*H grey bytes row by row; for other images of the W*H*3 RGB bytes. Exact copies in any lossless format agree.

``perceptual_hash``: 64 bits as 16 hex digits, from the model's input (uint8 [112, 112, 3]), so that a re-encoded or
enlarged copy is near in Hamming distance:

1. grey = 0.299 R + 0.587 G + 0.114 B, not rounded; [112, 112]
2. mean of each 7x7 block -> [16, 16]
3. orthonormal two-dimensional DCT-II, X = M g M^T with M[u, x] = s(u) cos(pi (2x + 1) u / 32), s(0) = 1/4,
   s(u > 0) = sqrt(1/8) (in float64); a coefficient below 1e-6 in magnitude counts as exactly 0
4. of the 8x8 lowest frequencies X[0..7][0..7], row by row, the bit is 1 where the coefficient is > the median of the
   63 without X[0][0]; X[0][0]'s bit is always 0
5. the first bit (X[0][0]) is the most significant of the 64
"""

from __future__ import annotations

import hashlib

import numpy as np

_BLOCK, _GRID, _LOW = 7, 16, 8


def pixels_sha256(rgb: np.ndarray) -> str:
    """uint8 [H, W, 3] -> 64 hex digits."""
    grey = (rgb[:, :, 0] == rgb[:, :, 1]).all() and (rgb[:, :, 0] == rgb[:, :, 2]).all()
    pixels = rgb[:, :, 0] if grey else rgb
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def _dct_matrix() -> np.ndarray:
    frequency, place = np.arange(_GRID)[:, None], np.arange(_GRID)[None, :]
    matrix = np.cos(np.pi * (2 * place + 1) * frequency / (2 * _GRID)) * np.sqrt(2 / _GRID)
    matrix[0] *= np.sqrt(0.5)
    return matrix


_DCT = _dct_matrix()


def perceptual_bits(face: np.ndarray) -> np.ndarray:
    """Model input uint8 [112, 112, 3] -> bool [64], most significant first."""
    grey = face.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    blocks = grey.reshape(_GRID, _BLOCK, _GRID, _BLOCK).mean(axis=(1, 3))
    coefficients = (_DCT @ blocks @ _DCT.T)[:_LOW, :_LOW].ravel()
    coefficients[np.abs(coefficients) < 1e-6] = 0.0
    bits = coefficients > np.median(coefficients[1:])
    bits[0] = False
    return bits


def perceptual_hash(face: np.ndarray) -> str:
    """Model input uint8 [112, 112, 3] -> 16 hex digits."""
    return np.packbits(perceptual_bits(face)).tobytes().hex()
