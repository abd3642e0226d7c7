"""A landmark head for a stream that ships without one: ridge regression from its coarsest map."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from .data import Labelled, as_rgb
from .marks import Marks, interocular_error

PROBED = 2000
_PENALTIES = (1e-3, 1e-2, 1e-1, 1.0)
"""In shares of the mean squared length of a map."""


class ProbedStream(nn.Module):
    """RGB 0..255 [N, 3, 112, 112] -> None and landmarks [N, P, 2] in shares of the image, as phase_streams.StreamLearner."""

    def __init__(self, stream: nn.Module, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.stream, self.weight, self.bias = stream.eval(), weight, bias

    def forward(self, image: Tensor) -> tuple[None, Tensor]:
        points = self.stream(image).high.flatten(1) @ self.weight + self.bias
        return None, points.reshape(len(image), -1, 2)


def _dual(maps: Tensor, points: Tensor, penalty: float) -> tuple[Tensor, Tensor]:
    """Ridge regression by its dual, since a map has more numbers than there are faces. [N, V], [N, Q] -> [V, Q], [Q]."""
    mean, middle = maps.mean(dim=0), points.mean(dim=0)
    centred = maps - mean
    kernel = centred @ centred.T
    kernel.diagonal().add_(penalty * kernel.diagonal().mean())
    weight = centred.T @ torch.linalg.solve(kernel, points - middle)
    return weight, middle - mean @ weight


@torch.no_grad()
def probe(stream: nn.Module, train: Labelled, marks: Marks, count: int = PROBED) -> ProbedStream:
    """Fits the head on `count` marked Training images; a fifth of them chooses the penalty."""
    stream.eval()
    chosen = torch.from_numpy(np.random.default_rng(1).permutation(torch.nonzero(~marks.missing).flatten().numpy())[:count])
    maps = torch.cat([stream(as_rgb(part)).high.flatten(1) for part in train.faces[chosen].split(128)])
    points = marks.points[chosen]
    fitted = len(chosen) * 4 // 5

    def error(penalty: float) -> float:
        weight, bias = _dual(maps[:fitted], points[:fitted].flatten(1), penalty)
        found = (maps[fitted:] @ weight + bias).reshape(-1, *points.shape[1:])
        return interocular_error(found, points[fitted:]).mean().item()

    return ProbedStream(stream, *_dual(maps, points.flatten(1), min(_PENALTIES, key=error)))
