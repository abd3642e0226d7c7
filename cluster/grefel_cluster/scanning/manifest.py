"""What a job was asked for, and what is done.

plan.json        what was asked for, and the parts of the input; written before the first shard
listing.parquet  the image files, where the input is one of files
journal/N-*.json shards that were finished since the record before
part-*.parquet   the shards
manifest.json    all shards; written when the last one is done, in place of the journal
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from pyarrow import fs

from ..errors import ClusterError
from ..inputs.listing import Listing
from ..inputs.packed import Packed, PackedFile
from ..inputs.source import Source
from ..inputs.webdataset import WebDataset
from ..model import ModelFacts
from ..storage import FileState, Location, kind_of, read_bytes, write_whole
from .stages import shard_name

PLAN, MANIFEST, JOURNAL = "plan.json", "manifest.json", "journal"
_VERSION = 1


@dataclass(frozen=True)
class Record:
    """A shard that was written."""

    unit: int
    chunk: int
    last: bool
    rows: int
    unreadable: int
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """Of its file."""
        return shard_name(self.unit, self.chunk)


@dataclass(frozen=True)
class Plan:
    """What a job was asked for; another job may not write to its folder.

    Parameters
    ----------
    asked
        Input, views, size of a shard and options: everything that decides what the shards hold.
    """

    asked: dict[str, Any]
    model: ModelFacts
    source: Source

    def to_json(self) -> str:
        """Store it."""
        return json.dumps(
            {
                "version": _VERSION,
                "asked": self.asked,
                "model": _model_json(self.model),
                "source": {"kind": _KIND_OF[type(self.source)], **asdict(self.source)},
            },
            indent=1,
        )


def _model_json(model: ModelFacts) -> dict[str, Any]:
    return {"sha256": model.sha256, "outputs": list(model.outputs), "metadata": model.metadata}


def model_from(written: dict[str, Any]) -> ModelFacts:
    """Read the model of a plan or a manifest."""
    return ModelFacts(written["sha256"], written["metadata"], tuple(written["outputs"]))


def _listing(source: dict[str, Any]) -> Listing:
    return Listing(Location(**source["root"]), Location(**source["listing"]), source["images"], source["groups"])


def _packed(source: dict[str, Any]) -> Packed:
    files = tuple(
        PackedFile(
            **file
            | {
                "groups": tuple(file["groups"]),
                "names": tuple(file["names"]),
                "state": FileState(**file["state"]) if file.get("state") else None,
            }
        )
        for file in source["files"]
    )
    return Packed(Location(**source["root"]), files, source["shard_rows"])


def _webdataset(source: dict[str, Any]) -> WebDataset:
    states = tuple(FileState(**state) for state in source.get("states", []))
    return WebDataset(Location(**source["root"]), tuple(source["tars"]), source["shard_rows"], states)


_SOURCES = {"files": _listing, "parquet": _packed, "tars": _webdataset}
_KIND_OF = {Listing: "files", Packed: "parquet", WebDataset: "tars"}


def read_plan(out: Location) -> Plan | None:
    """Read the plan of a job that has started; None if there is none.

    Raises
    ------
    ClusterError
        Where a newer version of this program wrote it.
    """
    if kind_of(out.child(PLAN)) != fs.FileType.File:
        return None
    written = json.loads(read_bytes(out.child(PLAN)))
    if written["version"] != _VERSION:
        raise ClusterError(f"{out.path} is a job of another version", "Use that version, or another folder.")
    source = written["source"]
    return Plan(written["asked"], model_from(written["model"]), _SOURCES[source["kind"]](source))


def refuse_other_plan(out: Location, plan: Plan, asked: dict[str, Any], model: ModelFacts) -> None:
    """Refuse to mix two jobs in one folder.

    Raises
    ------
    ClusterError
        With what differs.
    """
    differs = [f"{key} was {plan.asked.get(key)}" for key in asked if asked[key] != plan.asked.get(key)]
    if plan.model.sha256 != model.sha256:
        differs.append(f"the model was {plan.model.metadata['name']} {plan.model.sha256[:12]}")
    if differs:
        raise ClusterError(
            f"{out.path} holds another job: {'; '.join(differs)}", "Ask for the same, or write to another folder."
        )


def write_manifest(out: Location, plan: Plan, shards: Iterable[Record]) -> dict[str, int]:
    """Name all shards of a finished scan. -> its totals."""
    records = sorted(shards, key=lambda record: (record.unit, record.chunk))
    totals = {key: sum(getattr(record, key) for record in records) for key in ("rows", "unreadable", "bytes")}
    manifest = {
        "version": _VERSION,
        **totals,
        "views": plan.asked["views"],
        "device": plan.asked["device"],
        "model": _model_json(plan.model),
        "shards": [{"file": record.name, **asdict(record)} for record in records],
    }
    write_whole(out.child(MANIFEST), json.dumps(manifest, indent=1).encode())
    return totals


def read_shards(out: Location) -> tuple[Plan, list[Record]]:
    """Read what a finished scan has written.

    Raises
    ------
    ClusterError
        Where there is none, or it is not finished.
    """
    plan = read_plan(out)
    if plan is None:
        raise ClusterError(f"{out.path} holds no scan", "Give the folder that `scan --out` wrote.")
    if kind_of(out.child(MANIFEST)) != fs.FileType.File:
        raise ClusterError(f"the scan in {out.path} is not finished", "Run the same `scan` again.")
    return plan, [_record(shard) for shard in json.loads(read_bytes(out.child(MANIFEST)))["shards"]]


def _record(shard: dict[str, Any]) -> Record:
    return Record(**{key: value for key, value in shard.items() if key != "file"})  # the name follows from the others


class Journal:
    """Which shards of a job are done."""

    def __init__(self, out: Location) -> None:
        self._out = out
        self._folder = out.child(JOURNAL)
        self._pending: list[Record] = []
        self._next = 0
        self._driver = uuid.uuid4().hex[:12]  # two drivers of one job must not write over each other's records
        self.records: dict[str, Record] = {}

    def load(self, verify: bool) -> list[str]:
        """Read what is done. Missing and damaged shards are not.

        Parameters
        ----------
        verify
            Compare the bytes of every shard with their SHA-256; without it, only their sizes.

        Returns
        -------
        list of str
            Names of shards that are written again.
        """
        sizes = {}
        for entry in self._out.files.get_file_info(fs.FileSelector(self._out.path, allow_not_found=True)):
            sizes[entry.base_name] = entry.size
        damaged = []
        for record in self._read():
            good = sizes.get(record.name) == record.bytes
            if good and verify:
                content = read_bytes(self._out.child(record.name))
                good = hashlib.sha256(content).hexdigest() == record.sha256
            if good:
                self.records[record.name] = record
            else:
                damaged.append(record.name)
        return [name for name in damaged if name not in self.records]

    def _read(self) -> Iterable[Record]:
        if kind_of(self._out.child(MANIFEST)) == fs.FileType.File:
            written = json.loads(read_bytes(self._out.child(MANIFEST)))
            yield from (_record(shard) for shard in written["shards"])
        selector = fs.FileSelector(self._folder.path, allow_not_found=True)
        for entry in sorted(self._out.files.get_file_info(selector), key=lambda entry: entry.base_name):
            number = entry.base_name.removesuffix(".json").partition("-")[0]
            if entry.type != fs.FileType.File or not number.isdigit():
                continue
            self._next = int(number) + 1
            yield from (Record(**shard) for shard in json.loads(read_bytes(self._out.at(entry.path))))

    def done_chunks(self) -> dict[int, frozenset[int]]:
        """Name the chunks of each unit that are already written."""
        chunks: dict[int, set[int]] = {}
        for record in self.records.values():
            chunks.setdefault(record.unit, set()).add(record.chunk)
        return {unit: frozenset(found) for unit, found in chunks.items()}

    def is_done(self, unit: int, chunks: dict[int, frozenset[int]]) -> bool:
        """Tell whether all chunks of a unit are written."""
        found = chunks.get(unit, frozenset())
        last = next((chunk for chunk in found if self.records[shard_name(unit, chunk)].last), None)
        return last is not None and len(found) == last + 1

    def add(self, record: Record) -> None:
        """Add a shard that was written; flush() records it."""
        self.records[record.name] = record
        self._pending.append(record)

    def flush(self) -> None:
        """Record what was added. If the driver is killed first, those shards are written again, with the same bytes."""
        if not self._pending:
            return
        content = json.dumps([asdict(record) for record in self._pending]).encode()
        write_whole(self._folder.child(f"{self._next:06d}-{self._driver}.json"), content)
        self._next += 1
        self._pending = []

    def finish(self, plan: Plan) -> dict[str, Any]:
        """Write the manifest in place of the journal. -> its totals.

        Raises
        ------
        ClusterError
            Where the shards do not hold a row for each image of the plan.
        """
        rows = sum(record.rows for record in self.records.values())
        if plan.source.images is not None and rows != plan.source.images:
            raise ClusterError(
                f"the shards in {self._out.path} hold {rows:,} rows, and the job was started with "
                f"{plan.source.images:,} images",
                "Scan again with another --out.",
            )
        totals = write_manifest(self._out, plan, self.records.values())
        self._pending = []
        if kind_of(self._folder) == fs.FileType.Directory:
            self._out.files.delete_dir(self._folder.path)
        return totals
