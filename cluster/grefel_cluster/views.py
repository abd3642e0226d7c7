"""Further views of unsure images, as the desktop application shows them (engine/views.ts)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .model import Model, Outputs

_MOVED = 1 / 22
_SURE_FROM, _SURE_WITHIN = 0.92, 0.02
_AVERAGED = ("primary", "geometric", "attentive", "corrected", "anchor_distance", "embedding", "features")


@dataclass(frozen=True)
class View:
    """A further view of an image: mirrored, and shifted up by a share of its side."""

    mirrored: bool
    up: float

    def of(self, inputs: np.ndarray) -> np.ndarray:
        """Show model inputs in this view; the edge is repeated. uint8 [N, S, S, 3] -> the same shape."""
        size = inputs.shape[1]
        rows = np.clip(np.arange(size) + _round_half_up(self.up * size), 0, size - 1)
        moved = inputs[:, rows]
        return np.ascontiguousarray(moved[:, :, ::-1] if self.mirrored else moved)


@dataclass(frozen=True)
class Looks:
    """The further views, and the weight of each; the original image has weight 1."""

    further: tuple[View, ...]
    weight: Callable[[np.ndarray], np.ndarray]


def _round_half_up(value: float) -> int:
    return int(np.floor(value + 0.5))


def _unsure(confidence: np.ndarray) -> np.ndarray:
    return np.clip((_SURE_FROM - confidence.astype(np.float64)) / _SURE_WITHIN, 0, 1)


LOOKS = {
    "one": Looks((), np.zeros_like),
    "unsure": Looks((View(True, _MOVED),), _unsure),
    "all": Looks(
        (View(True, 0), View(False, _MOVED), View(True, _MOVED), View(False, -_MOVED), View(True, -_MOVED)),
        np.ones_like,
    ),
}


def predict_in_views(model: Model, inputs: np.ndarray, views: str) -> tuple[Outputs, list[str | None]]:
    """Run the model on images in as many views as `views` says.

    Parameters
    ----------
    model
        The model.
    inputs
        uint8 [N, S, S, 3]
    views
        A key of LOOKS.

    Returns
    -------
    outputs
        float32 [N, ...] each: weighted means over the views; NaN for images with a problem.
    problems
        [N] what is wrong with an image, or None.
    """
    looks = LOOKS[views]
    outputs, problems = model.run(inputs)
    if not outputs or not looks.further:
        return outputs, problems
    weight = looks.weight(outputs["confidence_corrected"][:, 0])
    again = np.flatnonzero([problem is None and counts > 0 for problem, counts in zip(problems, weight, strict=True)])
    if len(again) == 0:
        return outputs, problems
    seen = [model.run(view.of(inputs[again])) for view in looks.further]
    for place, image in enumerate(again):
        problem = next((found[place] for _, found in seen if found[place] is not None), None)
        problems[image] = problem
    _average(outputs, [found for found, _ in seen if found], again, weight[again].astype(np.float64))
    return outputs, problems


def _average(outputs: Outputs, further: list[Outputs], images: np.ndarray, weight: np.ndarray) -> None:
    """Replace the outputs of `images` by weighted means, in double precision, and their confidences (Eq. 11)."""
    total = 1 + weight * len(further)
    for name in _AVERAGED:
        if name not in outputs:
            continue
        others = sum(found[name].astype(np.float64) for found in further)
        plain = outputs[name][images].astype(np.float64)
        outputs[name][images] = (plain + weight[:, None] * others) / total[:, None]
    for name in ("primary", "corrected"):
        outputs[f"confidence_{name}"][images, 0] = confidence(outputs[name][images])


def confidence(distributions: np.ndarray) -> np.ndarray:
    """Compute 1 - normalised entropy, Eq. 10 and 11. [N, C] -> [N]."""
    shares = distributions.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares > 0, shares * np.log(shares), 0)
    return 1 - np.clip(-terms.sum(axis=1) / np.log(shares.shape[1]), 0, 1)
