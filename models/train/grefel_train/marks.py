"""Landmarks of faces: the teacher's marks, how they move with a face, and the error of a prediction."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .data import people
from .fer import read_split
from .teacher import EYE_CORNERS

# Which of the 68 points each one becomes in a mirrored face.
MIRROR = (
    list(range(16, -1, -1)) + list(range(26, 16, -1)) + [27, 28, 29, 30, 35, 34, 33, 32, 31]
    + [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40]
    + [54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65]
)  # fmt: skip


@dataclass
class Marks:
    """points float32 [N, P, 2] in shares of the image (0..1); missing bool [N]: no face found, or a profile."""

    points: Tensor
    missing: Tensor


def load_marks(path: Path, data: Path, role: str) -> Marks:
    """The teacher's marks of the images that data.load_labelled gives of a role, in their order."""
    points = np.load(path)[role]
    if role == "train":
        points = points[people(read_split(data, role))]
    missing = np.isnan(points[:, 0, 0])
    # A profile's two eye corners nearly meet, and the mesh is least certain there.
    apart = np.linalg.norm(points[:, EYE_CORNERS[0]] - points[:, EYE_CORNERS[1]], axis=1)
    return Marks(torch.from_numpy(np.nan_to_num(points)), torch.from_numpy(missing | ~(apart > 0.15)))


def move_points(points: Tensor, maps: Tensor, mirrored: Tensor) -> Tensor:
    """Landmarks of distorted faces. points [N, P, 2] in 0..1, maps [N, 2, 3] (output to input) -> [N, P, 2]."""
    centred = points * 2 - 1 - maps[:, None, :, 2]
    moved = (torch.linalg.inv(maps[:, :, :2])[:, None] @ centred[..., None])[..., 0]
    moved = torch.where(mirrored[:, None, None], moved[:, MIRROR], moved)
    return (moved + 1) / 2


def interocular_error(predicted: Tensor, points: Tensor) -> Tensor:
    """Mean point distance as a share of the distance of the outer eye corners. [N, P, 2] twice -> [N]."""
    unit = (points[:, EYE_CORNERS[0]] - points[:, EYE_CORNERS[1]]).norm(dim=-1)
    return (predicted - points).norm(dim=-1).mean(dim=-1) / unit.clamp_min(1e-3)
