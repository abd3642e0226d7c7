"""The two MobileFaceNet streams: one reads the image, one has learned where facial landmarks are.

Layer names are those of foamliu/MobileFaceNet (Apache-2.0), so that its weights load as they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

# Expansion, channels, repeats, stride of the bottlenecks.
_BOTTLENECKS = ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1))
_LEVEL_ENDS = (4, 11)
VECTOR_SIZE = 512


def normalise(image: Tensor) -> Tensor:
    """RGB 0..255 -> -1..1, any shape."""
    return image / 127.5 - 1.0


def _convolution(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(),
    )


class _Stem(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.pointwise = nn.Conv2d(64, 64, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn2(self.pointwise(self.bn1(self.depthwise(x)).relu())).relu()


class _Bottleneck(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        self.residual, hidden = stride == 1 and inputs == outputs, inputs * expansion
        self.conv = nn.Sequential(
            _convolution(inputs, hidden),
            _convolution(hidden, hidden, 3, stride, hidden),
            nn.Conv2d(hidden, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.residual else self.conv(x)


class _GlobalDepthwise(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(VECTOR_SIZE, VECTOR_SIZE, 7, groups=VECTOR_SIZE, bias=False)
        self.bn = nn.BatchNorm2d(VECTOR_SIZE)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.depthwise(x))


class Maps(NamedTuple):
    """Feature maps of N images, fine to coarse: [N, 64, 28, 28], [N, 128, 14, 14], [N, 512, 7, 7]."""

    low: Tensor
    middle: Tensor
    high: Tensor


class MobileFaceNet(nn.Module):
    """Normalised image [N, 3, 112, 112] -> Maps; `vector` turns the coarsest map into [N, 512]."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = _convolution(3, 64, 3, 2)
        self.dw_conv = _Stem()
        layers, inputs = [], 64
        for expansion, outputs, repeats, stride in _BOTTLENECKS:
            for index in range(repeats):
                layers.append(_Bottleneck(inputs, outputs, stride if index == 0 else 1, expansion))
                inputs = outputs
        self.features = nn.Sequential(*layers)
        self.conv2 = _convolution(128, VECTOR_SIZE)
        self.gdconv = _GlobalDepthwise()

    def forward(self, x: Tensor) -> Maps:
        x = self.dw_conv(self.conv1(x))
        levels = []
        for index, layer in enumerate(self.features):
            x = layer(x)
            if index in _LEVEL_ENDS:
                levels.append(x)
        return Maps(*levels, self.conv2(x))

    def vector(self, high: Tensor) -> Tensor:
        """[N, 512, 7, 7] -> [N, 512]."""
        return self.gdconv(high).flatten(1)


class Classifier(nn.Module):
    """The image stream alone with its own head, as in mfn_ferplus_8_epochs.pt. [N, 3, 112, 112] -> logits [N, C]."""

    def __init__(self, classes: int = 8) -> None:
        super().__init__()
        self.b = MobileFaceNet()
        self.fc = nn.Linear(VECTOR_SIZE, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.b.vector(self.b(x).high))


class Landmarks(nn.Module):
    """The landmark stream with its regression head. [N, 3, 112, 112] -> [N, P, 2], shares of the image (0..1)."""

    def __init__(self, points: int) -> None:
        super().__init__()
        self.b = MobileFaceNet()
        self.fc = nn.Linear(VECTOR_SIZE, 2 * points)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.b.vector(self.b(x).high)).reshape(len(x), -1, 2)


def _load(network: nn.Module, weights: dict[str, Tensor], prefix: str, path: Path) -> None:
    """Loads all but foamliu's last projection and batch norm, which nothing here uses. Raises ValueError."""
    missing, surplus = network.load_state_dict(weights, strict=False)
    unknown = [name for name in surplus if not name.startswith((f"{prefix}conv3.", f"{prefix}bn."))]
    if missing or unknown:
        raise ValueError(f"{path} is not a MobileFaceNet of foamliu's: missing {missing}, unknown {unknown}")


def load_classifier(path: Path) -> Classifier:
    """The fine-tuned image stream with its head."""
    network = Classifier()
    _load(network, torch.load(path, weights_only=True), "b.", path)
    return network


def load_face_network(path: Path) -> MobileFaceNet:
    """foamliu's MobileFaceNet as trained on faces' identities."""
    network = MobileFaceNet()
    _load(network, torch.load(path, weights_only=True)["backbone"], "", path)
    return network


def load_landmarks(path: Path) -> Landmarks:
    """A landmark stream that phase `landmarks` has trained."""
    weights = torch.load(path, weights_only=True)
    network = Landmarks(len(weights["fc.bias"]) // 2)
    network.load_state_dict(weights)
    return network
