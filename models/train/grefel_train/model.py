"""GReFEL as a whole: two streams, the token encoder and reliability balancing."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor, nn

from .classes import NAMES
from .encoder import EncoderShape, TokenEncoder
from .reliability import Balanced, ReliabilityBalancing
from .streams import MobileFaceNet, normalise


@dataclass(frozen=True)
class ModelShape:
    """Everything that decides the network's layers."""

    encoder: EncoderShape = field(default_factory=EncoderShape)
    anchors_per_class: int = 10
    delta: float = 1.0
    attention: bool = True
    attention_heads: int = 2
    head_dropout: float = 0.5


class Encoder(nn.Module):
    """p of e = p(x): float RGB 0..255 [N, 3, 112, 112] -> e [N, D]."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.image_stream, self.landmark_stream = MobileFaceNet(), MobileFaceNet()
        self.tokens = TokenEncoder(shape)

    def forward(self, image: Tensor) -> Tensor:
        normalised = normalise(image)
        pixels, marks = self.image_stream(normalised), self.landmark_stream(normalised)
        return self.tokens(marks, pixels, self.image_stream.vector(pixels.high))


class Grefel(nn.Module):
    """Float RGB 0..255 [N, 3, 112, 112] -> Balanced and e [N, D]."""

    def __init__(self, shape: ModelShape, classes: int = len(NAMES)) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape.encoder)
        self.balancing = ReliabilityBalancing(
            shape.encoder.size, classes, shape.anchors_per_class, shape.attention, shape.delta, shape.attention_heads,
            shape.head_dropout,
        )  # fmt: skip

    def forward(self, image: Tensor) -> tuple[Balanced, Tensor]:
        embedding = self.encoder(image)
        return self.balancing(embedding), embedding
