"""The form that every kind of input is converted to."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..errors import ClusterError
from ..storage import Location, read_bytes

IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".ppm", ".pgm", ".pnm")
TABLE_ENDINGS = (".csv", ".tsv")
IMAGE_COLUMNS = ("image", "path", "filename", "file", "file_name", "filepath", "file_path", "image_path", "img",
                 "image_name", "subdirectory_filepath", "name")  # fmt: skip
LABEL_COLUMNS = ("label", "emotion", "expression", "class", "labels", "expr", "category", "target")


@dataclass(frozen=True)
class Encoded:
    """A picture before it is decoded: its bytes, or why there are none."""

    image: str
    label: str | None
    content: bytes | None
    problem: str | None = None


@dataclass(frozen=True)
class Unit:
    """A part of the input that one task reads.

    Parameters
    ----------
    number
        From 0, in the order of the input.
    file
        Path of the file that holds the rows, within the input's file system; for a list, within that of the output.
    start, end
        Rows of the file, or groups of rows of a list; 0 and -1 for all that a tar holds.
    """

    number: int
    file: str
    start: int
    end: int


@dataclass(frozen=True)
class InputOptions:
    """What the user says about an input; None is detected."""

    kind: str | None = None
    image_column: str | None = None
    label_column: str | None = None
    root: str | None = None


class Source(Protocol):
    """A recognised input; it is sent to the nodes of the cluster."""

    @property
    def images(self) -> int | None:
        """How many pictures there are, where that is known without reading all."""

    def units(self) -> list[Unit]:
        """Parts, in the order of the input."""

    def chunks(self, unit: Unit, done: Container[int]) -> Iterator[tuple[int, bool, list[Encoded]]]:
        """Read the pictures of a unit.

        Parameters
        ----------
        unit
            One of units().
        done
            Chunks whose pictures are not needed.

        Yields
        ------
        tuple
            Number of the chunk, whether it is the unit's last, and its pictures. Chunks in `done` are left out.
        """

    def pictures(self, unit: Unit, wanted: Mapping[int, Sequence[int]]) -> Iterator[Encoded]:
        """Read some pictures of a unit again, in its order.

        Parameters
        ----------
        unit
            One of units().
        wanted
            Rows, from 0 and ascending, of each chunk.
        """


class AllBut:
    """All chunks except those to skip."""

    def __init__(self, wanted: Container[int]) -> None:
        self._wanted = wanted

    def __contains__(self, chunk: object) -> bool:
        return chunk not in self._wanted


def pictures_of_chunks(source: Source, unit: Unit, wanted: Mapping[int, Sequence[int]]) -> Iterator[Encoded]:
    """Read whole chunks for some of their pictures, where a file can only be read in chunks."""
    for chunk, _, found in source.chunks(unit, AllBut(wanted)):
        yield from (found[row] for row in wanted[chunk])


def column_named(names: list[str], said: str | None, usual: tuple[str, ...]) -> str | None:
    """Find a column by what the user says, or by its name."""
    if said is not None:
        return said if said in names else None
    by_name = {name.strip().lower(): name for name in reversed(names)}
    return next((by_name[name] for name in usual if name in by_name), None)


def label_of(value: Any) -> str | None:  # noqa: ANN401 - a cell of any type
    """Write a label as the desktop application does: 3.0 as 3, true, and NaN for none."""
    if isinstance(value, list):
        return ",".join(label_of(part) or "" for part in value) or None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    elif isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, float):
        if math.isnan(value):
            return None
        value = int(value) if value.is_integer() and abs(value) < 1e21 else value
    return None if value is None else str(value).strip() or None


def refuse_label_column(address: str, options: InputOptions) -> None:
    """Refuse --label-column for an input without columns.

    Raises
    ------
    ClusterError
        Where it was given.
    """
    if options.label_column is not None:
        raise ClusterError(f'{address} has no columns, so no "{options.label_column}"', "Leave out --label-column.")


NOT_FOUND = "file not found"
_UNREADABLE_PATHS = {
    errno.ENAMETOOLONG: "the file name is too long",
    errno.ELOOP: "the path is a loop of links",
    errno.EINVAL: "not a valid path",
    errno.EISDIR: "a folder, not a file",
}


def read_picture(location: Location, image: str, label: str | None) -> Encoded:
    """Read an image file; a missing one becomes a row with its reason.

    Raises
    ------
    OSError
        If the store fails: the image is not to blame, and the job has to stop.
    """
    try:
        return Encoded(image, label, read_bytes(location))
    except (FileNotFoundError, NotADirectoryError):
        return Encoded(image, label, None, NOT_FOUND)
    except PermissionError:
        return Encoded(image, label, None, "no permission to read the file")
    except ValueError:
        return Encoded(image, label, None, "not a valid path")
    except OSError as error:
        problem = _UNREADABLE_PATHS.get(error.errno or 0)
        is_folder = location.is_local and os.path.isdir(location.path)
        if problem is None and (is_folder or "Not a regular file" in str(error)):
            problem = "a folder, not a file"
        if problem is None:
            raise
        return Encoded(image, label, None, problem)
