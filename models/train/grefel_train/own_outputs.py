"""Predictions of a dataset's own models as a folder that `grefel import-predictions` takes for a scan: docs/cluster.md lists the columns."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import torch
from pyarrow import parquet
from torch import Tensor

from .reliability import Balanced

STORED_ANCHORS = 5
ROWS = 2048
"""Of a shard, as a cluster writes them."""
_DISTRIBUTIONS = ("primary", "geometric", "attentive", "corrected")
_CONFIDENCES = ("confidence_primary", "confidence_corrected")


def own_metadata(name: str, version: str, classes: list[str], balanced: Balanced, embedding: Tensor, features: Tensor) -> dict[str, Any]:
    """What docs/model-contract.md asks of a model, for one of these outputs."""
    return {
        "contract": 1.1, "name": name, "version": version, "classes": [{"name": label, "aliases": []} for label in classes],
        "anchorsPerClass": balanced.anchor_distance.shape[1] // len(classes), "embeddingSize": embedding.shape[1],
        "featuresSize": features.shape[1], "delta": 1.0, "inputSize": 112,
    }  # fmt: skip


def _lists(values: np.ndarray, kind: pyarrow.DataType) -> pyarrow.Array:
    return pyarrow.array(values.tolist(), pyarrow.list_(kind))


def _halves(values: Tensor) -> pyarrow.Array:
    """Little-endian half floats, a row in one value. Raises ValueError where one is out of their range."""
    halves = values.numpy().astype("<f2")
    if not np.isfinite(halves).all():
        raise ValueError("an embedding or a feature exceeds half precision")
    return pyarrow.array([row.tobytes() for row in halves], pyarrow.binary(2 * values.shape[1]))  # of a fixed length: others are read as text


def _table(names: list[str], classes: int, balanced: Balanced, embedding: Tensor, features: Tensor) -> pyarrow.Table:
    columns: dict[str, Any] = {"image": pyarrow.array(names), "problem": pyarrow.nulls(len(names), pyarrow.string())}
    for name in _DISTRIBUTIONS:
        columns[name] = _lists(getattr(balanced, name).numpy(), pyarrow.float32())
    for name in _CONFIDENCES:
        columns[name] = pyarrow.array(getattr(balanced, name).numpy().clip(0, 1))
    distances = balanced.anchor_distance
    if distances.shape[1]:
        near, places = distances.topk(min(STORED_ANCHORS, distances.shape[1]), dim=1, largest=False)
        columns |= {
            "anchor": _lists(places.numpy(), pyarrow.int32()),
            "anchor_distance": _lists(near.numpy(), pyarrow.float32()),
            "anchor_similarity": _lists((-distances).softmax(dim=1).gather(1, places).numpy(), pyarrow.float32()),
            "class_distance": _lists(distances.reshape(len(distances), classes, -1).amin(dim=2).numpy(), pyarrow.float32()),
        }
    return pyarrow.table(columns | {"embedding": _halves(embedding), "features": _halves(features)})


def write_scan(folder: Path, names: list[str], metadata: dict[str, Any], balanced: Balanced, embedding: Tensor, features: Tensor) -> None:
    """Writes shards and, last, the manifest: an unfinished folder is not taken. `features` are the streams', of the images as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    for old in folder.glob("part-*.parquet"):
        old.unlink()
    shards = []
    for number, start in enumerate(range(0, len(names), ROWS)):
        part = slice(start, start + ROWS)
        some = Balanced(*(values[part] for values in balanced))
        file = folder / f"part-{number:06d}-0000.parquet"
        parquet.write_table(_table(names[part], len(metadata["classes"]), some, embedding[part], features[part]), file)
        shards.append({"file": file.name, "rows": len(names[part]), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()})
    together = hashlib.sha256("".join(shard["sha256"] for shard in shards).encode()).hexdigest()
    manifest = {
        "version": 1, "rows": len(names), "views": "one", "device": "cpu", "outOfFold": True,
        "model": {"sha256": together, "metadata": metadata}, "shards": shards,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def align(whole: Tensor, anchors: Tensor, embedding: Tensor, own_anchors: Tensor) -> tuple[Tensor, list[int]]:
    """The rotation and the numbers of anchors by which one model's embedding space comes nearest to another's; all distances stay.

    whole [N, D] and embedding [N, D]: the same images in the space to reach, and in the model's own. anchors and own_anchors [C, K, D].
    -> rotation [D, D], to be multiplied from the right; and which own anchor takes each place, [C*K].
    """
    left, _, right = torch.linalg.svd(embedding.double().T @ whole.double())
    rotation = (left @ right).float()
    turned, numbers = own_anchors @ rotation, []
    per_class = anchors.shape[1]
    for label, (wanted, found) in enumerate(zip(anchors, turned, strict=True)):
        apart = torch.cdist(wanted, found)
        chosen = [0] * per_class
        # The nearest pair first: which anchor is which matters to the eye alone.
        for _ in range(per_class):
            place, own = divmod(int(apart.argmin()), per_class)
            chosen[place] = label * per_class + own
            apart[place], apart[:, own] = torch.inf, torch.inf
        numbers += chosen
    return rotation, numbers
