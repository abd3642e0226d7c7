"""Files in a folder or an object store, through pyarrow's file systems."""

from __future__ import annotations

import os
import posixpath
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urlsplit

import pyarrow as pa
from pyarrow import fs

from .errors import AddressError, ClusterError

_ATTEMPTS = 3
_COPIED_BYTES = 2**22
_UNFINISHED_S = 3600
"""Age at which a half written file is taken for one that a killed process left: another job may be writing it."""
_TEMPORARY = ".tmp-"
_LOCAL = fs.LocalFileSystem()
_BUCKETS = ("s3", "gs", "gcs")
"""Schemes whose addresses name a bucket and a key in it: the bucket is opened once, not once for each key."""


@dataclass(frozen=True)
class Location:
    """A file or folder: ``/data/faces``, ``s3://bucket/faces``, ``gs://...``, ``abfs://...``.

    Parameters
    ----------
    address
        As it was given, so that every node can open it again.
    path
        Within its file system.
    """

    address: str
    path: str

    @property
    def files(self) -> fs.FileSystem:
        """The file system, opened once a process."""
        return _file_system(self.address)

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine or a shared drive."""
        return "://" not in self.address

    def at(self, path: str) -> Location:
        """Another path of the same file system."""
        return Location(self.address, path)

    def child(self, name: str) -> Location:
        """A file below this folder."""
        return self.at(posixpath.join(self.path, name))


@lru_cache(maxsize=64)
def _opened(address: str) -> tuple[fs.FileSystem, str]:
    return fs.FileSystem.from_uri(address)


def _file_system(address: str) -> fs.FileSystem:
    return _opened(address)[0] if "://" in address else _LOCAL


def locate(address: str) -> Location:
    """Understand an address or a path. Characters that an address has to escape may be written as they are.

    Raises
    ------
    AddressError
        Where no file system of pyarrow understands the address.
    ClusterError
        Where its store cannot be reached.
    """
    if "://" not in address:
        return Location("/", str(Path(address).absolute()))
    try:
        written = quote(address, safe="%:/?=&@!$'()*+,;[]~")
        if address.startswith("file://"):
            written = written.replace("?", "%3F")
        parts = urlsplit(written)
        if parts.scheme in _BUCKETS:
            if not parts.netloc:
                raise ValueError("it names no bucket")
            store = f"{parts.scheme}://{parts.netloc}" + (f"?{parts.query}" if parts.query else "")
            return Location(store, posixpath.join(_opened(store)[1], unquote(parts.path).strip("/")).rstrip("/"))
        files, path = _opened(written)
    except ValueError as error:
        raise AddressError(f"{address} cannot be opened: {first_line(error)}", "Check the address.") from error
    except OSError as error:
        raise ClusterError(f"{address} cannot be opened: {first_line(error)}", "Check the address.") from error
    if isinstance(files, fs.LocalFileSystem):
        return Location("/", path)
    return Location(written, path.rstrip("/"))


def first_line(error: BaseException) -> str:
    """The message of an error, without its details."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def read_bytes(location: Location) -> bytes:
    """Read a whole file. A store that fails is tried again; a missing file is not.

    Raises
    ------
    OSError
        FileNotFoundError and PermissionError among them.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with location.files.open_input_stream(location.path) as stream:
                return stream.read()
        except (FileNotFoundError, PermissionError, IsADirectoryError):
            raise
        except OSError:
            if location.is_local or attempt == _ATTEMPTS:
                raise
            time.sleep(attempt)
    raise AssertionError


def write_whole(location: Location, content: bytes | memoryview) -> None:
    """Write a file. It appears complete or not at all, even if this process is killed."""
    with writing_whole(location) as stream:
        stream.write(content)


def write_new(location: Location, content: bytes) -> None:
    """Write a file whole, on a local disk only where there is none of its name.

    Raises
    ------
    FileExistsError
        Where another process was first.
    """
    if not location.is_local:
        write_whole(location, content)
        return
    path = Path(location.path)
    beside = path.with_name(f"{_TEMPORARY}{path.name}-{uuid.uuid4().hex}")
    write_whole(location.at(str(beside)), content)
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:  # a drive without links
        with path.open("xb") as stream:
            stream.write(content)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def writing_whole(location: Location) -> Iterator[pa.NativeFile | IO[bytes]]:
    """Write a file in parts. It appears complete or not at all.

    A local file gets its name once its bytes are on the disk. An object appears when its upload is complete.
    """
    if not location.is_local:
        with tempfile.TemporaryFile() as written:  # a stream of the store would complete its upload when it is dropped
            yield written
            written.seek(0)
            with location.files.open_output_stream(location.path) as stream:
                shutil.copyfileobj(written, stream, _COPIED_BYTES)
        return
    path = Path(location.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{_TEMPORARY}{path.name}-{uuid.uuid4().hex}")
    try:
        with beside.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def remove_unfinished(folder: Location) -> None:
    """Remove files that killed processes left half-written more than an hour ago."""
    if folder.is_local and Path(folder.path).is_dir():
        for left in Path(folder.path).rglob(f"{_TEMPORARY}*"):
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _UNFINISHED_S:
                    left.unlink()


def kind_of(location: Location) -> fs.FileType:
    """Whether a path is a file, a folder, or missing.

    Raises
    ------
    ClusterError
        Where the store cannot be reached, or has no such bucket.
    """
    return info_of(location).type


def info_of(location: Location) -> fs.FileInfo:
    """Type, size and time of a path.

    Raises
    ------
    ClusterError
        Where the store cannot be reached, or has no such bucket.
    """
    try:
        return location.files.get_file_info([location.path])[0]
    except OSError as error:
        raise unreachable(location, error) from error


@dataclass(frozen=True)
class FileState:
    """Size and time of the last change of a file, by which a change shows; None where the store does not say."""

    bytes: int | None
    modified_ns: int | None


def state_of(entry: fs.FileInfo) -> FileState:
    """Size and time of a file of a listing."""
    return FileState(entry.size, entry.mtime_ns)


def refuse_changed(location: Location, known: FileState | None) -> None:
    """Refuse a file that has changed since it was listed; None for one of which nothing is known.

    Raises
    ------
    ClusterError
        Where it has changed, or is gone.
    """
    if known is not None and state_of(info_of(location)) != known:
        raise changed(location.path)


def changed(path: str) -> ClusterError:
    """Say that an input is no longer what a job has listed."""
    return ClusterError(
        f"the input has changed since the job was started: {path}",
        "Put the file back, or scan again into another folder.",
    )


def unreachable(location: Location, error: OSError) -> ClusterError:
    """Say that a store did not answer."""
    return ClusterError(
        f"{location.address if not location.is_local else location.path} cannot be read: {first_line(error)}",
        "Check the address, the bucket and the credentials.",
    )


def walk(folder: Location, above: frozenset[str] = frozenset()) -> Iterator[fs.FileInfo]:
    """All files below a folder, in an order that depends on their names alone; hidden ones are left out.

    One folder at a time is held in memory.

    Parameters
    ----------
    folder
        The folder.
    above
        Real paths of the folders that it is in: a link to one of them is not followed.

    Raises
    ------
    ClusterError
        Where the store cannot be reached, or a name is not UTF-8.
    """
    if folder.is_local:
        real = os.path.realpath(folder.path)
        if real in above:
            return
        above = above | {real}
    try:
        entries = folder.files.get_file_info(fs.FileSelector(folder.path, allow_not_found=False))
        entries = sorted(entries, key=lambda entry: entry.base_name)
    except UnicodeDecodeError as error:
        raise ClusterError(f"{folder.path} holds a file whose name is not UTF-8", "Rename it.") from error
    except OSError as error:
        raise unreachable(folder, error) from error
    for entry in entries:
        if entry.base_name.startswith("."):
            continue
        if entry.type == fs.FileType.Directory:
            yield from walk(folder.at(entry.path), above)
        elif entry.type == fs.FileType.File:
            yield entry


def relative(path: str, folder: str) -> str:
    """Path below a folder, with slashes."""
    return posixpath.relpath(path, folder) if folder else path
