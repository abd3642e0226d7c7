"""Pictures inside Parquet files: a column of bytes, as `datasets` writes them, and one of labels."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import ClusterError
from ..storage import FileState, Location, changed, first_line, info_of, refuse_changed, relative, state_of
from .source import (
    IMAGE_COLUMNS,
    LABEL_COLUMNS,
    Encoded,
    InputOptions,
    Unit,
    column_named,
    label_of,
    pictures_of_chunks,
)

_BATCH_ROWS = 256
_BUFFER_BYTES = 2**23
"""Of a column that is read: without it, the column of a group is read whole."""


@dataclass(frozen=True)
class PackedFile:
    """A Parquet file of pictures.

    Parameters
    ----------
    path
        Within the file system.
    groups
        Rows of each of its groups.
    names
        Class names of a ClassLabel; empty where the labels are their own names.
    state
        When it was listed; None of a job of an older version.
    """

    path: str
    image: str
    label: str | None
    groups: tuple[int, ...]
    names: tuple[str, ...]
    state: FileState | None = None


@dataclass(frozen=True)
class Packed:
    """Parquet files of pictures below a folder."""

    root: Location
    files: tuple[PackedFile, ...]
    shard_rows: int

    @property
    def images(self) -> int:
        """Rows of all files."""
        return sum(sum(file.groups) for file in self.files)

    def units(self) -> list[Unit]:
        """Whole groups of rows together, up to a shard; parts of a larger one."""
        found: list[Unit] = []
        for file in self.files:
            start = end = 0
            for rows in file.groups:
                if end > start and end - start + rows > self.shard_rows:
                    found.append(Unit(len(found), file.path, start, end))
                    start = end
                end += rows
                while end - start > self.shard_rows:
                    found.append(Unit(len(found), file.path, start, start + self.shard_rows))
                    start += self.shard_rows
            if end > start:
                found.append(Unit(len(found), file.path, start, end))
        return found

    def chunks(self, unit: Unit, done: Container[int]) -> Iterator[tuple[int, bool, list[Encoded]]]:
        """Read rows of a file."""
        if 0 in done:
            return
        file = next(file for file in self.files if file.path == unit.file)
        location = self.root.at(file.path)
        refuse_changed(location, file.state)
        try:
            with location.files.open_input_file(location.path) as stream:
                table = _read_rows(pq.ParquetFile(stream, pre_buffer=False, buffer_size=_BUFFER_BYTES), file, unit)
        except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
            raise ClusterError(f"{file.path} cannot be read: {first_line(error)}", "Copy or write it again.") from error
        if len(table) != unit.end - unit.start:
            raise changed(file.path)
        name = relative(file.path, self.root.path)
        labels = table[file.label].to_pylist() if file.label else [None] * len(table)
        rows = enumerate(zip(table[file.image].to_pylist(), labels, strict=True), unit.start + 1)
        yield 0, True, [_encoded(key_of(name, row), cell, _label_of(label, file.names)) for row, (cell, label) in rows]

    def pictures(self, unit: Unit, wanted: Mapping[int, Sequence[int]]) -> Iterator[Encoded]:
        """Read some pictures of a unit again."""
        return pictures_of_chunks(self, unit, wanted)


def key_of(file: str, row: int) -> str:
    """Name a picture of a file as the desktop application does; rows count from 1."""
    return file if row == 1 else f"{file}#{row}"


def _label_of(value: Any, names: tuple[str, ...]) -> str | None:  # noqa: ANN401 - a cell of any type
    """Name a label: a ClassLabel by its name; -1 is none."""
    if names and isinstance(value, list):
        return label_of([_label_of(part, names) for part in value])
    if not names or not isinstance(value, int | float) or value != value:
        return label_of(value)
    if value == -1:
        return None
    return names[int(value)] if 0 <= value < len(names) else label_of(value)


def _encoded(image: str, cell: Any, label: str | None) -> Encoded:  # noqa: ANN401 - bytes, or a struct that holds them
    content = cell.get("bytes") if isinstance(cell, dict) else cell
    return Encoded(image, label, content, None if content is not None else "the row holds no picture")


def _read_rows(parquet: pq.ParquetFile, file: PackedFile, unit: Unit) -> pa.Table:
    """Read rows of a unit, and of a large group only as far as the unit goes, a batch at a time."""
    wanted, first, before = [], 0, 0
    for group, rows in enumerate(file.groups):
        if before + rows > unit.start and before < unit.end:
            if not wanted:
                first = before
            wanted.append(group)
        before += rows
    columns = [file.image, *([file.label] if file.label else [])]
    found, at = [], first
    for batch in parquet.iter_batches(_BATCH_ROWS, row_groups=wanted, columns=columns):
        if at + len(batch) > unit.start:
            found.append(batch.slice(max(0, unit.start - at), unit.end - max(unit.start, at)))
        at += len(batch)
        if at >= unit.end:
            break
    return pa.Table.from_batches(found) if found else parquet.schema_arrow.empty_table().select(columns)


def inspect(location: Location, options: InputOptions) -> PackedFile | None:
    """Read the footer of a Parquet file; None if it holds no pictures.

    Raises
    ------
    ClusterError
        Where it is damaged.
    """
    try:
        with location.files.open_input_file(location.path) as stream:
            parquet = pq.ParquetFile(stream)
            schema, metadata = parquet.schema_arrow, parquet.metadata
    except pa.ArrowInvalid as error:
        raise ClusterError(f"{location.path} is no Parquet file, or was cut off", "Write it again.") from error
    images = [field.name for field in schema if _holds_bytes(field.type)]
    structs = [name for name in images if pa.types.is_struct(schema.field(name).type)]
    likely = structs or images
    image = options.image_column or column_named(likely, None, IMAGE_COLUMNS) or next(iter(likely), None)
    if image is None or image not in images:
        return None
    label = column_named(schema.names, options.label_column, LABEL_COLUMNS)
    if options.label_column is not None and label is None:
        raise ClusterError(
            f'{location.path} has no column "{options.label_column}"; its columns are {", ".join(schema.names)}',
            "Name one of them with --label-column.",
        )
    groups = tuple(metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))
    return PackedFile(location.path, image, label, groups, _class_names(schema, label), state_of(info_of(location)))


def _holds_bytes(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return any(_holds_bytes(kind.field(at).type) for at in range(kind.num_fields) if kind.field(at).name == "bytes")
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _class_names(schema: pa.Schema, label: str | None) -> tuple[str, ...]:
    written = (schema.metadata or {}).get(b"huggingface")
    if written is None or label is None:
        return ()
    feature = json.loads(written)
    for key in ("info", "features", label):
        feature = feature.get(key) if isinstance(feature, dict) else None
    while isinstance(feature, list | dict) and "names" not in feature:  # a list of ClassLabels
        feature = next(iter(feature), None) if isinstance(feature, list) else feature.get("feature")
    names = feature.get("names") if isinstance(feature, dict) else None
    return tuple(map(str, names)) if isinstance(names, list) else ()
