"""Batches of the FER data for training: model inputs, soft labels, augmentation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional

from .fer import Split, read_split, soft_labels, truth
from .preprocessing import model_input

MEAN_GREY = 128.0


def input_faces(faces: np.ndarray) -> Tensor:
    """Grey faces uint8 [N, h, w] -> uint8 [N, 1, 112, 112], by the same steps as the app."""
    return torch.from_numpy(np.stack([model_input(np.repeat(face[:, :, None], 3, 2))[None, :, :, 0] for face in faces]))


@dataclass
class Labelled:
    """faces uint8 [N, 1, 112, 112]; soft float32 [N, C]; truth int64 [N], -1 if the rule excludes it."""

    faces: Tensor
    soft: Tensor
    truth: Tensor

    def __len__(self) -> int:
        return len(self.faces)

    def keep(self, index: Tensor) -> Labelled:
        """Only the images of an int64 index."""
        return Labelled(self.faces[index], self.soft[index], self.truth[index])


def people(split: Split) -> np.ndarray:
    """Which images have more votes for emotions than for unknown and not a face: the others are no faces. -> bool [N]."""
    return split.votes.sum(axis=1) > split.rejected


def denoised(soft: Tensor) -> Tensor:
    """Soft votes without classes that got a tenth or less, as FER+'s authors drop single votes. [N, C] -> [N, C]."""
    kept = torch.where(soft > 0.11, soft, torch.zeros_like(soft))
    total = kept.sum(dim=1, keepdim=True)
    return torch.where(total > 0, kept / total.clamp_min(1e-6), soft)


def load_labelled(folder: Path, role: str) -> Labelled:
    """One role of the FER data; `train` without the images that voters rejected. Raises FileNotFoundError."""
    split = read_split(folder, role)
    if role == "train":
        split = split.keep(people(split))
    return Labelled(
        input_faces(split.faces),
        denoised(torch.from_numpy(soft_labels(split.votes))),
        torch.from_numpy(truth(split.votes, split.rejected)),
    )


def shuffled_batches(count: int, batch: int, seed: int, skip: int = 0, weights: Tensor | None = None) -> Iterator[Tensor]:
    """Endless index batches, epoch after epoch, the same for the same seed; the first `skip` batches are skipped.

    With `weights` [count] each epoch draws with replacement by them, else each image comes once. Whole batches only.
    """
    per_epoch, epoch = count // batch, 0
    while True:
        generator = torch.Generator().manual_seed(seed * 1000 + epoch)
        if weights is None:
            order = torch.randperm(count, generator=generator)
        else:
            order = torch.multinomial(weights, count, replacement=True, generator=generator)
        for index in range(per_epoch):
            if skip:
                skip -= 1
            else:
                yield order[index * batch : (index + 1) * batch]
        epoch += 1


@dataclass(frozen=True)
class Distortion:
    """Ranges of the random changes: degrees, share of scale, share of shift, share of brightness and contrast."""

    degrees: float = 12.0
    scale: float = 0.12
    shift: float = 0.06
    light: float = 0.25
    flip: bool = True
    erase: float = 0.25


def random_maps(count: int, distortion: Distortion, generator: Generator) -> tuple[Tensor, Tensor]:
    """Affine maps from output to input places (-1..1), [N, 2, 3], and which are mirrored, bool [N]."""
    angle = torch.deg2rad((torch.rand(count, generator=generator) * 2 - 1) * distortion.degrees)
    scale = 1 + (torch.rand(count, generator=generator) * 2 - 1) * distortion.scale
    shift = (torch.rand(count, 2, generator=generator) * 2 - 1) * distortion.shift * 2
    mirrored = (torch.rand(count, generator=generator) < 0.5) & distortion.flip
    sign = torch.where(mirrored, -1.0, 1.0)
    cosine, sine = angle.cos() * scale, angle.sin() * scale
    rows = [torch.stack([cosine * sign, -sine, shift[:, 0]], 1), torch.stack([sine * sign, cosine, shift[:, 1]], 1)]
    return torch.stack(rows, 1), mirrored


def distort(faces: Tensor, maps: Tensor, distortion: Distortion, generator: Generator) -> Tensor:
    """Float grey [N, 1, H, W] 0..255 -> the same, moved by `maps`, relit and partly erased."""
    count, _, height, width = faces.shape
    grid = functional.affine_grid(maps, list(faces.shape), align_corners=False)
    moved = functional.grid_sample(faces - MEAN_GREY, grid, mode="bilinear", padding_mode="border", align_corners=False)
    if distortion.light:
        gain = 1 + (torch.rand(count, 1, 1, 1, generator=generator) * 2 - 1) * distortion.light
        moved = moved * gain + (torch.rand(count, 1, 1, 1, generator=generator) * 2 - 1) * distortion.light * MEAN_GREY
    for index in torch.nonzero(torch.rand(count, generator=generator) < distortion.erase).flatten().tolist():
        tall, wide = (int(side * (0.1 + 0.25 * torch.rand((), generator=generator).item())) for side in (height, width))
        top, left = int(torch.randint(height - tall, (), generator=generator)), int(torch.randint(width - wide, (), generator=generator))
        moved[index, :, top : top + tall, left : left + wide] = 0.0
    return (moved + MEAN_GREY).clamp(0, 255)


def as_rgb(faces: Tensor) -> Tensor:
    """Grey [N, 1, H, W] of any type -> float RGB 0..255 [N, 3, H, W]."""
    return faces.float().expand(-1, 3, -1, -1)
