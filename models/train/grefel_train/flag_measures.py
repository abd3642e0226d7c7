"""How well a model's distributions rank given labels by how likely they are wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from .classes import NAMES


def given_labels(folder: Path, images: list[str]) -> np.ndarray:
    """FER2013's own label of each image, as the index of its class; -1 where it is not known. -> int64 [N]."""
    with (folder / "labels.csv").open(newline="") as stream:
        labels = {row["image"]: row["fer2013_label"] for row in csv.DictReader(stream)}
    return np.array([NAMES.index(labels[image]) if labels[image] in NAMES else -1 for image in images])


def average_precision(scores: np.ndarray, wrong: np.ndarray) -> float:
    """Area under precision over recall, as the mean precision at each wrong image. [N] twice -> 0..1."""
    order = np.argsort(-scores, kind="stable")
    hits = wrong[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean()) if hits.any() else 0.0


def area_under_roc(score: np.ndarray, positive: np.ndarray) -> float:
    """Chance that a positive scores above a negative; ties count half. [N] twice -> 0..1."""
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(score))
    ranks[order] = np.arange(1, len(score) + 1)
    for value in np.unique(score[np.flatnonzero(np.diff(np.sort(score)) == 0)]) if len(score) > 1 else []:
        ranks[score == value] = ranks[score == value].mean()
    count = positive.sum()
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(score) - count)))


def flag_figures(distribution: np.ndarray, given: np.ndarray, truth: np.ndarray, votes: np.ndarray) -> dict[str, float]:
    """Average precision of log(best other / given) and self-confidence; `Certain`: of images with at least 7 votes.

    distribution [N, C], given and truth [N] (-1 unknown), votes [N, C].
    """
    known = (given >= 0) & (truth >= 0)
    rows = np.arange(len(given))
    own = np.maximum(distribution[rows, given], 1e-9)
    others = distribution.copy()
    others[rows, given] = 0
    ratio = np.log(np.maximum(others.max(axis=1), 1e-9) / own)
    wrong = given != truth
    report = {}
    for suffix, where in (("", known), ("Certain", known & (votes.max(axis=1) >= 7))):
        report[f"flagsRatio{suffix}"] = average_precision(ratio[where], wrong[where])
        report[f"flagsSelfConfidence{suffix}"] = average_precision(-own[where], wrong[where])
        report[f"flagsImages{suffix}"] = int(where.sum())
    return report
