"""What every kind of input is brought to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

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
    """What the user says of an input; None is found out."""

    kind: str | None = None
    image_column: str | None = None
    label_column: str | None = None
    root: str | None = None


class Source(Protocol):
    """An input that was recognised; it travels to the nodes of the cluster."""

    @property
    def images(self) -> int | None:
        """How many pictures there are, where that is known without reading all."""

    def units(self) -> list[Unit]:
        """Parts, in the order of the input."""

    def chunks(self, unit: Unit, done: frozenset[int]) -> Iterator[tuple[int, bool, list[Encoded]]]:
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


def column_named(names: list[str], said: str | None, usual: tuple[str, ...]) -> str | None:
    """Find a column by what the user says, or by its name."""
    if said is not None:
        return said if said in names else None
    by_name = {name.strip().lower(): name for name in reversed(names)}
    return next((by_name[name] for name in usual if name in by_name), None)


def read_picture(location: Location, image: str, label: str | None) -> Encoded:
    """Read an image file; one that is not there is a row with its reason.

    Raises
    ------
    OSError
        Where the store fails: that is no fault of the image, and the job has to stop.
    """
    try:
        return Encoded(image, label, read_bytes(location))
    except (FileNotFoundError, NotADirectoryError):
        return Encoded(image, label, None, "file not found")
    except PermissionError:
        return Encoded(image, label, None, "no permission to read the file")
    except IsADirectoryError:
        return Encoded(image, label, None, "a folder, not a file")
