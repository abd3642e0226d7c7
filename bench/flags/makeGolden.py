"""Writes test/fixtures/cleanlab/golden.json: what cleanlab computes for a few small datasets.

    python3 -m venv /tmp/cleanlab && /tmp/cleanlab/bin/pip install cleanlab==2.9.0
    /tmp/cleanlab/bin/python bench/flags/makeGolden.py
"""

import json
import warnings
from pathlib import Path

import cleanlab
import numpy as np
from cleanlab.count import (
    calibrate_confident_joint,
    compute_confident_joint,
    estimate_latent,
    get_confident_thresholds,
    num_label_issues,
)
from cleanlab.dataset import overall_label_health_score, rank_classes_by_label_quality
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

warnings.filterwarnings("ignore")

FILTERS = [
    "prune_by_noise_rate",
    "prune_by_class",
    "both",
    "confident_learning",
    "predicted_neq_given",
    "low_normalized_margin",
    "low_self_confidence",
]


def make_data(seed, weights, images, noise, sharpness, missing=None):
    random = np.random.default_rng(seed)
    classes = len(weights)
    truth = random.choice(classes, images, p=np.array(weights) / np.sum(weights))
    logits = random.normal(size=(images, classes))
    logits[np.arange(images), truth] += sharpness
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    probabilities = np.round(probabilities, 9)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    labels = np.where(random.random(images) < noise, random.integers(classes, size=images), truth)
    if missing is not None:
        labels[labels == missing] = (missing + 1) % classes
    return labels, probabilities


def describe(name, labels, probabilities):
    quality = lambda method, adjust=False: get_label_quality_scores(
        labels, probabilities, method=method, adjust_pred_probs=adjust
    ).tolist()
    joint = compute_confident_joint(labels, probabilities, calibrate=False)
    calibrated = calibrate_confident_joint(joint, labels)
    prior, noise_matrix, inverse = estimate_latent(calibrated, labels)
    complete = len(np.unique(labels)) == probabilities.shape[1]
    return {
        "name": name,
        "labels": labels.tolist(),
        "probabilities": probabilities.tolist(),
        "selfConfidence": quality("self_confidence"),
        "normalisedMargin": quality("normalized_margin"),
        "weightedEntropy": quality("confidence_weighted_entropy"),
        "adjustedSelfConfidence": quality("self_confidence", True),
        "adjustedMargin": quality("normalized_margin", True),
        "thresholds": get_confident_thresholds(labels, probabilities).tolist(),
        "confidentJoint": joint.tolist(),
        "calibratedJoint": calibrated.tolist(),
        "prior": prior.tolist(),
        "noiseMatrix": noise_matrix.tolist(),
        "inverseNoiseMatrix": inverse.tolist(),
        "issues": int(num_label_issues(labels, probabilities)),
        "calibratedIssues": int(
            num_label_issues(labels, probabilities, estimation_method="off_diagonal_calibrated")
        ),
        "filters": {
            filter_by: find_label_issues(labels, probabilities, filter_by=filter_by, n_jobs=1).astype(int).tolist()
            for filter_by in FILTERS
        },
        "health": float(overall_label_health_score(labels, probabilities, verbose=False)) if complete else None,
        "classQuality": {
            int(row["Class Index"]): float(row["Label Quality Score"])
            for _, row in rank_classes_by_label_quality(labels, probabilities).iterrows()
        }
        if complete
        else None,
    }


# Seeds without two equal counts to round: numpy breaks those ties differently from run to run.
data = [
    describe("balanced", *make_data(1, [1, 1, 1, 1], 120, 0.2, 2.0)),
    describe("imbalanced", *make_data(5, [30, 20, 10, 5, 3, 2, 1], 160, 0.3, 1.5)),
    describe("a class without images", *make_data(3, [1, 1, 1], 60, 0.15, 2.5, missing=2)),
]
target = Path(__file__).resolve().parents[2] / "test/fixtures/cleanlab/golden.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({"cleanlab": cleanlab.__version__, "data": data}) + "\n")
print(target)
