"""Reads the pair FER2013 / FER+: images.zip, labels.csv and splits.csv of one folder. Needs numpy and Pillow only."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .classes import NAMES

FACE = 48


@dataclass
class Split:
    """The images of one role, in the file's order.

    images: names in images.zip; faces: uint8 [N, 48, 48]; votes: float32 [N, 8], classes in the order of
    classes.NAMES; rejected: float32 [N], votes for unknown or not a face; sha256: of the decoded grey pixels.
    """

    images: list[str]
    faces: np.ndarray
    votes: np.ndarray
    rejected: np.ndarray
    sha256: list[str]

    def __len__(self) -> int:
        return len(self.images)

    def keep(self, where: np.ndarray) -> Split:
        """Only the images where the bool [N] mask is true."""
        chosen = np.flatnonzero(where)
        return Split(
            [self.images[i] for i in chosen], self.faces[chosen], self.votes[chosen], self.rejected[chosen],
            [self.sha256[i] for i in chosen],
        )  # fmt: skip


def truth(votes: np.ndarray, rejected: np.ndarray) -> np.ndarray:
    """The emotion with the most votes; -1 where two tie for most or the rejected votes reach that most.

    votes [N, 8], rejected [N] (unknown + not a face) -> int64 [N]. The one rule for truth of the whole project.
    """
    ordered = np.sort(votes, axis=1)
    clear = (ordered[:, -1] > ordered[:, -2]) & (rejected < ordered[:, -1])
    return np.where(clear, votes.argmax(axis=1), -1)


def soft_labels(votes: np.ndarray) -> np.ndarray:
    """Votes as a distribution. [N, 8] -> float32 [N, 8]; rows without a vote for an emotion are uniform."""
    total = votes.sum(axis=1, keepdims=True)
    return np.where(total > 0, votes / np.maximum(total, 1), 1 / votes.shape[1]).astype(np.float32)


def read_split(folder: Path, role: str) -> Split:
    """Images and votes of a role (`train`, `dev`, `test`). Raises FileNotFoundError if the data is not there."""
    with (folder / "splits.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["role"] == role]
    wanted = {row["image"] for row in rows}
    with (folder / "labels.csv").open(newline="") as stream:
        labels = {row["image"]: row for row in csv.DictReader(stream) if row["image"] in wanted}
    votes, rejected = np.zeros((len(rows), len(NAMES)), np.float32), np.zeros(len(rows), np.float32)
    faces = np.empty((len(rows), FACE, FACE), np.uint8)
    with zipfile.ZipFile(folder / "images.zip") as archive:
        for i, row in enumerate(rows):
            label = labels[row["image"]]
            votes[i] = [float(label[f"votes_{name}"]) for name in NAMES]
            rejected[i] = float(label["votes_unknown"]) + float(label["votes_not_a_face"])
            faces[i] = np.asarray(Image.open(io.BytesIO(archive.read(row["image"]))))
    return Split([row["image"] for row in rows], faces, votes, rejected, [row["pixels_sha256"] for row in rows])
