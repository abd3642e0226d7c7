"""`scan`: run the model on every image, and write shards of predictions."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from typing import Any

from ..inputs.source import InputOptions
from ..scanning.job import Job, ScanOptions
from ..session import connected
from ..views import LOOKS


def add_to(subparsers: Any) -> None:  # noqa: ANN401 - argparse does not export the type
    """Add the command."""
    parser = subparsers.add_parser("scan", help="run the model on every image; continues where it stopped")
    parser.add_argument("input", help="folder, glob, CSV or Parquet list, Parquet with pictures, or WebDataset tars")
    parser.add_argument("--model", required=True, help="a model of the contract, such as grefel-small.onnx")
    parser.add_argument("--out", required=True, help="folder of the shards, here or in an object store")
    parser.add_argument("--views", choices=list(LOOKS), default="unsure", help="how often an image is shown")
    parser.add_argument("--kind", choices=["images", "parquet", "tar"], help="what a folder holds (default: detected)")
    parser.add_argument("--image-column", help="column of paths or pictures (default: found by its name)")
    parser.add_argument("--label-column", help="column of labels (default: found by its name)")
    parser.add_argument("--root", help="folder that the paths of a list are relative to (default: the list's own)")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--actors", type=int, help="sessions of the model (default: as many as fit)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of a session")
    parser.add_argument("--batch", type=int, help="images of a run (default: 32 on a CPU, 256 on a GPU)")
    parser.add_argument("--shard-rows", type=int, default=2048, help="images of a shard at most")
    parser.add_argument("--verify", action="store_true", help="check existing shards, and repair damaged ones")
    parser.add_argument("--address", help="Ray cluster: auto, or HOST:6379 (default: RAY_ADDRESS, or this machine)")
    parser.add_argument("--num-cpus", type=int, help="cores of this machine to use, without a cluster")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run the command."""
    asked = ScanOptions(
        address=options.input,
        model=options.model,
        out=options.out,
        views=options.views,
        device=options.device,
        actors=options.actors,
        threads=options.threads,
        batch=options.batch,
        shard_rows=options.shard_rows,
        verify=options.verify,
        input=InputOptions(options.kind, options.image_column, options.label_column, options.root),
    )
    job = Job(asked)
    for name in job.damaged:
        print(f"note: {name} is damaged or gone and is written again", file=sys.stderr)
    was_done = job.is_done
    with nullcontext() if was_done else connected(options.address, options.num_cpus):
        result = job.run()
    rate = "all of it was done before" if was_done else f"{result.images_per_second:.1f} images/s"
    print(f"{result.rows:,} images, {result.unreadable:,} unreadable, {result.bytes / 1e6:,.1f} MB ({rate})")
    print(f"Next: grefel import-predictions FOLDER {options.out}", file=sys.stderr)
