"""WebDataset: tars in which the files of one sample follow each other and share a name."""

from __future__ import annotations

import json
import posixpath
import tarfile
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from tarfile import EOFHeaderError, HeaderError, ReadError

from ..errors import ClusterError
from ..storage import FileState, Location, refuse_changed, relative
from .source import IMAGE_ENDINGS, LABEL_COLUMNS, Encoded, Unit, label_of, pictures_of_chunks

_LABEL_ENDINGS = (".cls", ".json", ".txt")
_LONGEST_LABEL = 200


@dataclass(frozen=True)
class WebDataset:
    """Tars below a folder. How many pictures they hold is known only after reading them.

    Parameters
    ----------
    root
        The folder.
    tars
        Paths.
    shard_rows
        Pictures of a shard at most.
    states
        Of the tars when they were listed; empty of a job of an older version.
    """

    root: Location
    tars: tuple[str, ...]
    shard_rows: int
    states: tuple[FileState, ...] = ()
    images: None = None

    def units(self) -> list[Unit]:
        """One a tar."""
        return [Unit(number, tar, 0, -1) for number, tar in enumerate(self.tars)]

    def chunks(self, unit: Unit, done: Container[int]) -> Iterator[tuple[int, bool, list[Encoded]]]:
        """Stream a tar, a shard's pictures at a time. A whole tar is never held in memory."""
        location = self.root.at(unit.file)
        refuse_changed(location, self.states[unit.number] if self.states else None)
        name = relative(unit.file, self.root.path)
        number, pictures = 0, []
        for picture in _pictures_of_tar(location, name):
            if len(pictures) == self.shard_rows:
                if number not in done:
                    yield number, False, pictures
                number, pictures = number + 1, []
            pictures.append(picture)
        if number not in done:
            yield number, True, pictures

    def pictures(self, unit: Unit, wanted: Mapping[int, Sequence[int]]) -> Iterator[Encoded]:
        """Read some pictures of a unit again."""
        return pictures_of_chunks(self, unit, wanted)


class _WholeMember(tarfile.TarInfo):
    """A member of a tar that has to end with a block of zeros: tarfile takes any other bad header for the end too."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> _WholeMember:
        """Read the header of the next member."""
        try:
            return super().fromtarfile(tarfile)
        except EOFHeaderError:
            raise
        except HeaderError as error:
            raise ReadError(str(error)) from error


def _pictures_of_tar(location: Location, name: str) -> Iterator[Encoded]:
    try:
        with (
            location.files.open_input_stream(location.path) as stream,
            tarfile.open(fileobj=stream, mode="r|*", tarinfo=_WholeMember) as tar,
        ):
            yield from _pictures(tar, name)
    except (tarfile.TarError, EOFError) as error:
        raise ClusterError(
            f"{location.path} is damaged or cut off: {error}", "Copy it again, or write it again with its end marker."
        ) from error


def _pictures(tar: tarfile.TarFile, name: str) -> Iterator[Encoded]:
    key, files = None, {}
    for member in tar:
        if not member.isfile():
            continue
        folder, base = posixpath.split(member.name)
        stem, _, ending = base.partition(".")
        if base.startswith("."):
            continue
        if (folder, stem) != key:
            yield from _sample(name, files)
            key, files = (folder, stem), {}
        if f".{ending.lower()}".endswith((*IMAGE_ENDINGS, *_LABEL_ENDINGS)):
            content = tar.extractfile(member)
            files[member.name] = content.read() if content else b""
    yield from _sample(name, files)


def _sample(tar: str, files: dict[str, bytes]) -> Iterator[Encoded]:
    label = next(filter(None, (_label(name, content) for name, content in sorted(files.items()))), None)
    for name, content in files.items():
        if name.lower().endswith(IMAGE_ENDINGS):
            yield Encoded(f"{tar}/{_escaped(name)}", label, content)


def _escaped(name: str) -> str:
    """Write bytes of a name that are not UTF-8 with backslashes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _label(name: str, content: bytes) -> str | None:
    if not name.lower().endswith(_LABEL_ENDINGS):
        return None
    text = content.decode("utf-8", "replace").strip()
    if not name.lower().endswith(".json"):
        return text[:_LONGEST_LABEL] or None
    try:
        facts = json.loads(text)
    except ValueError:
        return None
    if not isinstance(facts, dict):
        return None
    return label_of(next((facts[key] for key in LABEL_COLUMNS if facts.get(key) is not None), None))
