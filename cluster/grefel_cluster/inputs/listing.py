"""Image files: of a folder, of a glob, or of a CSV or Parquet list of paths and labels.

The list is written once, to the output: what is added to a folder while a job is interrupted changes no shard.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from ..errors import ClusterError
from ..storage import Location, locate, relative, walk, writing_whole
from .source import (
    IMAGE_COLUMNS,
    IMAGE_ENDINGS,
    LABEL_COLUMNS,
    Encoded,
    InputOptions,
    Unit,
    column_named,
    read_picture,
)

LISTING = "listing.parquet"
_READERS_LOCAL, _READERS_REMOTE = 2, 16
"""Files that a task reads at once: an object store answers after milliseconds."""

_SCHEMA = pa.schema([("image", pa.string()), ("label", pa.string())])


@dataclass(frozen=True)
class Listing:
    """Files named by a list.

    Parameters
    ----------
    root
        Folder that the names are relative to.
    listing
        The list, in groups of rows of one shard each.
    images
        Rows of the list.
    groups
        Groups of rows.
    """

    root: Location
    listing: Location
    images: int
    groups: int

    def units(self) -> list[Unit]:
        """One a shard."""
        return [Unit(number, LISTING, number, number + 1) for number in range(self.groups)]

    def chunks(self, unit: Unit, done: Container[int]) -> Iterator[tuple[int, bool, list[Encoded]]]:
        """Read the files of a group of rows."""
        if 0 in done:
            return
        yield 0, True, self._read(self._rows(unit))

    def pictures(self, unit: Unit, wanted: Mapping[int, Sequence[int]]) -> Iterator[Encoded]:
        """Read some files of a group of rows again."""
        rows = self._rows(unit)
        yield from self._read([rows[row] for row in wanted[0]])

    def _rows(self, unit: Unit) -> list[dict[str, str]]:
        with self.listing.files.open_input_file(self.listing.path) as stream:
            return pq.ParquetFile(stream).read_row_group(unit.start).to_pylist()

    def _read(self, rows: list[dict[str, str]]) -> list[Encoded]:
        def read(row: dict[str, str]) -> Encoded:
            return read_picture(self._file(row["image"]), row["image"], row["label"])

        with ThreadPoolExecutor(_READERS_LOCAL if self.root.is_local else _READERS_REMOTE) as pool:
            return list(pool.map(read, rows))

    def _file(self, name: str) -> Location:
        if "://" in name:
            return locate(name)
        return self.root.at(posixpath.normpath(posixpath.join(self.root.path, name)))


def list_folder(folder: Location, pattern: str | None) -> Iterator[tuple[str, str | None]]:
    """Name the images of a folder, each with the name of the folder that it is in as its label.

    Parameters
    ----------
    folder
        The folder.
    pattern
        Of paths relative to it, as in ``*/*.jpg``; None for all images.
    """
    for entry in walk(folder):
        name = relative(entry.path, folder.path)
        if not name.lower().endswith(IMAGE_ENDINGS) or (pattern and not fnmatch.fnmatch(name, pattern)):
            continue
        yield name, posixpath.basename(posixpath.dirname(name)) or None


def list_table(table: Location, options: InputOptions) -> Iterator[tuple[str, str | None]]:
    """Name the images of a CSV, TSV or Parquet file with a column of paths and one of labels.

    Raises
    ------
    ClusterError
        Where it has no column of paths.
    """
    is_parquet = table.path.lower().endswith(".parquet")
    with table.files.open_input_file(table.path) as stream:
        names = pq.ParquetFile(stream).schema_arrow.names if is_parquet else _header(stream, table)
        image = column_named(names, options.image_column, IMAGE_COLUMNS)
        label = column_named(names, options.label_column, LABEL_COLUMNS)
        if image is None or (options.label_column is not None and label is None):
            missing = "image paths" if image is None else f'"{options.label_column}"'
            raise ClusterError(
                f"{table.path} has no column of {missing}; its columns are {', '.join(names)}",
                "Name it with --image-column or --label-column.",
            )
        wanted = [image, *([label] if label else [])]
        stream.seek(0)
        batches = _parquet_batches(stream, wanted) if is_parquet else _csv_batches(stream, table, wanted)
        for batch in batches:
            labels = batch[label].cast(pa.string()).to_pylist() if label else [None] * len(batch)
            for name, text in zip(batch[image].cast(pa.string()).to_pylist(), labels, strict=True):
                yield name or "", text or None


def _delimiter(table: Location) -> str:
    return "\t" if table.path.lower().endswith(".tsv") else ","


def _header(stream: pa.NativeFile, table: Location) -> list[str]:
    line = stream.read(1 << 16).decode("utf-8-sig", "replace").splitlines()
    return [name.strip().strip('"') for name in line[0].split(_delimiter(table))] if line else []


def _csv_batches(stream: pa.NativeFile, table: Location, wanted: list[str]) -> Iterator[pa.RecordBatch]:
    yield from pa.csv.open_csv(
        stream,
        parse_options=pa.csv.ParseOptions(delimiter=_delimiter(table)),
        convert_options=pa.csv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
        ),
    )


def _parquet_batches(stream: pa.NativeFile, wanted: list[str]) -> Iterator[pa.RecordBatch]:
    yield from pq.ParquetFile(stream).iter_batches(columns=wanted)


def write_listing(entries: Iterable[tuple[str, str | None]], root: Location, out: Location, shard_rows: int) -> Listing:
    """Write the list of a job, a shard's rows at a time.

    Raises
    ------
    ClusterError
        Where it is empty.
    """
    images = groups = 0
    listing, remaining = out.child(LISTING), iter(entries)
    with writing_whole(listing) as stream, pq.ParquetWriter(stream, _SCHEMA, compression="zstd") as writer:
        while rows := list(islice(remaining, shard_rows)):
            names, labels = zip(*rows, strict=True)
            writer.write_table(pa.table({"image": names, "label": pa.array(labels, pa.string())}, schema=_SCHEMA))
            images, groups = images + len(rows), groups + 1
        if images == 0:
            raise ClusterError("there are no images", "Check the folder, or the list.")
    return Listing(root, listing, images, groups)
