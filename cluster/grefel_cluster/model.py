"""A model of the contract (docs/model-contract.md) in ONNX Runtime."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime

from .errors import ClusterError

DISTRIBUTIONS = ("primary", "geometric", "attentive", "corrected")
OUTPUTS = (*DISTRIBUTIONS, "confidence_primary", "confidence_corrected", "anchor_distance", "embedding")
OPTIONAL_OUTPUTS = ("features", "face_quality")
LARGEST_HALF = 65504

Outputs = dict[str, np.ndarray]
"""By the name of the output, one row an image: float32 [N, ...]."""


@dataclass(frozen=True)
class ModelFacts:
    """What a model file says about itself.

    Parameters
    ----------
    sha256
        Hex, of the file. The desktop application identifies a run by it.
    metadata
        The JSON under the metadata key ``grefel``.
    outputs
        Names of the outputs that are stored.
    """

    sha256: str
    metadata: dict[str, Any]
    outputs: tuple[str, ...]

    @property
    def input_size(self) -> int:
        """Side of the model's input in pixels."""
        return int(self.metadata["inputSize"])

    @property
    def anchors_per_class(self) -> int:
        """K of the contract."""
        return int(self.metadata["anchorsPerClass"])

    @property
    def delta(self) -> float:
        """Temperature of the anchor similarity, Eq. 13."""
        return float(self.metadata["delta"])


def open_session(model: bytes, device: str, threads: int) -> onnxruntime.InferenceSession:
    """Load a model.

    Parameters
    ----------
    model
        The file.
    device
        ``cpu`` or ``cuda``.
    threads
        Of one run on the CPU.

    Raises
    ------
    ClusterError
        If the file is not a model, or the device is missing.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    wanted = ["CPUExecutionProvider"] if device == "cpu" else ["CUDAExecutionProvider", "CPUExecutionProvider"]
    try:
        session = onnxruntime.InferenceSession(model, options, providers=wanted)
    except Exception as error:  # ONNX Runtime has no common base class for faults of a file
        raise ClusterError(f"the model cannot be loaded: {str(error).splitlines()[0]}", "Export it again.") from error
    if session.get_providers()[0] != wanted[0]:
        raise ClusterError(
            "onnxruntime has no CUDA on this node", "Install onnxruntime-gpu on every node, or use --device cpu."
        )
    return session


def read_facts(model: bytes) -> ModelFacts:
    """Read what a model says about itself, and check the names of its outputs.

    Raises
    ------
    ClusterError
        If it breaks the contract.
    """
    session = open_session(model, "cpu", 1)
    written = session.get_modelmeta().custom_metadata_map.get("grefel")
    names = {output.name for output in session.get_outputs()}
    missing = [name for name in OUTPUTS if name not in names]
    if written is None or missing:
        what = "its metadata have no key grefel" if written is None else f"it has no output {', '.join(missing)}"
        raise ClusterError(f"the model breaks the contract: {what}", "See docs/model-contract.md.")
    metadata = json.loads(written)
    if "features" in names and metadata.get("featuresSize") is None:
        size = next(output.shape[1] for output in session.get_outputs() if output.name == "features")
        metadata["featuresSize"] = size if isinstance(size, int) else None
    has_features = metadata.get("featuresSize") is not None
    optional = tuple(name for name in OPTIONAL_OUTPUTS if name in names and (name != "features" or has_features))
    return ModelFacts(hashlib.sha256(model).hexdigest(), metadata, OUTPUTS + optional)


class Model:
    """A loaded model. An image that it fails on never fails its batch.

    Parameters
    ----------
    session
        ONNX Runtime's.
    outputs
        Names of the outputs to ask for.
    batch
        Images of one run at most.
    """

    def __init__(self, session: onnxruntime.InferenceSession, outputs: Sequence[str], batch: int) -> None:
        self._session = session
        self._outputs = list(outputs)
        self._batch = batch

    def run(self, inputs: np.ndarray) -> tuple[Outputs, list[str | None]]:
        """Run the model on images.

        Parameters
        ----------
        inputs
            uint8 [N, S, S, 3]

        Returns
        -------
        outputs
            float32 [N, ...] each; rows of images with a problem are NaN.
        problems
            [N] what is wrong with an image, or None.
        """
        parts = [self._run_or_split(inputs[at : at + self._batch]) for at in range(0, len(inputs), self._batch)]
        problems = [problem for _, found in parts for problem in found]
        if not any(outputs for outputs, _ in parts):
            return {}, problems
        known = next(outputs for outputs, _ in parts if outputs)
        blank = [outputs or _nothing(known, len(found)) for outputs, found in parts]
        return {name: np.concatenate([outputs[name] for outputs in blank]) for name in known}, problems

    def _run_blank(self, like: np.ndarray) -> None:
        """Raise where the session, not the image, is at fault."""
        try:
            self._session.run(self._outputs, {"image": np.zeros_like(like)})
        except Exception as error:
            raise ClusterError(
                f"the model fails on a blank image too: {str(error).splitlines()[0]}",
                "Start the job again; it continues. If that fails too, check the memory and the device of the node.",
            ) from error

    def _run_or_split(self, inputs: np.ndarray) -> tuple[Outputs, list[str | None]]:
        try:
            outputs = dict(zip(self._outputs, self._session.run(self._outputs, {"image": inputs}), strict=True))
        except Exception as error:  # whatever a kernel raises is a problem of that image
            if len(inputs) == 1:
                self._run_blank(inputs)
                return {}, [f"the model failed on this image: {str(error).splitlines()[0]}"]
            middle = (len(inputs) + 1) // 2
            return _joined(self._run_or_split(inputs[:middle]), self._run_or_split(inputs[middle:]))
        outputs = {name: values.reshape(len(inputs), -1) for name, values in outputs.items()}
        return outputs, [_problem_of(outputs, row) for row in range(len(inputs))]


def _joined(
    first: tuple[Outputs, list[str | None]], second: tuple[Outputs, list[str | None]]
) -> tuple[Outputs, list[str | None]]:
    problems = first[1] + second[1]
    known = first[0] or second[0]
    if not known:
        return {}, problems
    halves = [outputs or _nothing(known, len(found)) for outputs, found in (first, second)]
    return {name: np.concatenate([half[name] for half in halves]) for name in known}, problems


def _nothing(like: Outputs, rows: int) -> Outputs:
    return {name: np.full((rows, *values.shape[1:]), np.nan, np.float32) for name, values in like.items()}


def _problem_of(outputs: Outputs, row: int) -> str | None:
    if not all(np.isfinite(values[row]).all() for values in outputs.values()):
        return "the model gave values that are not finite numbers for this image"
    if "features" in outputs and (np.abs(outputs["features"][row]) > LARGEST_HALF).any():
        return "the model gave features that are too large to store for this image"
    return None
