"""A model of a few KB that predicts by colour, for tests of the app: the contract and arithmetic of a real one, no training.

An image whose mean colour is near a prototype gets that class, by every part of reliability balancing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from .classes import NAMES
from .contract import ModelDescription, describe
from .export import Deployed, check, to_onnx
from .fingerprints import perceptual_hash, pixels_sha256
from .golden import picture
from .reliability import ReliabilityBalancing

SIZE, ANCHORS = 64, 2
PROTOTYPES = {
    "neutral": (160, 160, 160), "happiness": (240, 200, 40), "surprise": (240, 140, 40), "sadness": (80, 130, 200),
    "anger": (220, 70, 70), "disgust": (100, 170, 90), "fear": (170, 120, 170), "contempt": (120, 80, 50),
}  # fmt: skip
_SCALE, _SHARPNESS = 18.0, 75.0

CARD = """# tiny

Not a trained model: it reads the mean colour of an image and exists so that tests can run the model contract, the
arithmetic of reliability balancing and the app from end to end in milliseconds. Made by `python -m grefel_train tiny`.

Prototypes (RGB): {prototypes}. An image whose mean colour is near one gets that class. C = 8, K = 2, D = 64, delta = 1.

Embedding: [0:3] is 18 (mean colour / 255 - 0.5); [3:51] and [51:63] are half the deviations from the mean of 4x4 and
2x2 pooled colours; [63] is 0. Its "training list" holds two drawn pictures (`training_picture(0)` and `(1)` in tiny.py;
written as tiny.training-0.png and tiny.training-1.png), so that tests can find a training image and its copies.
"""


class ColourEncoder(nn.Module):
    """Float RGB 0..255 [N, 3, H, W] -> [N, 64], a fixed linear function of the pixels."""

    def forward(self, image: Tensor) -> Tensor:
        fine = nn.functional.avg_pool2d(image / 255.0 - 0.5, 28)
        coarse = nn.functional.avg_pool2d(fine, 2)
        mean = coarse.mean(dim=(2, 3), keepdim=True)
        parts = [_SCALE * mean, 0.5 * (fine - mean), 0.5 * (coarse - mean), 0.0 * mean[:, :1]]
        return torch.cat([part.flatten(1) for part in parts], dim=1)


def prototype_colours() -> Tensor:
    """[C, 3] in the embedding's scale."""
    return _SCALE * (torch.tensor([PROTOTYPES[name] for name in NAMES]) / 255.0 - 0.5)


@torch.no_grad()
def tiny_network() -> Deployed:
    """The same reliability code as the real model, with weights set by hand."""
    balancing = ReliabilityBalancing(SIZE, len(NAMES), ANCHORS, heads=1)
    for parameter in balancing.parameters():
        parameter.zero_()
    colours = prototype_colours()
    # -beta |x - p|^2 is linear in x up to a term common to all classes: 2 beta p x - beta |p|^2.
    beta = _SHARPNESS / _SCALE**2
    weight, bias = 2 * beta * colours, -beta * colours.square().sum(dim=1)
    first, second, last = (layer for layer in balancing.primary if isinstance(layer, nn.Linear))
    # A ReLU layer passes x as relu(x) and relu(-x).
    first.weight[0:3, 0:3], first.weight[3:6, 0:3] = torch.eye(3), -torch.eye(3)
    second.weight[0:6, 0:6] = torch.eye(6)
    last.weight[:, 0:3], last.weight[:, 3:6] = weight, -weight
    last.bias.copy_(bias)
    for layer in balancing.primary:
        if isinstance(layer, nn.BatchNorm1d):
            layer.reset_parameters()
            layer.running_var.fill_(1.0 - layer.eps)
    # Anchor 1 of a class is shifted a little towards mid-grey, so that no two distances are equal.
    balancing.anchors[:, 0, :3], balancing.anchors[:, 1, :3] = colours, 0.9 * colours
    attention = balancing.attention
    attention.query_key_value.weight[2 * SIZE :] = torch.eye(SIZE)
    attention.output.weight[:, 0:3] = 0.8 * weight
    attention.output.bias.copy_(0.8 * bias)
    return Deployed(ColourEncoder(), balancing).eval()


def solid(colour: tuple[int, int, int]) -> np.ndarray:
    """uint8 [112, 112, 3] of one colour."""
    return np.broadcast_to(np.array(colour, np.uint8), (112, 112, 3)).copy()


def training_picture(index: int) -> np.ndarray:
    """A drawn picture of the tiny model's training list. uint8 [112, 112, 3]."""
    return picture(112, 112, 100 + index)


def write_tiny(folder: Path) -> None:
    """Writes tiny.onnx and the files beside it into `folder`."""
    network = tiny_network()
    pictures = [training_picture(index) for index in range(2)]
    description = ModelDescription(
        name="tiny",
        version="1.0.0",
        licence="MIT",
        anchors=network.balancing.anchors.detach().flatten(0, 1).numpy(),
        training_description="none: weights set by hand; two drawn pictures stand for training images",
        training_list=[(pixels_sha256(face), perceptual_hash(face)) for face in pictures],
        perceptual_hash_max_distance=6,
    )
    path = describe(to_onnx(network), description, folder)
    images = np.stack([solid(PROTOTYPES[name]) for name in NAMES] + pictures)
    check(path, network, images)
    for index, face in enumerate(pictures):
        Image.fromarray(face).save(folder / f"tiny.training-{index}.png", optimize=True)
    (folder / "tiny.card.md").write_text(
        CARD.format(prototypes=", ".join(f"{name} {colour}" for name, colour in PROTOTYPES.items()))
    )
