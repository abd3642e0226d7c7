"""Figures of a model on labelled faces."""

from __future__ import annotations

from typing import Any

import numpy as np

from .classes import NAMES


def confusion(truth: np.ndarray, predicted: np.ndarray, classes: int = len(NAMES)) -> np.ndarray:
    """Counts, rows truth, columns predicted; truth -1 is left out. int64 [N] twice -> int64 [C, C]."""
    known = truth >= 0
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (truth[known], predicted[known]), 1)
    return counts


def f1_scores(counts: np.ndarray) -> np.ndarray:
    """F1 per class from a confusion matrix; 0 where a class is neither present nor predicted. [C, C] -> [C]."""
    hits = np.diag(counts).astype(np.float64)
    return 2 * hits / np.maximum(counts.sum(axis=0) + counts.sum(axis=1), 1)


def figures(truth: np.ndarray, outputs: dict[str, np.ndarray]) -> dict[str, Any]:
    """Accuracy of each distribution, and F1 per class and confusion of the corrected one. Outputs [N, C] by name."""
    known = truth >= 0
    counts = confusion(truth, outputs["corrected"].argmax(axis=1))
    report: dict[str, Any] = {"images": int(known.sum())}
    for name in ("corrected", "primary", "geometric", "attentive"):
        if name in outputs:
            report[f"{name}Accuracy"] = float((outputs[name].argmax(axis=1) == truth)[known].mean())
    chosen = outputs["corrected"][known, truth[known]]
    report["correctedLogLoss"] = float(-np.log(np.maximum(chosen, 1e-8)).mean())
    scores = f1_scores(counts)
    report |= {"f1Macro": float(scores.mean()), "f1": dict(zip(NAMES, scores.tolist(), strict=True)), "confusion": counts.tolist()}
    return report
