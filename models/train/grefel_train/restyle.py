"""Random looks of a face, so that a network trained on grey 48-pixel crops holds on other datasets.

Sources of 20 to 56 pixels enlarged, sharpened edges, noise, gamma, and tinted or coloured light.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Looks:
    """How likely each change is for one image."""

    reduced: float = 0.25
    sharpened: float = 0.2
    noisy: float = 0.15
    gamma: float = 0.3
    tinted: float = 0.3


def _chosen(count: int, share: float, generator: Generator) -> Tensor:
    return torch.nonzero(torch.rand(count, generator=generator) < share).flatten()


def _reduce(faces: Tensor, side: int) -> Tensor:
    small = functional.interpolate(faces, size=(side, side), mode="bilinear", antialias=True)
    return functional.interpolate(small, size=faces.shape[2:], mode="bilinear")


def restyle(faces: Tensor, looks: Looks, generator: Generator) -> Tensor:
    """Float grey [N, 1, H, W] 0..255 -> float RGB [N, 3, H, W] 0..255."""
    count = len(faces)
    faces = faces.clone()
    chosen = _chosen(count, looks.reduced, generator)
    if len(chosen):
        # One size for all of a batch's chosen images keeps this a single call.
        faces[chosen] = _reduce(faces[chosen], int(torch.randint(20, 57, (), generator=generator)))
    chosen = _chosen(count, looks.sharpened, generator)
    if len(chosen):
        blurred = functional.avg_pool2d(faces[chosen], 5, 1, 2, count_include_pad=False)
        faces[chosen] += (faces[chosen] - blurred) * (0.5 + 1.5 * torch.rand(len(chosen), 1, 1, 1, generator=generator))
    chosen = _chosen(count, looks.noisy, generator)
    if len(chosen):
        faces[chosen] += torch.randn(faces[chosen].shape, generator=generator) * (12 * torch.rand(len(chosen), 1, 1, 1, generator=generator))
    chosen = _chosen(count, looks.gamma, generator)
    if len(chosen):
        power = torch.exp((torch.rand(len(chosen), 1, 1, 1, generator=generator) * 2 - 1) * 0.5)
        faces[chosen] = (faces[chosen].clamp(0, 255) / 255) ** power * 255
    coloured = faces.expand(-1, 3, -1, -1).contiguous()
    chosen = _chosen(count, looks.tinted, generator)
    if len(chosen):
        # Skin is red before green before blue; light may be any colour.
        warmth = torch.rand(len(chosen), 1, 1, 1, generator=generator) * torch.tensor([0.25, 0.0, -0.25]).reshape(1, 3, 1, 1)
        light = (torch.rand(len(chosen), 3, 1, 1, generator=generator) * 2 - 1) * 0.15
        coloured[chosen] = coloured[chosen] * (1 + warmth + light)
    return coloured.clamp(0, 255)
