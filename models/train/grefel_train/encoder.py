"""From both streams' maps to the embedding e (Eq. 6 to 8): tokens of three scales, a small transformer, a gate."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .attention import CrossFusion
from .streams import Maps

GRID = 7


@dataclass(frozen=True)
class EncoderShape:
    """Sizes of the encoder. Per level, fine to coarse: channels, window, heads."""

    size: int = 192
    channels: tuple[int, int, int] = (32, 64, 128)
    windows: tuple[int, int, int] = (7, 7, 7)
    heads: tuple[int, int, int] = (1, 2, 4)
    fusion_mlp_ratio: float = 1.0
    image_channels: tuple[int, int, int] = (128, 256, 1024)
    landmark_channels: tuple[int, int, int] = (64, 128, 512)
    vector_size: int = 1024 + 512
    depth: int = 2
    mixer_heads: int = 8
    mixer_mlp_ratio: float = 2.0
    dropout: float = 0.1


class MixerBlock(nn.Module):
    """Pre-norm transformer block (Eq. 7 and 8). [N, T, D] -> [N, T, D]; with `class_only` -> [N, 1, D].

    The last block needs the class token alone, which is exact: other tokens are no longer read after it.
    """

    def __init__(self, size: int, heads: int, mlp_ratio: float, dropout: float, class_only: bool = False) -> None:
        super().__init__()
        self.heads, self.head_size, self.class_only = heads, size // heads, class_only
        hidden = int(size * mlp_ratio)
        self.norm_attention, self.norm_mlp = nn.LayerNorm(size), nn.LayerNorm(size)
        self.query, self.key_value, self.output = nn.Linear(size, size), nn.Linear(size, 2 * size), nn.Linear(size, size)
        self.dropout = nn.Dropout(dropout)
        self.mlp = nn.Sequential(
            nn.Linear(size, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, size), nn.Dropout(dropout)
        )
        # At first the class token passes unchanged; what the maps add is learned on top.
        for layer in (self.output, self.mlp[3]):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def _heads(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], -1, self.heads, self.head_size).transpose(1, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        normed = self.norm_attention(tokens)
        if self.class_only:
            tokens = tokens[:, :1]
        query = self._heads(self.query(normed[:, :1] if self.class_only else normed) * self.head_size**-0.5)
        key, value = (self._heads(part) for part in self.key_value(normed).chunk(2, dim=-1))
        weights = (query @ key.transpose(-1, -2)).softmax(dim=-1)
        mixed = (weights @ value).transpose(1, 2).reshape(tokens.shape)
        tokens = tokens + self.dropout(self.output(mixed))
        return tokens + self.mlp(self.norm_mlp(tokens))


class Gate(nn.Module):
    """Squeeze-excite style gate of the class token: x * sigmoid(W2 relu(W1 x)), scaled to start near x. [N, D]."""

    def __init__(self, size: int, reduction: int = 4) -> None:
        super().__init__()
        self.squeeze, self.excite = nn.Linear(size, size // reduction), nn.Linear(size // reduction, size)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.excite(self.squeeze(x).relu()).sigmoid() * 2.0


def _project(inputs: int, outputs: int) -> nn.Module:
    return nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)


class TokenEncoder(nn.Module):
    """Maps of both streams and both global vectors side by side [N, V] -> e [N, D].

    The class token starts from those vectors, so that the embedding knows from the first step what the streams alone
    know; the paper's larger network has no such shortcut.
    """

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.shape = shape
        self.from_landmark = nn.ModuleList(map(_project, shape.landmark_channels, shape.channels))
        self.from_image = nn.ModuleList(map(_project, shape.image_channels, shape.channels))
        self.fusions = nn.ModuleList(
            CrossFusion(channels, window, heads, shape.fusion_mlp_ratio)
            for channels, window, heads in zip(shape.channels, shape.windows, shape.heads, strict=True)
        )
        # One convolution per level, its stride as long as its kernel: each token sees its own patch.
        self.embeddings = nn.ModuleList(
            nn.Linear(channels * patch**2, shape.size) for channels, patch in zip(shape.channels, (4, 2, 1), strict=True)
        )
        self.class_token = nn.Parameter(torch.randn(1, 1, shape.size) * 0.02)
        # The streams' vectors have different scales.
        self.class_vector = nn.Sequential(nn.BatchNorm1d(shape.vector_size), nn.Linear(shape.vector_size, shape.size))
        self.positions = nn.Parameter(torch.randn(1, 1 + 3 * GRID**2, shape.size) * 0.02)
        self.dropout = nn.Dropout(shape.dropout)
        self.blocks = nn.ModuleList(
            MixerBlock(shape.size, shape.mixer_heads, shape.mixer_mlp_ratio, shape.dropout, index == shape.depth - 1)
            for index in range(shape.depth)
        )
        self.norm = nn.LayerNorm(shape.size)
        # Embeddings of length near 5: with delta = 1 the anchors' similarities then start soft, not one-hot.
        nn.init.constant_(self.norm.weight, 0.35)
        self.gate = Gate(shape.size)

    def tokens(self, landmark: Maps, image: Maps) -> Tensor:
        """Eq. 1 to 6: cross-attention at three levels, 49 tokens each. -> [N, 147, D]."""
        tokens = []
        levels = zip(landmark, image, self.from_landmark, self.from_image, self.fusions, self.embeddings, strict=True)
        for marks, pixels, from_landmark, from_image, fusion, embedding in levels:
            fused = fusion(from_landmark(marks).permute(0, 2, 3, 1), from_image(pixels).permute(0, 2, 3, 1))
            patch, channels = fused.shape[1] // GRID, fused.shape[3]
            patches = fused.reshape(-1, GRID, patch, GRID, patch, channels).permute(0, 1, 3, 2, 4, 5)
            tokens.append(embedding(patches.reshape(-1, GRID**2, patch**2 * channels)))
        return torch.cat(tokens, dim=1)

    def from_vector(self, vector: Tensor) -> Tensor:
        """What `forward` gives while the transformer passes the class token unchanged. [N, V] -> [N, D]."""
        return self.gate(self.norm(self.dropout(self.class_token + self.class_vector(vector)[:, None] + self.positions[:, :1])[:, 0]))

    def forward(self, landmark: Maps, image: Maps, vector: Tensor) -> Tensor:
        class_token = self.class_token + self.class_vector(vector)[:, None]
        tokens = torch.cat([class_token, self.tokens(landmark, image)], dim=1) + self.positions
        tokens = self.dropout(tokens)
        for block in self.blocks:
            tokens = block(tokens)
        return self.gate(self.norm(tokens[:, 0]))
