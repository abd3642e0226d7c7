"""GReFEL's reliability balancing: from an embedding to the corrected label distribution (Eq. 9 to 19).

Shapes: N images, C classes, K anchors per class, D embedding size. Anchor c, k has index c*K + k.
Equation numbers are those of arXiv 2410.15927.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

_TINY = 1e-30
TOKEN_SIZE = 64


def normalised_entropy(distribution: Tensor) -> Tensor:
    """Eq. 10, H(p) = -sum p ln p / ln C with 0 ln 0 = 0. [N, C] -> [N], in [0, 1]."""
    entropy = -(distribution * distribution.clamp_min(_TINY).log()).sum(dim=-1)
    return (entropy / math.log(distribution.shape[-1])).clamp(0.0, 1.0)


def confidence(distribution: Tensor) -> Tensor:
    """Eq. 11, Conf(p) = 1 - H(p): 0 for a uniform distribution, 1 for a one-hot one. [N, C] -> [N]."""
    return 1.0 - normalised_entropy(distribution)


def weigh_by_confidence(first: Tensor, second: Tensor) -> Tensor:
    """Eq. 18 and 19: mean of two distributions weighted by their confidences; equal weights where both are 0. [N, C]."""
    # The smallest addition that keeps 0 / 0 and its gradient finite, and gives 0.5 there.
    first_confidence, second_confidence = confidence(first) + 1e-12, confidence(second) + 1e-12
    weight = (first_confidence / (first_confidence + second_confidence))[:, None]
    return weight * first + (1.0 - weight) * second


def anchor_distances(embedding: Tensor, anchors: Tensor) -> Tensor:
    """Eq. 12, d = ||a - e||. [N, D], [C*K, D] -> [N, C*K]."""
    # The norm's gradient at 0 is 0, where that of a square root is infinite.
    return torch.linalg.vector_norm(embedding[:, None, :] - anchors[None], dim=-1)


def geometric_correction(distances: Tensor, classes: int, delta: float) -> Tensor:
    """Eq. 13 and 14: softmax of -d/delta over ALL anchors, summed per class. [N, C*K] -> t_g [N, C]."""
    similarities = (-distances / delta).softmax(dim=-1)
    return similarities.reshape(-1, classes, similarities.shape[-1] // classes).sum(dim=-1)


class PrimaryHead(nn.Sequential):
    """f of Eq. 9: two hidden layers of 64, each ReLU, batch norm and dropout. [N, D] -> logits [N, C]."""

    def __init__(self, size: int, classes: int, hidden: int = 64, dropout: float = 0.5) -> None:
        layers: list[nn.Module] = []
        for width in (size, hidden):
            layers += [nn.Linear(width, hidden), nn.ReLU(), nn.BatchNorm1d(hidden), nn.Dropout(dropout)]
        super().__init__(*layers, nn.Linear(hidden, classes))


class AttentiveCorrection(nn.Module):
    """Eq. 16 and 17: self-attention among the D/64 pieces of an image's OWN embedding. [N, D] -> logits [N, C].

    Never across the batch: an image's result does not depend on its neighbours. Head size 64.
    """

    def __init__(self, size: int, classes: int, heads: int = 2, dropout: float = 0.0) -> None:
        super().__init__()
        if size % TOKEN_SIZE:
            raise ValueError(f"embedding size {size} is not a multiple of {TOKEN_SIZE}")
        self.tokens, self.heads = size // TOKEN_SIZE, heads
        self.place = nn.Parameter(torch.randn(self.tokens, TOKEN_SIZE) * 0.02)
        self.query_key_value = nn.Linear(TOKEN_SIZE, 3 * heads * TOKEN_SIZE)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(self.tokens * heads * TOKEN_SIZE, classes)

    def forward(self, embedding: Tensor) -> Tensor:
        tokens = embedding.reshape(-1, self.tokens, TOKEN_SIZE) + self.place
        mixed = self.query_key_value(tokens).reshape(-1, self.tokens, 3, self.heads, TOKEN_SIZE)
        query, key, value = mixed.permute(2, 0, 3, 1, 4).unbind(0)
        weights = (query @ key.transpose(-1, -2) * TOKEN_SIZE**-0.5).softmax(dim=-1)
        attended = (weights @ value).transpose(1, 2).flatten(1)
        return self.output(self.dropout(attended))


class Balanced(NamedTuple):
    """The outputs of reliability balancing for N images. Distributions are [N, C] and sum to 1; confidences [N] in [0, 1]."""

    primary: Tensor
    geometric: Tensor
    attentive: Tensor
    corrected: Tensor
    confidence_primary: Tensor
    confidence_corrected: Tensor
    anchor_distance: Tensor
    """[N, C*K], index c*K + k; [N, 0] without anchors."""


class ReliabilityBalancing(nn.Module):
    """Eq. 9 to 19. A part switched off (K = 0, attention=False) leaves the other; both off: corrected = primary.

    The distribution of a part that is switched off is reported as uniform.
    """

    def __init__(
        self, size: int, classes: int, anchors_per_class: int = 10, attention: bool = True, delta: float = 1.0,
        heads: int = 2, dropout: float = 0.5, attention_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.classes, self.delta = classes, delta
        self.primary = PrimaryHead(size, classes, dropout=dropout)
        # Small and random: at exactly 0 the distances' gradient is infinite and all anchors of a class stay equal.
        anchors = torch.randn(classes, anchors_per_class, size) * 0.05
        self.anchors = nn.Parameter(anchors) if anchors_per_class else None
        self.attention = AttentiveCorrection(size, classes, heads, attention_dropout) if attention else None

    def correction(self, geometric: Tensor | None, attentive: Tensor | None) -> Tensor | None:
        """Eq. 18, t. Parts that are None are switched off; None when both are."""
        if geometric is not None and attentive is not None:
            return weigh_by_confidence(geometric, attentive)
        return geometric if attentive is None else attentive

    def forward(self, embedding: Tensor) -> Balanced:
        primary = self.primary(embedding).softmax(dim=-1)
        uniform = 0.0 * primary + 1.0 / self.classes
        distances, geometric, attentive = embedding[:, :0], None, None
        if self.anchors is not None:
            distances = anchor_distances(embedding, self.anchors.flatten(0, 1))
            geometric = geometric_correction(distances, self.classes, self.delta)
        if self.attention is not None:
            attentive = self.attention(embedding).softmax(dim=-1)
        correction = self.correction(geometric, attentive)
        corrected = primary if correction is None else weigh_by_confidence(primary, correction)
        return Balanced(
            primary,
            uniform if geometric is None else geometric,
            uniform if attentive is None else attentive,
            corrected,
            confidence(primary),
            confidence(corrected),
            distances,
        )
