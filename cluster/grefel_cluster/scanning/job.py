"""A scan: units of the input through the stages, until every shard is written."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, Dataset

from ..errors import ClusterError
from ..inputs.recognise import recognise
from ..inputs.source import InputOptions, Unit
from ..model import ModelFacts, read_facts
from ..progress import Progress
from ..storage import Location, locate, read_bytes, remove_unfinished, write_new
from .lost_nodes import while_there_is_room
from .manifest import PLAN, Journal, Plan, Record, read_plan, refuse_other_plan
from .stages import UNIT_SCHEMA, Predict, prepare_units, write_shards

_RECORD_EVERY_S = 20.0
_MOST_BLOCKS = 4096
"""Ray keeps track of every block; if there are more units than this, several share a block."""
_ACTOR_SHARE, _TASK_SHARE = 0.9, 0.1
"""Of a core, for a thread of the model and for a task that decodes or writes: decoding takes a twentieth of the time
of the model on a CPU, and both have to find room on one machine."""
_QUEUED_SHARDS = 2
_RETRIES = 10
"""For a task whose node or process is gone. A shard that keeps ending actors must end the job."""


@dataclass(frozen=True)
class ScanOptions:
    """The options of a scan.

    Parameters
    ----------
    address, model, out
        Input, model file and output folder; each a path or an address.
    views
        A key of views.LOOKS.
    device
        ``cpu`` or ``cuda``.
    actors
        Sessions of the model; None to fill the cluster.
    threads
        Of a run on the CPU.
    batch
        Images of a run; None by device.
    shard_rows
        Images of a shard at most.
    verify
        Compare the bytes of shards that are there with their SHA-256.
    """

    address: str
    model: str
    out: str
    views: str = "unsure"
    device: str = "cpu"
    actors: int | None = None
    threads: int = 1
    batch: int | None = None
    shard_rows: int = 2048
    verify: bool = False
    input: InputOptions = field(default_factory=InputOptions)


@dataclass(frozen=True)
class ScanResult:
    """The result of a scan: totals of the job, and the rate of this run."""

    rows: int
    unreadable: int
    bytes: int
    images_per_second: float


class Job:
    """A planned scan, and what is done of it. Ray is not needed before run().

    Parameters
    ----------
    options
        Its options.

    Raises
    ------
    ClusterError
        Where the input, the model or the output cannot be used.
    """

    def __init__(self, options: ScanOptions) -> None:
        self._options = options
        self._out = locate(options.out)
        self._model = read_model(options.model)
        self._plan = _plan(options, self._out, read_facts(self._model))
        remove_unfinished(self._out)
        self._journal = Journal(self._out)
        self.damaged = self._journal.load(options.verify)
        units = self._plan.source.units()
        self._chunks = self._journal.done_chunks()
        self._waiting = [unit for unit in units if not self._journal.is_done(unit.number, self._chunks)]
        done = sum(record.rows for record in self._journal.records.values())
        self._progress = Progress(self._plan.source.images, len(units), len(units) - len(self._waiting), done)

    @property
    def is_done(self) -> bool:
        """Whether every shard is written."""
        return not self._waiting

    def run(self) -> ScanResult:
        """Write what is not done, on the connected cluster."""
        if self._waiting:
            _run(
                self._options,
                self._out,
                self._model,
                self._plan,
                self._waiting,
                self._chunks,
                self._journal,
                self._progress,
            )
        totals = self._journal.finish(self._plan)
        return ScanResult(**totals, images_per_second=self._progress.rate)


def read_model(address: str) -> bytes:
    """Read a model file.

    Raises
    ------
    ClusterError
        Where it is not there.
    """
    try:
        return read_bytes(locate(address))
    except OSError as error:
        raise ClusterError(f"{address} cannot be read", "Name a model file with --model.") from error


def _plan(options: ScanOptions, out: Location, model: ModelFacts) -> Plan:
    """Read the plan of the job that `out` holds, or make one."""
    place = locate(options.address)
    asked: dict[str, Any] = {
        "input": options.address if not place.is_local else place.path,
        "views": options.views,
        "shard_rows": options.shard_rows,
        "device": options.device,
        **asdict(options.input),
    }
    begun = read_plan(out)
    if begun is not None:
        refuse_other_plan(out, begun, asked, model)
        return begun
    plan = Plan(asked, model, recognise(options.address, out, options.shard_rows, options.input))
    try:
        write_new(out.child(PLAN), plan.to_json().encode())
    except FileExistsError as error:
        raise ClusterError(
            f"another command has just started a job in {out.path}", "Wait for it, or write to another folder."
        ) from error
    return plan


def _run(
    options: ScanOptions,
    out: Location,
    content: bytes,
    plan: Plan,
    units: list[Unit],
    chunks: dict[int, frozenset[int]],
    journal: Journal,
    progress: Progress,
) -> None:
    room = max(1, _room_for_actors(options))
    actors = min(options.actors or room, len(units))  # a unit is never split
    shards = _stages(options, out, content, plan, units, chunks, actors)
    recorded = time.monotonic()
    progress.begin()
    try:
        blocks = shards.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)
        for block in while_there_is_room(blocks, min(actors, room), lambda: _room_for_actors(options)):
            for row in block.to_pylist():
                record = Record(**row)
                journal.add(record)
                progress.add(record.rows, record.unreadable, int(record.last))
            if time.monotonic() - recorded >= _RECORD_EVERY_S:
                journal.flush()
                recorded = time.monotonic()
    except ray.exceptions.RayError as error:
        said = error_of_task(str(error))
        if said is None:
            raise
        raise said from error
    finally:
        journal.flush()


def error_of_task(told: str) -> ClusterError | None:
    """Find what a task said to the user in what Ray tells of it: Ray hands over its text, not the exception."""
    found = re.search(r"^\s*(?:\w+\.)*(?:ClusterError|AddressError): (.+)$", told, re.MULTILINE)
    if found is None:
        return None
    message, _, hint = found[1].strip().rpartition(". ")
    return ClusterError(message, hint)


def _stages(
    options: ScanOptions,
    out: Location,
    content: bytes,
    plan: Plan,
    units: list[Unit],
    chunks: dict[int, frozenset[int]],
    actors: int,
) -> Dataset:
    on_gpu = options.device != "cpu"
    table = pa.Table.from_pylist([asdict(unit) for unit in units], UNIT_SCHEMA)
    per_block = -(-len(units) // _MOST_BLOCKS)
    blocks = [table.slice(at, per_block) for at in range(0, len(units), per_block)]
    share = 1.0 if on_gpu else _TASK_SHARE
    return (
        ray.data.from_arrow(blocks)
        .map_batches(
            prepare_units,
            batch_size=1,
            batch_format="pyarrow",
            num_cpus=share,
            fn_kwargs={"source": plan.source, "input_size": plan.model.input_size, "done": chunks},
            max_retries=_RETRIES,
        )
        .map_batches(
            Predict,
            batch_size=1,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=actors, max_tasks_in_flight_per_actor=_QUEUED_SHARDS),
            num_gpus=1 if on_gpu else None,
            num_cpus=1 if on_gpu else _ACTOR_SHARE * options.threads,
            fn_constructor_kwargs={
                "model": ray.put(content),
                "facts": plan.model,
                "views": options.views,
                "device": options.device,
                "threads": options.threads,
                "batch": options.batch or (256 if on_gpu else 32),
            },
            max_restarts=_RETRIES,
            max_task_retries=_RETRIES,
        )
        .map_batches(write_shards, batch_size=1, batch_format="pyarrow", num_cpus=_TASK_SHARE, fn_kwargs={"out": out})
    )


def _room_for_actors(options: ScanOptions) -> int:
    resources = ray.cluster_resources()
    if options.device != "cpu":
        found = int(resources.get("GPU", 0))
        if found == 0:
            raise ClusterError("the cluster has no GPU", "Use --device cpu, or connect to one that has.")
        return found
    return int(resources.get("CPU", 0)) // options.threads
