"""How well calibrated a distribution is, and how well the embedding separates the classes."""

from __future__ import annotations

import numpy as np


def reliability_table(distribution: np.ndarray, truth: np.ndarray, bins: int = 10) -> list[tuple[float, float, int]]:
    """Per bin of the largest probability: its mean, the accuracy, the number of images. [N, C], [N] -> rows."""
    known = truth >= 0
    top, right = distribution[known].max(axis=1), (distribution[known].argmax(axis=1) == truth[known])
    place = np.minimum((top * bins).astype(int), bins - 1)
    return [
        (float(top[place == index].mean()), float(right[place == index].mean()), int((place == index).sum()))
        for index in range(bins)
        if (place == index).any()
    ]


def expected_calibration_error(distribution: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Mean distance of confidence and accuracy, weighted by images."""
    rows = reliability_table(distribution, truth, bins)
    return sum(abs(mean - accuracy) * count for mean, accuracy, count in rows) / sum(count for _, _, count in rows)


def cluster_indices(embedding: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Davies-Bouldin (lower is better) and Calinski-Harabasz (higher is better) of the true classes. [N, D], [N]."""
    known = truth >= 0
    points, labels = embedding[known].astype(np.float64), truth[known]
    classes = np.unique(labels)
    centres = np.stack([points[labels == c].mean(axis=0) for c in classes])
    counts = np.array([(labels == c).sum() for c in classes])
    spread = np.array([np.linalg.norm(points[labels == c] - centre, axis=1).mean() for c, centre in zip(classes, centres, strict=True)])
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    between = (counts * np.square(centres - points.mean(axis=0)).sum(axis=1)).sum() / (len(classes) - 1)
    within = sum(np.square(points[labels == c] - centre).sum() for c, centre in zip(classes, centres, strict=True)) / (len(points) - len(classes))
    return {
        "daviesBouldin": float(((spread[:, None] + spread[None]) / apart).max(axis=1).mean()),
        "calinskiHarabasz": float(between / within),
    }


def wilson_interval(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share of `count` images."""
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return float(centre - half), float(centre + half)
