"""What a model file promises to the app: inputs, outputs, metadata and the files beside it (contract 1).

Input `image` uint8 [N, 112, 112, 3] RGB, N dynamic; normalisation is inside the graph. Float32 outputs in OUTPUTS.
The metadata is one JSON text under the ONNX metadata key `grefel`.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from .classes import CLASSES

CONTRACT = 1
METADATA_KEY = "grefel"
INPUT = "image"
OUTPUTS = (
    "primary", "geometric", "attentive", "corrected", "confidence_primary", "confidence_corrected",
    "anchor_distance", "embedding",
)  # fmt: skip
DISTRIBUTIONS = ("primary", "geometric", "attentive", "corrected")
QUALITY = "face_quality"
"""Optional output: 0 unusable to 1."""


@dataclass
class ModelDescription:
    """The content of the file and of the files beside it. `anchors` float32 [C*K, D]; `training_list` of fingerprints."""

    name: str
    version: str
    licence: str
    anchors: np.ndarray
    training_description: str
    training_list: list[tuple[str, str]]
    perceptual_hash_max_distance: int
    delta: float = 1.0
    input_size: int = 112
    metrics: dict[str, Any] = field(default_factory=dict)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_training_list(path: Path, fingerprints: Iterable[tuple[str, str]]) -> None:
    """Gzipped CSV `pixels_sha256,perceptual_hash`, sorted, without repeats, the same bytes on each run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("pixels_sha256", "perceptual_hash"))
    writer.writerows(sorted(set(fingerprints)))
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def describe(model: onnx.ModelProto, description: ModelDescription, folder: Path) -> Path:
    """Writes `<name>.onnx` with its metadata, `<name>.anchors.npy` and `<name>.training.csv.gz`. -> path of the model."""
    folder.mkdir(parents=True, exist_ok=True)
    name = description.name
    anchors_file, list_file = folder / f"{name}.anchors.npy", folder / f"{name}.training.csv.gz"
    with anchors_file.open("wb") as stream:
        np.lib.format.write_array(stream, np.ascontiguousarray(description.anchors, np.float32), version=(1, 0))
    write_training_list(list_file, description.training_list)
    metadata = {
        "contract": CONTRACT,
        "name": name,
        "version": description.version,
        "classes": [{"name": key, "aliases": list(aliases)} for key, aliases in CLASSES.items()],
        "anchorsPerClass": len(description.anchors) // len(CLASSES),
        "embeddingSize": int(description.anchors.shape[1]),
        "delta": description.delta,
        "inputSize": description.input_size,
        "licence": description.licence,
        "trainingData": {
            "description": description.training_description,
            "images": len(description.training_list),
            "list": list_file.name,
            "listSha256": _sha256(list_file),
            "perceptualHashMaxDistance": description.perceptual_hash_max_distance,
        },
        "anchors": {"file": anchors_file.name, "sha256": _sha256(anchors_file)},
        "metrics": description.metrics,
    }
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {METADATA_KEY: json.dumps(metadata)})
    path = folder / f"{name}.onnx"
    onnx.save(model, path)
    return path


def change_metadata(path: Path, changes: dict[str, Any]) -> None:
    """Changes some values of a model file's metadata, in place."""
    model, metadata = onnx.load(path), read_metadata(path) | changes
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {METADATA_KEY: json.dumps(metadata)})
    onnx.save(model, path)


def read_metadata(path: Path) -> dict[str, Any]:
    """The metadata of a model file. Raises KeyError if it has none."""
    properties = {entry.key: entry.value for entry in onnx.load(path, load_external_data=False).metadata_props}
    return json.loads(properties[METADATA_KEY])
