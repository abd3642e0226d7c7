"""The losses (Eq. 20 to 23 of arXiv 2410.15927), and the landmark stream's.

Shapes: N images, C classes, K anchors per class, D embedding size.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .reliability import Balanced

_TINY = 1e-8


def cross_entropy(distribution: Tensor, target: Tensor) -> Tensor:
    """-sum target ln p per image. Both [N, C] and each row sums to 1 -> [N]."""
    return -(target * distribution.clamp_min(_TINY).log()).sum(dim=-1)


def trusted_distribution(balanced: Balanced, trust: float) -> Tensor:
    """The trust ramp: p = (1 - trust) l + trust L_final, trust in [0, 1]. -> [N, C]."""
    return (1 - trust) * balanced.primary + trust * balanced.corrected


def classification_loss(balanced: Balanced, target: Tensor, trust: float, primary_share: float) -> Tensor:
    """Eq. 20 on the trusted distribution, and a share for the primary head. target [N, C] -> [N].

    Eq. 20 supervises only L_final; without a share of its own the primary head can starve.
    """
    main = cross_entropy(trusted_distribution(balanced, trust), target)
    return (1 - primary_share) * main + primary_share * cross_entropy(balanced.primary, target)


def anchor_loss(anchors: Tensor, margin: float) -> Tensor:
    """Eq. 21, bounded: anchors of DIFFERENT classes closer than `margin` are pushed apart. [C, K, D] -> scalar in [0, 1].

    The paper's -mean d^2 / sqrt(D) has no lower bound; the squared hinge mean(max(0, 1 - d / margin)^2) stops at 0
    once the classes are `margin` apart.
    """
    classes, per_class, _ = anchors.shape
    flat = anchors.flatten(0, 1)
    norms = flat.square().sum(dim=-1)
    squared = norms[:, None] + norms[None] - 2 * flat @ flat.T
    owner = torch.arange(classes, device=anchors.device).repeat_interleave(per_class)
    different = owner[:, None] != owner[None]
    distance = squared[different].clamp_min(1e-12).sqrt()
    return (1 - distance / margin).clamp_min(0).square().mean()


def centre_loss(distances: Tensor, target: Tensor, confidence: Tensor, size: int) -> Tensor:
    """Eq. 22: distance to the nearest anchor of the image's class, / sqrt(D), weighted by confidence.

    distances [N, C*K], target [N, C] (soft: the classes' nearest distances are averaged by it), confidence [N] -> scalar.
    """
    classes = target.shape[1]
    nearest = distances.reshape(len(distances), classes, -1).amin(dim=-1)
    return ((nearest * target).sum(dim=-1) * confidence.detach()).mean() / math.sqrt(size)


def wing_loss(predicted: Tensor, points: Tensor, width: float = 0.06, curvature: float = 0.012) -> Tensor:
    """Wing loss (Feng et al. 2018) of landmarks in shares of the image. [N, P, 2] twice -> scalar."""
    distance = (predicted - points).abs()
    constant = width - width * math.log(1 + width / curvature)
    near = width * torch.log(1 + distance / curvature)
    return torch.where(distance < width, near, distance - constant).mean() * 100
