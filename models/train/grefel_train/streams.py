"""The two MobileFaceNet streams: one for the image, one trained on facial landmarks.

Layer names are those of foamliu/MobileFaceNet (Apache-2.0), so that its weights load as they are.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

# Expansion, channels, repeats, stride of the bottlenecks.
_BOTTLENECKS = ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1))
_LEVEL_ENDS = (4, 11)
VECTOR_SIZE = 512


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


class Bottleneck(nn.Module):
    """MobileFaceNet's block, narrow, wide, narrow; with its input added where `residual` and the sizes allow it. Maps -> maps."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int, residual: bool = True) -> None:
        super().__init__()
        self.residual, hidden = residual and stride == 1 and inputs == outputs, inputs * expansion
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
    """Feature maps of N images, fine to coarse: [N, A, 28, 28], [N, B, 14, 14], [N, C, 7, 7]; a stream's `channels` are A, B, C."""

    low: Tensor
    middle: Tensor
    high: Tensor


class MobileFaceNet(nn.Module):
    """RGB 0..255 [N, 3, 112, 112] -> Maps; `vector` turns the coarsest map into [N, 512]."""

    channels = (64, 128, VECTOR_SIZE)
    vector_size = VECTOR_SIZE

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = _convolution(3, 64, 3, 2)
        self.dw_conv = _Stem()
        layers, inputs = [], 64
        for expansion, outputs, repeats, stride in _BOTTLENECKS:
            for index in range(repeats):
                layers.append(Bottleneck(inputs, outputs, stride if index == 0 else 1, expansion))
                inputs = outputs
        self.features = nn.Sequential(*layers)
        self.conv2 = _convolution(128, VECTOR_SIZE)
        self.gdconv = _GlobalDepthwise()

    def freeze(self, blocks: int) -> list[nn.Module]:
        """Stops the first convolutions and `blocks` bottlenecks from learning; -> what must stay in eval mode."""
        parts = [self.conv1, self.dw_conv, *self.features[:blocks]]
        for part in parts:
            part.requires_grad_(False)
        return parts

    def forward(self, image: Tensor) -> Maps:
        x = self.dw_conv(self.conv1(image / 127.5 - 1.0))
        levels = []
        for index, layer in enumerate(self.features):
            x = layer(x)
            if index in _LEVEL_ENDS:
                levels.append(x)
        return Maps(*levels, self.conv2(x))

    def vector(self, high: Tensor) -> Tensor:
        """[N, 512, 7, 7] -> [N, 512]."""
        return self.gdconv(high).flatten(1)
