"""Window cross-attention between the streams (Eq. 1 to 5 of arXiv 2410.15927).

Queries come from the landmark map, keys and values from the image map, so that landmarks choose where to look.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def split_windows(x: Tensor, window: int) -> Tensor:
    """[N, H, W, C] -> [N * windows, window * window, C]; H and W are multiples of the window."""
    _, height, width, channels = x.shape
    if height == window and width == window:
        return x.reshape(-1, window * window, channels)
    x = x.reshape(-1, height // window, window, width // window, window, channels)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, window * window, channels)


def join_windows(x: Tensor, window: int, height: int, width: int) -> Tensor:
    """The inverse of split_windows. [N * windows, window * window, C] -> [N, H, W, C]."""
    channels = x.shape[-1]
    if height == window and width == window:
        return x.reshape(-1, height, width, channels)
    x = x.reshape(-1, height // window, width // window, window, window, channels)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, height, width, channels)


def relative_places(window: int) -> Tensor:
    """Index of each pair's offset in a table of (2 window - 1)^2. -> int64 [window^2, window^2]."""
    place = torch.stack(torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")).flatten(1)
    offset = place[:, :, None] - place[:, None, :] + window - 1
    return offset[0] * (2 * window - 1) + offset[1]


class WindowCrossAttention(nn.Module):
    """Eq. 1 to 3: softmax(Q K^T / sqrt(d) + B) V inside each window, several heads, B the relative position bias.

    landmark, image [N, H, W, C] -> [N, H, W, C].
    """

    def __init__(self, channels: int, window: int, heads: int) -> None:
        super().__init__()
        self.window, self.heads, self.size = window, heads, channels // heads
        self.query = nn.Linear(channels, channels)
        self.key_value = nn.Linear(channels, 2 * channels)
        self.output = nn.Linear(channels, channels)
        self.bias = nn.Parameter(torch.randn((2 * window - 1) ** 2, heads) * 0.02)
        self.register_buffer("places", relative_places(window), persistent=False)

    def _heads(self, x: Tensor) -> Tensor:
        return x.reshape(-1, self.window**2, self.heads, self.size).transpose(1, 2)

    def forward(self, landmark: Tensor, image: Tensor) -> Tensor:
        height, width = image.shape[1:3]
        # Scaling the few query weights is cheaper than scaling the scores.
        query = self._heads(self.query(split_windows(landmark, self.window)) * self.size**-0.5)
        key, value = self.key_value(split_windows(image, self.window)).chunk(2, dim=-1)
        bias = self.bias[self.places].permute(2, 0, 1)
        weights = (query @ self._heads(key).transpose(-1, -2) + bias).softmax(dim=-1)
        mixed = (weights @ self._heads(value)).transpose(1, 2).reshape(-1, self.window**2, self.heads * self.size)
        return join_windows(self.output(mixed), self.window, height, width)


class CrossFusion(nn.Module):
    """Eq. 4 and 5: X = attention + image; X = MLP(LayerNorm(X)) + X. Maps [N, H, W, C] -> [N, H, W, C]."""

    def __init__(self, channels: int, window: int, heads: int, mlp_ratio: float = 2.0, dropout: float = 0.0) -> None:
        super().__init__()
        hidden = int(channels * mlp_ratio)
        self.norm_landmark, self.norm_image = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.attention = WindowCrossAttention(channels, window, heads)
        self.norm = nn.LayerNorm(channels)
        self.mlp = nn.Sequential(nn.Linear(channels, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, channels))

    def forward(self, landmark: Tensor, image: Tensor) -> Tensor:
        fused = image + self.attention(self.norm_landmark(landmark), self.norm_image(image))
        return fused + self.mlp(self.norm(fused))
