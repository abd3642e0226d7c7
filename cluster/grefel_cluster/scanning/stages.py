"""The stages that Ray Data streams a job's units through: pictures, predictions, files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import ray

from ..inputs.source import Encoded, Source, Unit
from ..model import Model, ModelFacts, open_session
from ..storage import Location, write_whole
from ..views import predict_in_views
from .facts import Prepared, prepare
from .table import encode_shard, facts_table, shard_table

UNIT_SCHEMA = pa.schema([("number", pa.int64()), ("file", pa.string()), ("start", pa.int64()), ("end", pa.int64())])


def shard_name(unit: int, chunk: int) -> str:
    """Name the file of a shard."""
    return f"part-{unit:06d}-{chunk:04d}.parquet"


def prepare_units(
    batch: pa.Table, source: Source, input_size: int, done: Mapping[int, frozenset[int]]
) -> Iterator[pa.Table]:
    """Read, decode and prepare the pictures of units.

    Parameters
    ----------
    batch
        Units, one a row.
    source
        The input.
    input_size
        S of the model.
    done
        Chunks of each unit that are already written.

    Yields
    ------
    pa.Table
        One row for a shard: its facts as an Arrow file, and the model's input of its M readable pictures as the
        bytes of uint8 [M, S, S, 3].
    """
    for row in batch.to_pylist():
        unit = Unit(**row)
        for chunk, last, pictures in source.chunks(unit, done.get(unit.number, frozenset())):
            yield _packed(unit, chunk, last, [_prepare(picture, input_size) for picture in pictures])


def _prepare(picture: Encoded, input_size: int) -> Prepared:
    if picture.content is None:
        return Prepared(picture.image, picture.label, problem=picture.problem)
    return prepare(picture.image, picture.label, picture.content, input_size)


def _packed(unit: Unit, chunk: int, last: bool, prepared: list[Prepared]) -> pa.Table:
    facts = facts_table(prepared)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, facts.schema) as writer:
        writer.write_table(facts)
    inputs = b"".join(picture.input.tobytes() for picture in prepared if picture.input is not None)
    return pa.table(
        {
            "unit": [unit.number],
            "chunk": [chunk],
            "last": [last],
            "facts": pa.array([sink.getvalue().to_pybytes()], pa.large_binary()),
            "inputs": pa.array([inputs], pa.large_binary()),
        }
    )


class ShardPredictor:
    """Predicts prepared shards.

    Parameters
    ----------
    model
        A loaded model.
    facts
        What it says about itself.
    views
        A key of views.LOOKS.
    """

    def __init__(self, model: Model, facts: ModelFacts, views: str) -> None:
        self._model, self._facts, self._views = model, facts, views

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Predict the rows of prepare_units(). -> their shards as Parquet files."""
        return pa.Table.from_pylist([self._shard(row) for row in _rows(batch)], _FILE_SCHEMA)

    def _shard(self, row: dict[str, pa.Scalar]) -> dict[str, Any]:
        facts = pa.ipc.open_stream(row["facts"].as_buffer()).read_all()
        size = self._facts.input_size
        inputs = np.frombuffer(row["inputs"].as_buffer(), np.uint8).reshape(-1, size, size, 3)
        outputs, problems = predict_in_views(self._model, inputs, self._views)
        table = shard_table(facts, outputs, problems, self._facts)
        unit, chunk = row["unit"].as_py(), row["chunk"].as_py()
        about = {"model_sha256": self._facts.sha256, "views": self._views, "shard": shard_name(unit, chunk)}
        return {
            "unit": unit,
            "chunk": chunk,
            "last": row["last"].as_py(),
            "rows": len(table),
            "unreadable": len(table) - table["problem"].null_count,
            "content": encode_shard(table, about),
        }


class Predict(ShardPredictor):
    """An actor with one session of ONNX Runtime.

    Parameters
    ----------
    model
        The model's file, in Ray's object store; nodes need no copy of their own.
    facts, views
        As of ShardPredictor.
    device
        ``cpu`` or ``cuda``.
    threads
        Of one run on the CPU.
    batch
        Images of one run at most.
    """

    def __init__(
        self, model: ray.ObjectRef, facts: ModelFacts, views: str, device: str, threads: int, batch: int
    ) -> None:
        super().__init__(Model(open_session(ray.get(model), device, threads), facts.outputs, batch), facts, views)


_FILE_SCHEMA = pa.schema(
    [
        ("unit", pa.int64()),
        ("chunk", pa.int64()),
        ("last", pa.bool_()),
        ("rows", pa.int64()),
        ("unreadable", pa.int64()),
        ("content", pa.large_binary()),
    ]
)


def _rows(batch: pa.Table) -> Iterator[dict[str, pa.Scalar]]:
    for at in range(len(batch)):
        yield {name: batch[name][at] for name in batch.schema.names}


def write_shards(batch: pa.Table, out: Location) -> pa.Table:
    """Write shards, each complete or not at all.

    Returns
    -------
    pa.Table
        What is recorded of each.
    """
    records = []
    for row in _rows(batch):
        content = row["content"].as_buffer()
        name = shard_name(row["unit"].as_py(), row["chunk"].as_py())
        write_whole(out.child(name), memoryview(content))
        records.append(
            {key: row[key].as_py() for key in ("unit", "chunk", "last", "rows", "unreadable")}
            | {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        )
    return pa.Table.from_pylist(records, RECORD_SCHEMA)


RECORD_SCHEMA = pa.schema(
    [field for field in _FILE_SCHEMA if field.name != "content"] + [("bytes", pa.int64()), ("sha256", pa.string())]
)
