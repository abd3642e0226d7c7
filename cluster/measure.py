"""Measures a scan beside the bare ONNX session: `python measure.py FACES --model ../models/grefel-small.onnx`.

Prints milliseconds of processor time an image, which other work on the machine changes little, and images a second,
which it does. Ray's workers make way for everything else, and the model alone does not: with RAY_worker_niceness=0 both
are treated alike.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil

from grefel_cluster.inputs.listing import Listing, write_listing
from grefel_cluster.model import Model, open_session, read_facts
from grefel_cluster.scanning.facts import Prepared, prepare
from grefel_cluster.scanning.job import Job, ScanOptions
from grefel_cluster.scanning.manifest import Journal, Plan, Record
from grefel_cluster.scanning.table import encode_shard, facts_table, shard_table
from grefel_cluster.session import connected
from grefel_cluster.storage import locate, write_whole
from grefel_cluster.views import predict_in_views

BATCH = 32


def timed(what: str, images: int, work: Callable[[], object]) -> object:
    """Print what a piece of work takes, in this process."""
    processor, wall = time.process_time(), time.perf_counter()
    result = work()
    used, took = time.process_time() - processor, time.perf_counter() - wall
    print(f"{what:<28} {1000 * used / images:8.3f} ms of processor time an image {images / took:10.1f} images/s")
    return result


def stages(faces: Path, model: bytes, most: int) -> None:
    """Measure the stages one by one, with one thread."""
    facts = read_facts(model)
    session = open_session(model, "cpu", 1)
    contents = [path.read_bytes() for path in sorted(faces.rglob("*.*")) if path.is_file()][:most]
    prepare("warm", None, contents[0], facts.input_size)
    prepared = timed(
        "decode and prepare", len(contents), lambda: [prepare("x", "y", one, facts.input_size) for one in contents]
    )
    inputs = np.stack([one.input for one in prepared])
    parts = [inputs[at : at + BATCH] for at in range(0, len(inputs), BATCH)]
    session.run(None, {"image": parts[0]})
    timed("bare ONNX session", len(inputs), lambda: [session.run(None, {"image": part}) for part in parts])
    runner = Model(session, facts.outputs, BATCH)
    for views in ("one", "unsure"):
        outputs, problems = timed(
            f"predict, --views {views}", len(inputs), lambda views=views: predict_in_views(runner, inputs, views)
        )
    table = facts_table(prepared)
    content = timed(
        "write a shard", len(inputs), lambda: encode_shard(shard_table(table, outputs, problems, facts), {})
    )
    print(f"{len(content) / len(inputs):.0f} bytes an image")


class ProcessorTime:
    """Seconds of this process and all that it starts while it is measured, Ray's among them."""

    def __enter__(self) -> ProcessorTime:
        self._seen: dict[int, float] = {}
        self._look()
        self._begun = sum(self._seen.values())
        self._ends = threading.Event()
        self._watch = threading.Thread(target=self._keep_looking)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._watch.join()
        self._look()
        self.seconds = sum(self._seen.values()) - self._begun

    def _keep_looking(self) -> None:
        while not self._ends.wait(0.5):  # a process that ends takes its figures with it
            self._look()

    def _look(self) -> None:
        me = psutil.Process()
        for process in [me, *me.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                self._seen[process.pid] = sum(process.cpu_times()[:2])


def bare_sessions(model: bytes, inputs: np.ndarray, count: int) -> float:
    """Run the model alone, in as many processes as there will be actors. -> images a second."""
    with ProcessPoolExecutor(count, get_context("spawn")) as pool:
        spans = list(pool.map(_bare_session, [model] * count, [inputs] * count))
    return count * len(inputs) / (max(end for _, end in spans) - min(begin for begin, _ in spans))


def _bare_session(model: bytes, inputs: np.ndarray) -> tuple[float, float]:
    session = open_session(model, "cpu", 1)
    session.run(None, {"image": inputs[:BATCH]})
    begin = time.monotonic()
    for at in range(0, len(inputs), BATCH):
        session.run(None, {"image": inputs[at : at + BATCH]})
    return begin, time.monotonic()


def jobs(faces: Path, model: str, actors: list[int], shard_rows: int) -> None:
    """Measure whole jobs between two runs of the model alone. Their rate is that after every actor's first shard."""
    content = Path(model).read_bytes()
    paths = sorted(path for path in faces.rglob("*.*") if path.is_file())
    size = read_facts(content).input_size
    inputs = np.stack([prepare("x", None, path.read_bytes(), size).input for path in paths[:256]])
    for count in actors:
        before = bare_sessions(content, inputs, count)
        with tempfile.TemporaryDirectory() as folder, connected(None, count):
            wall, began, options = (
                time.perf_counter(),
                time.time(),
                ScanOptions(str(faces), model, folder, "one", actors=count),
            )
            with ProcessorTime() as used:
                result = Job(replace(options, shard_rows=shard_rows)).run()
            wall = time.perf_counter() - wall
            written = sorted(part.stat().st_mtime for part in Path(folder).glob("part-*"))
        steady = shard_rows * (len(written) - 1 - count) / (written[-2] - written[count - 1])
        after = bare_sessions(content, inputs, count)
        print(
            f"{count} actors: {steady:.1f} images/s after the first shards; the model alone {before:.1f} before and "
            f"{after:.1f} after; {1000 * used.seconds / result.rows:.1f} ms of processor time an image; "
            f"{wall:.0f} s for {result.rows:,} images, of which {written[0] - began:.0f} to the first shard"
        )


def driver(rows: int, model: bytes, shard_rows: int = 2048) -> None:
    """Measure the memory of a driver that lists, plans and records so many images."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        out = locate(folder)
        names = ((f"archive/{number // 10_000:06d}/{number:09d}.jpg", "happiness") for number in range(rows))
        source = timed("list", rows, lambda: write_listing(names, out, out, shard_rows))
        plan = Plan({"views": "one", "device": "cpu"}, read_facts(model), source)
        journal = Journal(out)
        for unit in source.units():
            images = min(shard_rows, rows - unit.number * shard_rows)
            journal.add(Record(unit.number, 0, True, images, 0, 1780 * images, "0" * 64))
        timed("record", rows, lambda: journal.finish(plan))
        size = (Path(folder) / "listing.parquet").stat().st_size
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{rows:,} images: {(after - before) / 1024:.0f} MiB of memory, {size / rows:.1f} bytes of listing an image")


CLASSES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")


def generated_scan(rows: int, model: bytes, folder: str, shard_rows: int = 2048) -> None:
    """Write a finished scan of images that do not exist, for bench/predictions.ts of the application."""
    facts, out, random = read_facts(model), locate(folder), np.random.default_rng(1)
    noise = random.integers(0, 256, (64, facts.input_size, facts.input_size, 3), np.uint8)
    predicted, _ = Model(open_session(model, "cpu", 1), facts.outputs, BATCH).run(noise)
    journal = Journal(out)
    for unit, first in enumerate(range(0, rows, shard_rows)):
        numbers = np.arange(first, min(first + shard_rows, rows))
        outputs = {name: values[numbers % len(noise)] for name, values in predicted.items()}
        pictures = []
        for number in numbers:
            label = CLASSES[number % len(CLASSES)]
            hashes = random.bytes(32), random.bytes(32), random.bytes(8)
            name = f"{label}/{number:07d}.jpg"
            pictures.append(Prepared(name, label, None, None, 192, 192, "jpeg", 10_000, *hashes, 0.5, 0.1))
        table = shard_table(facts_table(pictures), outputs, [None] * len(pictures), facts)
        content = encode_shard(table, {})
        record = Record(unit, 0, True, len(pictures), 0, len(content), hashlib.sha256(content).hexdigest())
        write_whole(out.child(record.name), content)
        journal.add(record)
    plan = Plan({"views": "one", "device": "cpu"}, facts, Listing(out, out, rows, -(-rows // shard_rows)))
    print(journal.finish(plan))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", type=int, default=96, help="of the stages")
    parser.add_argument("--actors", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--shard-rows", type=int, default=64)
    parser.add_argument("--rows", type=int, default=0, help="generated images of the driver's memory")
    parser.add_argument("--generate", help="write --rows of predictions of images that do not exist to this folder")
    options = parser.parse_args()
    model = Path(options.model).read_bytes()
    if options.generate:
        generated_scan(options.rows, model, options.generate)
        return
    if options.images:
        stages(options.faces, model, options.images)
    if options.rows:
        driver(options.rows, model)
    if options.actors:
        jobs(options.faces, options.model, options.actors, options.shard_rows)


if __name__ == "__main__":
    main()
