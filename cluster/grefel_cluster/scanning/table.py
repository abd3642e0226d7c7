"""The columns of a shard."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..model import DISTRIBUTIONS, ModelFacts, Outputs
from .facts import Prepared

STORED_ANCHORS = 5
"""Nearest anchors kept, as in the desktop application."""

_HASH, _PERCEPTUAL = pa.binary(32), pa.binary(8)
_FACTS = {
    "image": pa.string(),
    "label": pa.string(),
    "problem": pa.string(),
    "width": pa.int32(),
    "height": pa.int32(),
    "format": pa.string(),
    "size_bytes": pa.int64(),
    "content_sha256": _HASH,
    "pixels_sha256": _HASH,
    "perceptual_hash": _PERCEPTUAL,
    "brightness": pa.float64(),
    "sharpness": pa.float64(),
}
_NUMBERS = pa.list_(pa.field("element", pa.float32(), nullable=False))
_ENTROPY_CODED = ("image", "label", "problem", "format", "width", "height", "size_bytes")
"""Columns that compress; half floats, hashes and probabilities do not."""


def facts_table(pictures: Sequence[Prepared]) -> pa.Table:
    """Gather the facts of pictures, in their order."""
    columns = {name: pa.array([getattr(picture, name) for picture in pictures], kind) for name, kind in _FACTS.items()}
    return pa.table(columns)


def shard_table(facts: pa.Table, outputs: Outputs, problems: Sequence[str | None], model: ModelFacts) -> pa.Table:
    """Put together the rows of a shard.

    Parameters
    ----------
    facts
        Of N pictures, including those that cannot be read.
    outputs
        float32 [M, ...], of the M pictures without a problem in `facts`, in their order; empty where M is 0 or the
        model failed on all.
    problems
        [M] what the model finds wrong.
    model
        What made the outputs.

    Returns
    -------
    pa.Table
        N rows; outputs are null where an image has a problem.
    """
    readable = np.flatnonzero(facts["problem"].is_null().to_numpy())
    all_problems = facts["problem"].to_pylist()
    for row, problem in zip(readable, problems, strict=True):
        all_problems[row] = problem
    good = np.array([problem is None for problem in problems], bool)
    rows = readable[good]
    kept = {name: values[good] for name, values in outputs.items()}
    table = facts.set_column(facts.schema.get_field_index("problem"), "problem", pa.array(all_problems, pa.string()))
    for name, column in _output_columns(kept, model, len(rows)).items():
        places = np.full(len(facts), -1)
        places[rows] = np.arange(len(rows))
        indices = pa.array(places, pa.int64(), mask=places < 0)
        table = table.append_column(name, column.take(indices))
    return table


def _output_columns(outputs: Outputs, model: ModelFacts, rows: int) -> dict[str, pa.Array]:
    def values(name: str, width: int) -> np.ndarray:
        return outputs[name] if outputs else np.zeros((rows, width), np.float32)

    metadata, per_class = model.metadata, model.anchors_per_class
    classes = len(metadata["classes"])
    columns = {name: _lists(values(name, classes)) for name in DISTRIBUTIONS}
    for name in ("confidence_primary", "confidence_corrected", "face_quality"):
        if name in model.outputs:
            columns[name] = pa.array(values(name, 1)[:, 0], pa.float32())
    distances = values("anchor_distance", classes * per_class)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :STORED_ANCHORS]
    columns["anchor"] = _lists(nearest.astype(np.int32), pa.int32())
    columns["anchor_distance"] = _lists(np.take_along_axis(distances, nearest, axis=1))
    columns["anchor_similarity"] = _lists(
        np.take_along_axis(similarities(distances, model.delta), nearest, axis=1).astype(np.float32)
    )
    by_class = distances.reshape(rows, classes, per_class) if per_class else np.zeros((rows, 0, 1), np.float32)
    columns["class_distance"] = _lists(by_class.min(axis=2))
    columns["embedding"] = _halves(values("embedding", int(metadata["embeddingSize"])))
    if "features" in model.outputs:
        columns["features"] = _halves(values("features", int(metadata["featuresSize"])))
    return columns


def similarities(distances: np.ndarray, delta: float) -> np.ndarray:
    """Compute the softmax of -d / delta over all anchors, Eq. 13. [N, C*K] -> float64 [N, C*K]."""
    if distances.shape[1] == 0:
        return distances.astype(np.float64)
    scaled = distances.astype(np.float64) * (-1 / delta)
    shares = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def _lists(values: np.ndarray, kind: pa.DataType | None = None) -> pa.Array:
    """[N, W] -> N lists of W numbers."""
    rows, width = values.shape
    offsets = pa.array(np.arange(rows + 1, dtype=np.int32) * width)
    flat = pa.array(np.ascontiguousarray(values).ravel())
    field = pa.field("element", kind or pa.float32(), nullable=False)
    return pa.ListArray.from_arrays(offsets, flat, type=pa.list_(field))


def _halves(values: np.ndarray) -> pa.Array:
    """[N, W] -> N little-endian rows of W half floats, which readers need not turn into lists of objects."""
    rows, width = values.shape
    content = np.ascontiguousarray(values.astype("<f2"))
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(2 * width), rows, [None, pa.py_buffer(content.tobytes())])


def encode_shard(table: pa.Table, facts: dict[str, str]) -> bytes:
    """Write a shard as a Parquet file: one group of rows, the same bytes each time.

    Parameters
    ----------
    table
        Rows of shard_table.
    facts
        What is kept in the file's metadata.
    """
    sink = io.BytesIO()
    described = table.replace_schema_metadata({f"grefel.{key}": value for key, value in facts.items()})
    pq.write_table(
        described,
        sink,
        row_group_size=max(1, len(table)),
        compression={name: "snappy" if name in _ENTROPY_CODED else "none" for name in _leaves(table)},
        use_dictionary=["label", "problem", "format"],
        write_statistics=False,
        store_schema=False,
    )
    return sink.getvalue()


def _leaves(table: pa.Table) -> list[str]:
    return [f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name for field in table.schema]
