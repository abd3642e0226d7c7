"""The probability that a label is wrong, as the desktop application computes it for its base model.

`grefel scan --rely-on base --no-tuning` gives the same numbers for the same images. The arithmetic is that of
labelQuality/calibratedPrediction.ts, embeddingDistance.ts, learnNoise.ts, noiseModel.ts and wrongLabel.ts. N images,
C model classes, L labels. Rates are [given, true], columns sum to 1: P(given | true).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import PACKAGE
from ..errors import ClusterError
from .classes import ClassMap

WEIGHTS = PACKAGE.parents[1] / "src" / "labelQuality" / "wrongLabel.weights.json"
MOST_IMAGES = 40_000
"""Noise is learned from at most this many images, evenly spaced."""

_FLOOR, _TINY, _LEAST_DISTANCE = 1e-4, 1e-12, 1e-6
_ASSUMED_ERROR, _ASSUMED_IMAGES = 0.1, 40
_ITERATIONS, _ITERATIONS_OF_A_FOLD, _FOLDS = 30, 12, 5
_UNIFORM_PARTS = np.arange(11) / 10
_LEAST_UNIFORM, _BELIEVED_BY = 0.2, 3


def read_weights() -> dict[str, Any]:
    """Read the weights that the application learned.

    Raises
    ------
    ClusterError
        Outside a checkout of the repository.
    """
    if not WEIGHTS.exists():
        raise ClusterError(f"{WEIGHTS} is not there", "Run the command from a checkout of the repository.")
    return json.loads(WEIGHTS.read_text())


@dataclass(frozen=True)
class Calibration:
    """How a model's distributions become probabilities of the true class.

    Parameters
    ----------
    exponents
        Exponents of the corrected and the attentive distribution in their product.
    inverse_temperature
        By how far the dataset is from the model's anchors, in (0, 1].
    """

    exponents: tuple[float, float]
    inverse_temperature: float


def calibration_for(weights: dict[str, Any], model: dict[str, Any], distances: DistanceSums) -> Calibration:
    """Choose the exponents for a model. Any other than theirs is scored by its corrected distribution."""
    exponents = weights["exponents"]
    if exponents["learntFrom"] != f"{model['name']} {model['version']}":
        return Calibration((exponents["alone"], 0.0), 1.0)
    embedding_distance = distances.geometric_mean() / exponents["distance"]["usual"]
    farther = np.log(max(1.0, embedding_distance))
    inverse_temperature = float(np.exp(-exponents["distance"]["slope"] * np.sqrt(farther)))
    return Calibration((exponents["corrected"], exponents["attentive"]), inverse_temperature)


@dataclass(frozen=True)
class DistanceSums:
    """Sums over the distances to the nearest anchor, which can be added up."""

    count: int = 0
    logs: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, distances: np.ndarray) -> DistanceSums:
        """Of some images. [N]."""
        logs = np.log(np.maximum(_LEAST_DISTANCE, distances.astype(np.float64)))
        return cls(len(logs), float(logs.sum()), float((logs**2).sum()))

    def __add__(self, other: DistanceSums) -> DistanceSums:
        return DistanceSums(self.count + other.count, self.logs + other.logs, self.squares + other.squares)

    def geometric_mean(self) -> float:
        """Less one standard error: a few images could be far by chance."""
        if self.count < 2:
            return 0.0
        mean = self.logs / self.count
        squares = max(0.0, self.squares - self.count * mean**2)
        return float(np.exp(mean - np.sqrt(squares / (self.count - 1) / self.count)))


def calibrate(corrected: np.ndarray, attentive: np.ndarray, calibration: Calibration, classes: ClassMap) -> np.ndarray:
    """Compute how likely each label is the true one: 0 if the model does not know it.

    Parameters
    ----------
    corrected, attentive
        [N, C]

    Returns
    -------
    np.ndarray
        float32 [N, L]
    """
    first, second = calibration.exponents
    raised = (corrected.astype(np.float64) + _FLOOR) ** first * (attentive.astype(np.float64) + _FLOOR) ** second
    raised = _normalised(raised).astype(np.float32).astype(np.float64)
    raised = _normalised(raised**calibration.inverse_temperature)
    over = np.zeros((len(raised), len(classes.labels)))
    for label, model_classes in enumerate(classes.model_classes):
        over[:, label] = raised[:, list(model_classes)].sum(axis=1)
    return _normalised(over).astype(np.float32)


def _normalised(rows: np.ndarray) -> np.ndarray:
    total = rows.sum(axis=1, keepdims=True)
    return np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)


@dataclass(frozen=True)
class ErrorSums:
    """What the first estimate of the share of wrong labels needs, as sums that can be added up."""

    images: int = 0
    contradicted: int = 0
    doubt: float = 0.0

    @classmethod
    def of(cls, distributions: np.ndarray, labels: np.ndarray) -> ErrorSums:
        """Of some images: [N, L] and [N], -1 for no label."""
        rows, given = distributions[labels >= 0].astype(np.float64), labels[labels >= 0]
        best = rows.argmax(axis=1) if len(rows) else given
        return cls(len(rows), int((best != given).sum()), float((1 - rows.max(axis=1)).sum()) if len(rows) else 0.0)

    def __add__(self, other: ErrorSums) -> ErrorSums:
        return ErrorSums(self.images + other.images, self.contradicted + other.contradicted, self.doubt + other.doubt)

    def rate(self) -> float:
        """How much more often the model contradicts a label than it expects to be wrong itself."""
        if self.images == 0:
            return _ASSUMED_ERROR
        expected = min(0.99, self.doubt / self.images)
        return min(0.9, max(0.01, (self.contradicted / self.images - expected) / (1 - expected)))


def uniform_noise(classes: int, error_rate: float) -> np.ndarray:
    """Rates where all wrong labels are equally likely. -> [L, L]."""
    rates = np.full((classes, classes), error_rate / max(1, classes - 1))
    np.fill_diagonal(rates, 1 - error_rate)
    return rates


def learn_noise(distributions: np.ndarray, labels: np.ndarray, inverse_temperature: float) -> np.ndarray:
    """Learn rates by expectation maximisation.

    They are shrunk towards uniform noise, as far as that predicts labels equally well.

    Parameters
    ----------
    distributions
        [N, L] calibrated, of images with a label, at most MOST_IMAGES.
    labels
        [N]
    inverse_temperature
        Of the distributions.
    """
    rows = distributions.astype(np.float64)
    classes = rows.shape[1]
    believed = (1 - _LEAST_UNIFORM) * inverse_temperature**_BELIEVED_BY
    uniform = 1 - believed * (1 - _uniform_part(rows, labels))
    assumed = uniform_noise(classes, _ASSUMED_ERROR if classes > 1 else 0.0)
    return (1 - uniform) * _maximise(rows, labels, _ITERATIONS) + uniform * assumed


def _likelihood(rows: np.ndarray, labels: np.ndarray, rates: np.ndarray) -> np.ndarray:
    return np.maximum(_TINY, (rows * rates[labels]).sum(axis=1))


def _maximise(rows: np.ndarray, labels: np.ndarray, iterations: int) -> np.ndarray:
    classes = rows.shape[1]
    assumed = uniform_noise(classes, _ASSUMED_ERROR if classes > 1 else 0.0)
    rates = assumed
    for _ in range(iterations):
        total = _likelihood(rows, labels, rates)
        joint = np.where((total > _TINY)[:, None], rows * rates[labels] / total[:, None], 0)
        counts = _ASSUMED_IMAGES * assumed
        np.add.at(counts, labels, joint)
        rates = counts / counts.sum(axis=0)
    return rates


def _uniform_rate(rows: np.ndarray, labels: np.ndarray) -> float:
    classes = rows.shape[1]
    rate = _ASSUMED_ERROR if classes > 1 else 0.0
    own = rows[np.arange(len(rows)), labels]
    for _ in range(_ITERATIONS_OF_A_FOLD if rate > 0 else 0):
        right, other = own * (1 - rate), (1 - own) * rate / (classes - 1)
        total = right + other
        wrong = np.divide(other, total, out=np.full_like(total, rate), where=total > 0)
        rate = min(0.9, max(0.005, float(wrong.mean()) if len(rows) else rate))
    return rate


def _uniform_part(rows: np.ndarray, labels: np.ndarray) -> float:
    """0 if held-out labels are predicted best by the learned rates, 1 by uniform noise."""
    gains = []
    for fold in range(_FOLDS):
        apart = np.arange(len(rows)) % _FOLDS == fold
        uniform = uniform_noise(rows.shape[1], _uniform_rate(rows[~apart], labels[~apart]))
        learned = _maximise(rows[~apart], labels[~apart], _ITERATIONS_OF_A_FOLD)
        by_learned = _likelihood(rows[apart], labels[apart], learned)
        by_uniform = _likelihood(rows[apart], labels[apart], uniform)
        gains.append(np.log((1 - _UNIFORM_PARTS)[:, None] * by_learned + _UNIFORM_PARTS[:, None] * by_uniform))
    by_part = np.concatenate(gains, axis=1)
    best = by_part[by_part.sum(axis=1).argmax()]
    difference = best - by_part
    total, count = difference.sum(axis=1), by_part.shape[1]
    error = np.sqrt(np.maximum(0, (difference**2).sum(axis=1) - total**2 / max(1, count)))
    return float(_UNIFORM_PARTS[np.flatnonzero(total <= error)].max(initial=0.0)) if count else 1.0


@dataclass(frozen=True)
class RankedLabels:
    """The scores of N labels.

    Parameters
    ----------
    wrong
        [N] probability that the label is wrong; NaN without a label, or for one that the model does not know.
    alternative
        [N] likeliest other label; -1 where there is none.
    """

    wrong: np.ndarray
    alternative: np.ndarray


def rank_labels(
    distributions: np.ndarray, labels: np.ndarray, rates: np.ndarray, error_rate: float, weights: dict[str, Any]
) -> RankedLabels:
    """Score labels by their images and by the noise of the dataset. [N, L] and [N], -1 for no label."""
    rows = distributions.astype(np.float64)
    wrong, alternative = np.full(len(rows), np.nan), np.full(len(rows), -1)
    mapped = np.flatnonzero(labels >= 0)
    if len(mapped) == 0:
        return RankedLabels(wrong, alternative)
    given, rows = labels[mapped], rows[mapped]
    at = np.arange(len(mapped))
    joint = rows * rates[given]
    total, own = joint.sum(axis=1), joint[at, given]
    against = np.log(np.maximum(_TINY, total - own) / np.maximum(_TINY, own))
    others = rows.copy()
    others[at, given] = 0
    by_image = np.log(np.maximum(_TINY, others.max(axis=1)) / np.maximum(_TINY, rows[at, given]))
    of_model = weights["model"]
    logit = (
        of_model["intercept"]
        + of_model["against"] * against
        + of_model["byImage"] * by_image
        + of_model["prior"] * np.log(error_rate / (1 - error_rate))
    )
    truth = np.where(rows > 0, joint, -1.0)
    truth[at, given] = -2
    wrong[mapped] = 1 / (1 + np.exp(-logit))
    alternative[mapped] = truth.argmax(axis=1)
    return RankedLabels(wrong, alternative)
