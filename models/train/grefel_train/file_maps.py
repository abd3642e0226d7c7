"""Feature maps inside a model file: what its networks computed, read by the names that the export gives their tensors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from .contract import INPUT
from .export import open_session
from .graphs import computing
from .streams import Maps

_COMPANION = "/encoder/streams/companion/features"
COMPANION_MAPS = (f"{_COMPANION}.4/Add_output_0", f"{_COMPANION}.11/Add_output_0", f"{_COMPANION}.14/Add_output_0")
"""The companion's maps [N, 64, 28, 28], [N, 128, 14, 14] and [N, 128, 7, 7]."""
LANDMARK_MAPS = tuple(f"/encoder/tokens/from_landmark.{level}/Conv_output_0" for level in range(3))
"""The landmark maps as the cross-attention reads them: [N, 32, 28, 28], [N, 64, 14, 14] and [N, 128, 7, 7] in grefel-small."""


def open_tensors(path: Path, names: Sequence[str], threads: int = 1) -> onnxruntime.InferenceSession:
    """A session that computes these tensors of a model file and nothing else. Raises ValueError where the file has none of a name."""
    return open_session(computing(onnx.load(path), names), threads)


def as_pixels(image: Tensor) -> np.ndarray:
    """Float RGB [N, 3, H, W] 0..255 -> a model file's input, uint8 [N, H, W, 3]."""
    return image.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()


class FileLandmarks(nn.Module):
    """The landmark maps of a model file, in the form of a stream. Float RGB [N, 3, 112, 112] 0..255 -> Maps."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.session = open_tensors(path, LANDMARK_MAPS)

    def forward(self, image: Tensor) -> Maps:
        return Maps(*map(torch.from_numpy, self.session.run(LANDMARK_MAPS, {INPUT: as_pixels(image)})))
