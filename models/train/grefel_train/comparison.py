"""What cleaning brought: the same network trained on labels before and after it, measured on images that it has not seen."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .own_dataset import OwnDataset, folds_of
from .own_training import OwnOptions, predict, scores_of, targets_of, train_path

RESAMPLES = 1000
TRUTH = "truth"
"""A kind of label besides those of the CSV, from a file of true labels."""


def read_truth(dataset: OwnDataset, table: Path) -> int:
    """Gives the dataset labels of the kind TRUTH, from a CSV with the columns `image` and `label`; -1 where it has none.

    -> how many labels are of classes that the dataset does not have: such images are left out. Raises ValueError for a table without
    those columns, or of other images.
    """
    with table.open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.DictReader(stream)
        if not {"image", "label"} <= set(reader.fieldnames or []):
            raise ValueError(f"{table} has no columns image and label")
        labels = {row["image"]: row["label"] for row in reader}
    own = [labels.get(name, "") for name in dataset.names]
    place = {name: index for index, name in enumerate(dataset.classes)}
    dataset.labels[TRUTH] = np.array([place.get(label, -1) for label in own], np.int64)
    if (dataset.labels[TRUTH] < 0).all():
        raise ValueError(f"{table} has no label of a class of the dataset for any of its images")
    return sum(label != "" and label not in place for label in own)


def held_out(dataset: OwnDataset, choice: str, seed: int) -> list[np.ndarray]:
    """A split by its name, or a share of the groups drawn at random. -> one mask, bool [N]. Raises ValueError where nothing is left."""
    if choice in dataset.splits:
        held = np.array([split == choice for split in dataset.splits])
    else:
        try:
            share = float(choice)
        except ValueError:
            known = ", ".join(sorted({split for split in dataset.splits if split})) or "none"
            raise ValueError(f"{choice!r} is no split of the dataset ({known}) and no share") from None
        numbers = np.unique(dataset.groups)
        drawn = np.random.default_rng(seed).permutation(numbers)[: max(1, round(share * len(numbers)))]
        held = np.isin(dataset.groups, drawn)
    if not 0 < held.sum() < len(dataset):
        raise ValueError(f"--held-out {choice} holds {int(held.sum())} of {len(dataset)} images")
    return [held]


def held_in_turn(dataset: OwnDataset, folds: int, seed: int) -> list[np.ndarray]:
    """Each image is held out once. -> a mask for each fold, bool [N]."""
    fold = folds_of(dataset.groups, folds, seed)
    return [fold == number for number in range(folds)]


def compare_labels(
    dataset: OwnDataset, features: Tensor, kinds: Sequence[str], measure: str, parts: Sequence[np.ndarray], options: OwnOptions, seeds: int = 3
) -> dict[str, Any]:
    """Trains on each kind of label, and measures all on the labels `measure` of held-out images; `parts` as held_out gives them.

    Held-out images are never learned from, nor are images of their groups. The prediction is the mean over seeds. Differences are between
    each kind and the one before it; intervals: 95 % of paired resamples of the groups of held-out images.
    """
    held = np.flatnonzero(np.any(parts, axis=0) & (dataset.labels[measure] >= 0))
    if len(held) == 0:
        raise ValueError(f"no held-out image has a label {measure}")
    predicted = {kind: np.zeros((len(dataset), len(dataset.classes)), np.float32) for kind in kinds}
    learned = []
    for part in parts:
        learn, chosen = ~np.isin(dataset.groups, dataset.groups[part]), torch.from_numpy(np.flatnonzero(part))
        learned.append(int(learn.sum()))
        for kind in kinds:
            target = targets_of(dataset, kind)
            for run in range(seeds):
                path, _ = train_path(features, target, learn, replace(options, seed=options.seed + run))
                predicted[kind][part] += predict(path, features[0][chosen])[0].corrected.numpy() / seeds
    truth = dataset.labels[measure][held]
    scores = {kind: scores_of(predicted[kind][held], truth) for kind in kinds}
    report: dict[str, Any] = {
        "images": len(dataset), "trainedOn": round(float(np.mean(learned))), "heldOut": len(held), "measuredOn": measure, "seeds": seeds,
    }  # fmt: skip
    report["labelsUnlike"] = {kind: float((dataset.labels[kind][held] != truth).mean()) for kind in kinds}
    report |= scores
    pairs = list(zip(kinds, kinds[1:], strict=False))
    drawn = _resampled(predicted, kinds, held, truth, dataset.groups[held], options.seed)
    report["differences"] = {
        f"{after} - {before}": {
            name: {
                "estimate": scores[after][name] - scores[before][name],
                "low": float(np.quantile(drawn[after][name] - drawn[before][name], 0.025)),
                "high": float(np.quantile(drawn[after][name] - drawn[before][name], 0.975)),
            }
            for name in scores[after]
        }
        for before, after in pairs
    }
    return report


def _resampled(
    predicted: dict[str, np.ndarray], kinds: Sequence[str], held: np.ndarray, truth: np.ndarray, groups: np.ndarray, seed: int
) -> dict[str, dict[str, np.ndarray]]:
    """The scores of each kind on RESAMPLES draws of the held-out groups, the same draws for all. -> float [RESAMPLES] by kind and score"""
    draw, (_, group) = np.random.default_rng(seed), np.unique(groups, return_inverse=True)
    count = group.max() + 1
    values: dict[str, dict[str, list[float]]] = {kind: {} for kind in kinds}
    for _ in range(RESAMPLES):
        weights = np.bincount(draw.integers(0, count, count), minlength=count)[group]
        for kind in kinds:
            for name, value in scores_of(predicted[kind][held], truth, weights).items():
                values[kind].setdefault(name, []).append(value)
    return {kind: {name: np.array(drawn) for name, drawn in scores.items()} for kind, scores in values.items()}
