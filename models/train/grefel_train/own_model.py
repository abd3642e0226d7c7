"""A model of a dataset's own as one ONNX file of the contract: the shipped streams, and what was trained on their features."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import compose, helper, utils
from torch import Tensor, nn

from .contract import INPUT, METADATA_KEY, OUTPUTS, read_metadata, write_training_list
from .export import OPSET, open_session, run
from .features import FEATURES
from .fingerprints import perceptual_hash
from .own_dataset import OwnDataset
from .phase_vectors import VectorPath

_TOLERANCE = 1e-3
_CHECKED = 32

CARD = """# {name} {version}

GReFEL (arXiv 2410.15927), trained by `python -m grefel_train train --dataset` on a dataset of one's own: embedding, primary head, anchors and
attention, on the streams of {base} {base_version}, which were not trained further. Contract: docs/model-contract.md.

- Classes: {classes}.
- Trained on {images} images, with the labels `{kind}` of the cleaned CSV; {skipped} without a label were left out.
- Out of fold (each image predicted by one of {folds} models that had not seen it, {groups} groups kept together): accuracy
  {accuracy:.1%}, macro F1 {f1:.3f}, by the labels it was trained on, whether they are right or not. The primary head alone: {primary:.1%}.
- `{name}.training.csv.gz` lists the images: the program marks them, since a model repeats the wrong labels that it has learned. To review
  this dataset, import the out-of-fold predictions instead.
- It has no `face_quality`. Licence: {licence}; that of the dataset's images and labels may limit what the model may be used for.
"""


class _Named(nn.Module):
    """Features [N, F] -> the contract's outputs."""

    def __init__(self, path: VectorPath) -> None:
        super().__init__()
        self.path = path

    def forward(self, features: Tensor) -> tuple[Tensor, ...]:
        balanced, embedding = self.path(features)
        return (*balanced, embedding)


def _joined(model: Path, path: VectorPath, size: int) -> onnx.ModelProto:
    """The shipped graph as far as its features, and the path behind it."""
    shipped = onnx.load(model)
    streams = utils.Extractor(shipped).extract_model([INPUT], [FEATURES])
    del streams.metadata_props[:]
    buffer = io.BytesIO()
    torch.onnx.export(
        _Named(path).eval(), (torch.zeros(2, size),), buffer, input_names=["own.features"], output_names=list(OUTPUTS), opset_version=OPSET,
        dynamic_axes={name: {0: "N"} for name in ("own.features", *OUTPUTS)}, do_constant_folding=True, dynamo=False,
    )  # fmt: skip
    head = onnx.load_from_string(buffer.getvalue())
    head = compose.add_prefix(head, "own/", rename_inputs=False, rename_outputs=False)
    head.ir_version = streams.ir_version
    own = {entry.domain: entry.version for entry in head.opset_import}
    for entry in streams.opset_import:
        if own.get(entry.domain, entry.version) != entry.version:
            raise ValueError(f"{model} is written for opset {entry.version} of ONNX, not {own[entry.domain]}")
    return compose.merge_models(streams, head, io_map=[(FEATURES, "own.features")], outputs=[*OUTPUTS, FEATURES])


def _beside(path: Path, values: np.ndarray) -> dict[str, str]:
    with path.open("wb") as stream:
        np.lib.format.write_array(stream, np.ascontiguousarray(values, np.float32), version=(1, 0))
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def write_model(
    folder: Path, model: Path, path: VectorPath, metadata: dict[str, Any], dataset: OwnDataset, features: Tensor, figures: dict[str, Any]
) -> Path:
    """Writes NAME.onnx, its anchors, statistics of its features, training list and card. -> the model file.

    Raises ValueError where the file differs from PyTorch, or an image's result depends on its batch.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name, base = metadata["name"], read_metadata(model)
    graph = _joined(model, path, features.shape[1])
    listed = folder / f"{name}.training.csv.gz"
    fingerprints = [(pixels, perceptual_hash(image)) for pixels, image in zip(dataset.pixels_sha256, dataset.inputs, strict=True)]
    write_training_list(listed, fingerprints)
    anchors = path.balancing.anchors
    assert anchors is not None
    statistics = np.stack([features.mean(dim=0).numpy(), features.std(dim=0).numpy()])
    licence = base.get("licence", "")
    metadata = metadata | {
        "licence": licence,
        "trainingData": {
            "description": f"{len(dataset)} images of a dataset of its own", "images": len(dataset), "list": listed.name,
            "listSha256": hashlib.sha256(listed.read_bytes()).hexdigest(), "perceptualHashMaxDistance": 0,
        },
        "anchors": _beside(folder / f"{name}.anchors.npy", anchors.detach().flatten(0, 1).numpy()),
        "featureStatistics": _beside(folder / f"{name}.features.npy", statistics),
        "metrics": {key: value for key, value in figures.items() if isinstance(value, float)},
    }  # fmt: skip
    helper.set_model_props(graph, {METADATA_KEY: json.dumps(metadata)})
    file = folder / f"{name}.onnx"
    onnx.save(graph, file)
    _check(file, path, dataset.inputs[:_CHECKED], features[:_CHECKED])
    card = CARD.format(
        name=name, version=metadata["version"], base=base["name"], base_version=base["version"], licence=licence,
        classes=", ".join(dataset.classes), images=len(dataset), groups=len(np.unique(dataset.groups)), **figures,
    )  # fmt: skip
    (folder / f"{name}.card.md").write_text(card)
    return file


@torch.no_grad()
def _check(file: Path, path: VectorPath, images: np.ndarray, features: Tensor) -> None:
    session = open_session(file)
    together = run(session, images)
    balanced, embedding = path(features)
    expected = dict(zip(OUTPUTS, (*balanced, embedding), strict=True)) | {FEATURES: features}
    alone = [run(session, images[place : place + 1]) for place in range(len(images))]
    for name, values in together.items():
        if not np.allclose(values, expected[name].numpy(), rtol=_TOLERANCE, atol=_TOLERANCE):
            raise ValueError(f"the exported file differs from PyTorch in {name}")
        if not np.allclose(values, np.concatenate([one[name] for one in alone]), rtol=_TOLERANCE, atol=_TOLERANCE):
            raise ValueError(f"an image's {name} depends on its batch")
