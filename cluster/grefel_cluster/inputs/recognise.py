"""Recognises the kind of input at an address."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator

from pyarrow import fs

from ..errors import ClusterError
from ..storage import Location, info_of, kind_of, locate, relative, state_of, walk
from .listing import list_folder, list_table, write_listing
from .packed import Packed, PackedFile, inspect
from .source import IMAGE_ENDINGS, TABLE_ENDINGS, InputOptions, Source, refuse_label_column
from .webdataset import WebDataset

_GLOB = set("*?[")


def recognise(address: str, out: Location, shard_rows: int, options: InputOptions) -> Source:
    """Recognise an input, and write the list of a job if it consists of files.

    Parameters
    ----------
    address
        A folder, a glob, or a file; here or in an object store.
    out
        Where the job writes.
    shard_rows
        Pictures of a shard at most.
    options
        What the user says about the input.

    Raises
    ------
    ClusterError
        If it is missing, or holds no pictures.
    """
    place = locate(address)
    if _GLOB & set(place.path) and kind_of(place) == fs.FileType.NotFound:
        folder, pattern = _split_glob(place)
        return _of_folder(folder, pattern, out, shard_rows, options)
    found = kind_of(place)
    if found == fs.FileType.NotFound:
        raise ClusterError(f"{address} is not there", "Check the path, the bucket and the credentials.")
    if found == fs.FileType.Directory:
        return _of_folder(place, None, out, shard_rows, options)
    return _of_file(place, out, shard_rows, options)


def _split_glob(place: Location) -> tuple[Location, str]:
    parts = place.path.split("/")
    fixed = next(
        at
        for at, part in enumerate(parts)
        if _GLOB & set(part) and kind_of(place.at("/".join(parts[: at + 1]))) != fs.FileType.Directory
    )
    return place.at("/".join(parts[:fixed]) or "/"), "/".join(parts[fixed:])


def _of_file(file: Location, out: Location, shard_rows: int, options: InputOptions) -> Source:
    folder = file.at(posixpath.dirname(file.path))
    name = file.path.lower()
    if name.endswith((".tar", *IMAGE_ENDINGS)):
        refuse_label_column(file.path, options)
    if name.endswith(".tar"):
        return WebDataset(folder, (file.path,), shard_rows, (state_of(info_of(file)),))
    if name.endswith(".parquet"):
        packed = inspect(file, options)
        if packed is not None:
            return _packed(folder, [packed], shard_rows)
    if name.endswith((".parquet", *TABLE_ENDINGS)):
        root = locate(options.root) if options.root else folder
        return write_listing(list_table(file, options), root, out, shard_rows)
    if name.endswith(IMAGE_ENDINGS):
        return write_listing([(posixpath.basename(file.path), None)], folder, out, shard_rows)
    raise ClusterError(f"{file.path} is no input", "Give a folder, a glob, a CSV or Parquet file, or a WebDataset tar.")


def _of_folder(folder: Location, pattern: str | None, out: Location, shard_rows: int, options: InputOptions) -> Source:
    kind = options.kind or _kind_of_folder(folder, pattern)
    if kind == "parquet":
        files = [inspect(folder.at(entry.path), options) for entry in _with_ending(folder, pattern, ".parquet")]
        packed = [file for file in files if file is not None]
        if not packed:
            raise ClusterError(f"no Parquet file of {folder.path} holds pictures", "Give a list of paths as a file.")
        return _packed(folder, packed, shard_rows)
    refuse_label_column(folder.path, options)
    if kind == "tar":
        tars = _with_ending(folder, pattern, ".tar")
        return WebDataset(folder, tuple(tar.path for tar in tars), shard_rows, tuple(map(state_of, tars)))
    return write_listing(list_folder(folder, pattern), folder, out, shard_rows)


def _packed(folder: Location, files: list[PackedFile], shard_rows: int) -> Packed:
    packed = Packed(folder, tuple(files), shard_rows)
    if packed.images == 0:
        raise ClusterError("there are no images", "Check the Parquet files: they have no rows.")
    return packed


def _matching(folder: Location, pattern: str | None) -> Iterator[fs.FileInfo]:
    for entry in walk(folder):
        if pattern is None or fnmatch.fnmatch(relative(entry.path, folder.path), pattern):
            yield entry


def _with_ending(folder: Location, pattern: str | None, ending: str) -> list[fs.FileInfo]:
    return [entry for entry in _matching(folder, pattern) if entry.path.lower().endswith(ending)]


def _kind_of_folder(folder: Location, pattern: str | None) -> str:
    """Tell by the first file of any known kind."""
    kinds = {**dict.fromkeys(IMAGE_ENDINGS, "images"), ".parquet": "parquet", ".tar": "tar"}
    for entry in _matching(folder, pattern):
        kind = kinds.get(posixpath.splitext(entry.path.lower())[1])
        if kind is not None:
            return kind
    raise ClusterError(
        f"{folder.path} holds no images, Parquet files or tars" + (f" that match {pattern}" if pattern else ""),
        "Check the path.",
    )
