"""Vectors of the frozen streams, computed once: training on them takes seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor, nn

from .data import Labelled, as_rgb
from .frozen import open_network
from .model import Grefel, TwoStreams
from .phase_fusion import augmented
from .restyle import Looks


@dataclass
class Vectors:
    """The streams' vectors of each image: `plain` [N, V] unchanged, `changed` [N, V] augmented; labels of the same images."""

    plain: Tensor
    changed: Tensor
    soft: Tensor
    truth: Tensor

    def keep(self, index: Tensor) -> Vectors:
        """Only the images of an int64 index."""
        return Vectors(self.plain[index], self.changed[index], self.soft[index], self.truth[index])

    def draw(self, index: Tensor, changed: bool = True, generator: Generator | None = None) -> Tensor:
        """The vectors of some images, half of them augmented where `changed`."""
        if not changed:
            return self.plain[index]
        return torch.where(torch.rand(len(index), 1, generator=generator) < 0.5, self.plain[index], self.changed[index])


class _VectorOnly(nn.Module):
    """What is not needed for the vector is left out of the exported graph."""

    def __init__(self, streams: TwoStreams) -> None:
        super().__init__()
        self.streams = streams

    def forward(self, image: Tensor) -> Tensor:
        return self.streams(image).vector


def cache_vectors(model: Grefel, labelled: Labelled, path: Path, looks: Looks | None) -> Vectors:
    """Runs the streams once over all images, or loads the result of an earlier call from `path`; `looks` None: unchanged images."""
    if not path.exists():
        session = open_network(_VectorOnly(model.encoder.streams))

        def read(image: Tensor) -> Tensor:
            return torch.from_numpy(session.run(None, {"image": image.numpy()})[0])

        plain, changed = [], []
        for index, part in enumerate(labelled.faces.split(64)):
            plain.append(read(as_rgb(part).contiguous()))
            if looks:
                changed.append(read(augmented(part, looks, index)))
        torch.save({"plain": torch.cat(plain), "changed": torch.cat(changed or plain)}, path)
    return read_vectors(path, labelled)


def read_vectors(path: Path, labelled: Labelled) -> Vectors:
    """What cache_vectors wrote of these images, or of those that the file's `index` (int64) names among them."""
    cached = torch.load(path, weights_only=True)
    if "index" in cached:
        labelled = labelled.keep(cached["index"])
    if len(labelled) != len(cached["plain"]):
        raise ValueError(f"{path} has vectors of {len(cached['plain'])} images, the data {len(labelled)}; delete it to compute them again")
    return Vectors(cached["plain"], cached["changed"], labelled.soft, labelled.truth)
