"""GReFEL as a whole: two streams, the token encoder and reliability balancing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .classes import NAMES
from .encoder import EncoderShape, TokenEncoder
from .face_network import MobileNetV1
from .improved_resnet import ImprovedResNet50
from .reliability import Balanced, ReliabilityBalancing
from .streams import Maps, MobileFaceNet

STREAMS: dict[str, type[nn.Module]] = {
    "mobile_net_v1": MobileNetV1, "mobile_face_net": MobileFaceNet, "improved_resnet_50": ImprovedResNet50,
}  # fmt: skip


@dataclass(frozen=True)
class ModelShape:
    """Everything that decides the network's layers."""

    encoder: EncoderShape = field(default_factory=EncoderShape)
    image_stream: str = "mobile_net_v1"
    landmark_stream: str = "mobile_face_net"
    companion: str = ""
    """A second image network, of which only the vector is used; none by default."""
    mirrored: bool = False
    """Whether the image stream also processes the mirrored image; its maps are then the mean of both."""
    anchors_per_class: int = 10
    delta: float = 1.0
    attention: bool = True
    attention_heads: int = 2
    head_dropout: float = 0.5


class StreamMaps(NamedTuple):
    """The token encoder's inputs for N images; `vector` [N, V] holds the networks' vectors side by side."""

    landmark: Maps
    image: Maps
    vector: Tensor


class TwoStreams(nn.Module):
    """RGB 0..255 [N, 3, 112, 112] -> StreamMaps."""

    def __init__(self, shape: ModelShape) -> None:
        super().__init__()
        self.mirrored = shape.mirrored
        self.image_stream, self.landmark_stream = STREAMS[shape.image_stream](), STREAMS[shape.landmark_stream]()
        self.companion = STREAMS[shape.companion]() if shape.companion else None

    def _image_maps(self, image: Tensor) -> Maps:
        if not self.mirrored:
            return self.image_stream(image)
        both = self.image_stream(torch.cat([image, image.flip(3)]))
        halves = [level.chunk(2) for level in both]
        return Maps(*(0.5 * (plain + mirrored.flip(3)) for plain, mirrored in halves))

    def forward(self, image: Tensor) -> StreamMaps:
        pixels, marks = self._image_maps(image), self.landmark_stream(image)
        vectors = [self.image_stream.vector(pixels.high)]
        if self.companion is None:
            vectors.append(self.landmark_stream.vector(marks.high))
        else:
            vectors.append(self.companion.vector(self.companion(image).high))
        return StreamMaps(marks, pixels, torch.cat(vectors, dim=1))


class Encoder(nn.Module):
    """p of e = p(x): float RGB 0..255 [N, 3, 112, 112] -> e [N, D]."""

    def __init__(self, shape: ModelShape) -> None:
        super().__init__()
        self.streams, self.tokens = TwoStreams(shape), TokenEncoder(shape.encoder)

    def forward(self, image: Tensor) -> Tensor:
        return self.tokens(*self.streams(image))


class Grefel(nn.Module):
    """Float RGB 0..255 [N, 3, 112, 112] -> Balanced and e [N, D]."""

    def __init__(self, shape: ModelShape, classes: int = len(NAMES)) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.balancing = ReliabilityBalancing(
            shape.encoder.size, classes, shape.anchors_per_class, shape.attention, shape.delta, shape.attention_heads,
            shape.head_dropout,
        )  # fmt: skip

    def forward(self, image: Tensor) -> tuple[Balanced, Tensor]:
        embedding = self.encoder(image)
        return self.balancing(embedding), embedding
