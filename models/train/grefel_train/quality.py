"""`face_quality`: how likely people would see a usable face, learned from FER+'s votes for `unknown` and `not a face`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from .fer import Split
from .flag_measures import area_under_roc

REJECTED, OTHERS = 3, 1000
"""The head sees all Training images with this many rejecting votes, and this many of the others."""


def usable_share(split: Split) -> np.ndarray:
    """Share of the votes that name an emotion. -> float32 [N]."""
    return (split.votes.sum(axis=1) / np.maximum(split.votes.sum(axis=1) + split.rejected, 1)).astype(np.float32)


def fit_quality(split: Split, embed: Callable[[Split], np.ndarray], seed: int = 1) -> nn.Linear:
    """Logistic regression of the usable share on the embedding; the others count for their number."""
    doubted = split.rejected >= REJECTED
    others = np.random.default_rng(seed).permutation(np.flatnonzero(~doubted))[:OTHERS]
    chosen = doubted.copy()
    chosen[others] = True
    weight = np.where(doubted, 1.0, (~doubted).sum() / max(1, len(others)))[chosen]
    seen = split.keep(chosen)
    embedding, target = torch.from_numpy(embed(seen)), torch.from_numpy(usable_share(seen))
    weights = torch.from_numpy(weight.astype(np.float32))
    head = nn.Linear(embedding.shape[1], 1)
    nn.init.zeros_(head.weight)
    optimiser = torch.optim.LBFGS(head.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        logits = head(embedding).squeeze(1)
        value = nn.functional.binary_cross_entropy_with_logits(logits, target, weights) + 1e-4 * head.weight.square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    return head


def quality_figures(quality: np.ndarray, split: Split) -> dict[str, float]:
    """Area under the ROC: how well low quality finds images that at least 2 (and at least 4) of the voters rejected."""
    return {
        f"qualityAuroc{votes}": area_under_roc(-quality, split.rejected >= votes) for votes in (2, 4) if (split.rejected >= votes).any()
    } | {f"rejectedBy{votes}": int((split.rejected >= votes).sum()) for votes in (2, 4)}
