"""Everything that is measured on labelled faces for a model file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .calibration import cluster_indices, expected_calibration_error, reliability_table, wilson_interval
from .contract import QUALITY
from .evaluate import figures
from .export import open_session, run_all
from .fer import Split, truth
from .flag_measures import flag_figures, given_labels
from .preprocessing import model_input
from .quality import quality_figures
from .robustness import CHANGES

CHANGED_IMAGES = 200


def as_inputs(split: Split) -> np.ndarray:
    """Model inputs uint8 [N, 112, 112, 3] of a split."""
    return np.stack([model_input(np.repeat(face[:, :, None], 3, 2)) for face in split.faces])


def measure(path: Path, split: Split, data: Path) -> dict[str, Any]:
    """`measure_outputs` of a model file."""
    return measure_outputs(run_all(open_session(path), as_inputs(split)), split, data)


def measure_outputs(outputs: dict[str, np.ndarray], split: Split, data: Path) -> dict[str, Any]:
    """Accuracy, F1 and confusion, calibration, spread of the classes, flags and quality, by the rule for truth."""
    labels = truth(split.votes, split.rejected)
    report = figures(labels, outputs)
    report["interval"] = wilson_interval(report["correctedAccuracy"], report["images"])
    for name in ("primary", "corrected"):
        report[f"{name}CalibrationError"] = expected_calibration_error(outputs[name], labels)
        report[f"{name}Reliability"] = reliability_table(outputs[name], labels)
        report[f"{name}Deviation"] = float(outputs[name].std(axis=1).mean())
        report[f"{name}Entropy"] = float(1 - outputs[f"confidence_{name}"].mean())
        report[f"{name}Figures"] = figures(labels, {"corrected": outputs[name]})
    report |= cluster_indices(outputs["embedding"], labels)
    given = given_labels(data, split.images)
    report |= flag_figures(outputs["corrected"], given, labels, split.votes)
    report["primaryFlags"] = flag_figures(outputs["primary"], given, labels, split.votes)
    if QUALITY in outputs:
        report |= quality_figures(outputs[QUALITY], split)
    return report


def robustness(path: Path, split: Split) -> dict[str, dict[str, float]]:
    """Accuracy and log loss of the corrected distribution under each change, on the first CHANGED_IMAGES that have truth."""
    session, labels = open_session(path), truth(split.votes, split.rejected)
    chosen = np.flatnonzero(labels >= 0)[:CHANGED_IMAGES]
    split, labels = split.keep(np.isin(np.arange(len(labels)), chosen)), labels[chosen]
    report = {}
    for name, change in CHANGES.items():
        outputs = run_all(session, np.stack([change(face) for face in split.faces]))
        measured = figures(labels, outputs)
        report[name] = {"accuracy": measured["correctedAccuracy"], "logLoss": measured["correctedLogLoss"]}
    return report
