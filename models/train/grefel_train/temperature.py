"""Temperature scaling (Guo et al. 2017) of all three distributions by one number, folded into the weights.

Logits of the primary head and of attention are divided by T, and delta of Eq. 13 is multiplied by it: so Eq. 9 to 19 hold
as they are, with another delta, where a temperature on L_final alone would break Eq. 19.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor

from .calibration import expected_calibration_error
from .evaluate import figures
from .reliability import ReliabilityBalancing

_TRIED = np.geomspace(0.4, 3.0, 81)


@torch.no_grad()
def temper(balancing: ReliabilityBalancing, temperature: float) -> ReliabilityBalancing:
    """A copy whose distributions are softer by T > 1 and sharper by T < 1."""
    tempered = copy.deepcopy(balancing).eval()
    last = [tempered.primary[-1]] + ([tempered.attention.output] if tempered.attention is not None else [])
    for layer in last:
        layer.weight.div_(temperature)
        layer.bias.div_(temperature)
    tempered.delta = balancing.delta * temperature
    return tempered


def _log_loss(corrected: Tensor, truth: Tensor) -> float:
    return float(-corrected.gather(1, truth[:, None]).clamp_min(1e-8).log().mean())


@torch.no_grad()
def best_temperature(balancing: ReliabilityBalancing, embedding: Tensor, truth: Tensor) -> float:
    """The T of least log loss of the corrected distribution. [N, D], [N] without -1."""
    losses = [_log_loss(temper(balancing, float(value))(embedding).corrected, truth) for value in _TRIED]
    return float(_TRIED[int(np.argmin(losses))])


@torch.no_grad()
def calibrate(balancing: ReliabilityBalancing, embedding: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """A temperature for held-out images, and its effect on halves of them that did not choose it.

    embedding [N, D], truth [N], -1 unknown. -> `temperature` (1 where the log loss of the other halves does not fall), and accuracy,
    log loss and ECE `Before` and `After` by the temperatures of the other halves.
    """
    known = truth >= 0
    points, labels = torch.from_numpy(embedding[known]), torch.from_numpy(truth[known])
    half = torch.arange(len(labels)) % 2 == 0
    after = torch.empty(len(labels), balancing.classes)
    for fitted in (half, ~half):
        other = temper(balancing, best_temperature(balancing, points[fitted], labels[fitted]))
        after[~fitted] = other(points[~fitted]).corrected
    report: dict[str, float] = {}
    for name, corrected in (("Before", temper(balancing, 1.0)(points).corrected), ("After", after)):
        measured = figures(labels.numpy(), {"corrected": corrected.numpy()})
        report |= {
            f"accuracy{name}": measured["correctedAccuracy"], f"logLoss{name}": measured["correctedLogLoss"],
            f"calibrationError{name}": expected_calibration_error(corrected.numpy(), labels.numpy()),
        }  # fmt: skip
    helps = report["logLossAfter"] < report["logLossBefore"]
    return {"temperature": best_temperature(balancing, points, labels) if helps else 1.0, **report}
