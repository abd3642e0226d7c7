"""Image files: of a folder, of a glob, or of a CSV or Parquet list of paths and labels.

The list is written once, to the output: what is added to a folder while a job is interrupted changes no shard.
"""

from __future__ import annotations

import csv
import fnmatch
import io
import posixpath
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import AddressError, ClusterError
from ..storage import Location, first_line, locate, relative, walk, writing_whole
from .source import (
    IMAGE_COLUMNS,
    IMAGE_ENDINGS,
    LABEL_COLUMNS,
    NOT_FOUND,
    Encoded,
    InputOptions,
    Unit,
    column_named,
    label_of,
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
        with ThreadPoolExecutor(_READERS_LOCAL if self.root.is_local else _READERS_REMOTE) as pool:
            return list(pool.map(self._read_entry, rows))

    def _read_entry(self, row: dict[str, str]) -> Encoded:
        name, label = row["image"], row["label"]
        if not name:
            return Encoded(name, label, None, "the list names no image")
        for form in _forms(name):
            try:
                found = read_picture(self._file(form), name, label)
            except AddressError as error:
                return Encoded(name, label, None, error.message)
            if found.problem != NOT_FOUND:
                return found
        return Encoded(name, label, None, NOT_FOUND)

    def _file(self, name: str) -> Location:
        if "://" in name:
            return locate(name)
        return self.root.at(posixpath.normpath(posixpath.join(self.root.path, name)))


def _forms(name: str) -> list[str]:
    """Name a file as the list does, and as another operating system may have written it."""
    if "://" in name:
        return [name]
    slashes = name.replace("\\", "/")
    composed = [unicodedata.normalize(form, slashes) for form in ("NFC", "NFD")]
    return list(dict.fromkeys([name, slashes, *composed]))


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
        yield name, posixpath.basename(posixpath.dirname(entry.path if pattern else name)) or None


def list_table(table: Location, options: InputOptions) -> Iterator[tuple[str, str | None]]:
    """Name the images of a CSV, TSV or Parquet file with a column of paths and one of labels.

    Raises
    ------
    ClusterError
        Where it has no column of paths.
    """
    try:
        with table.files.open_input_file(table.path) as stream:
            is_parquet = table.path.lower().endswith(".parquet")
            names, rows = _parquet_rows(stream) if is_parquet else _csv_rows(stream, table)
            image = column_named(names, options.image_column, IMAGE_COLUMNS)
            label = column_named(names, options.label_column, LABEL_COLUMNS)
            if image is None or (options.label_column is not None and label is None):
                missing = "image paths" if image is None else f'"{options.label_column}"'
                raise ClusterError(
                    f"{table.path} has no column of {missing}; its columns are {', '.join(names)}",
                    "Name it with --image-column or --label-column.",
                )
            for name, given in rows([image, *([label] if label else [])]):
                yield label_of(name) or "", label_of(given)
    except (pa.ArrowInvalid, pa.ArrowKeyError, csv.Error, UnicodeDecodeError) as error:
        hint = "Write it again." if table.path.lower().endswith(".parquet") else "Save it as CSV in UTF-8."
        raise ClusterError(f"{table.path} cannot be read as a list: {first_line(error)}", hint) from error


_Rows = Callable[[list[str]], Iterator[tuple[Any, Any]]]
"""Cells of a column of paths and, where one is wanted, of one of labels."""


def _csv_rows(stream: pa.NativeFile, table: Location) -> tuple[list[str], _Rows]:
    """Read a CSV or TSV file; rows may have too few cells, or too many."""
    delimiter = "\t" if table.path.lower().endswith(".tsv") else ","
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    lines = csv.reader(text, delimiter=delimiter, skipinitialspace=True)
    names = [name.strip() for name in next(lines, [])]

    def rows(wanted: list[str]) -> Iterator[tuple[Any, Any]]:
        columns = [names.index(name) for name in wanted]
        for line in lines:
            if line:
                cells = [line[at] if at < len(line) else None for at in columns]
                yield cells[0], cells[1] if len(cells) > 1 else None

    return names, rows


def _parquet_rows(stream: pa.NativeFile) -> tuple[list[str], _Rows]:
    parquet = pq.ParquetFile(stream)

    def rows(wanted: list[str]) -> Iterator[tuple[Any, Any]]:
        for batch in parquet.iter_batches(columns=wanted):
            columns = [batch[name].to_pylist() for name in wanted]
            yield from zip(columns[0], columns[1] if len(columns) > 1 else [None] * len(batch), strict=True)

    return parquet.schema_arrow.names, rows


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
