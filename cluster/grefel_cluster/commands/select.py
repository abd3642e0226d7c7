"""`select`: write the labels to review, with small pictures, as a dataset that the application opens."""

from __future__ import annotations

import argparse
import sys
from pathlib import PurePosixPath
from typing import Any

from ..errors import ClusterError
from ..review.select import select, shards_folder
from ..session import connected
from ..storage import Location, locate


def add_to(subparsers: Any) -> None:  # noqa: ANN401 - argparse does not export the type
    """Add the command."""
    parser = subparsers.add_parser("select", help="write the labels that are most likely wrong, and a random sample")
    parser.add_argument("predictions", help="folder of a finished scan")
    parser.add_argument("--top", type=int, default=10_000, help="labels that are most likely wrong (default: 10000)")
    parser.add_argument("--random", type=int, default=1000, help="others at random, for estimates (default: 1000)")
    parser.add_argument("--out", required=True, help="Parquet file in a separate folder, as in review/review.parquet")
    parser.add_argument("--seed", type=int, default=1, help="of the random sample")
    parser.add_argument("--map", action="append", default=[], metavar="LABEL=CLASS", help="what a label means")
    parser.add_argument("--address", help="Ray cluster: auto, or HOST:6379 (default: RAY_ADDRESS, or this machine)")
    parser.add_argument("--num-cpus", type=int, help="cores of this machine to use, without a cluster")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run the command."""
    review = review_at(options.out)
    said = dict(_pair(text) for text in options.map)
    with connected(options.address, options.num_cpus):
        found = select(options.predictions, options.out, options.top, options.random, options.seed, said)
    print(
        f"{found.top:,} labels that are most likely wrong and {found.random:,} at random, of {found.population:,} "
        f"(about {found.error_rate:.1%} of all labels are wrong, by a first estimate)"
    )
    print("Next:", *next_steps(review), sep="\n  ", file=sys.stderr)


def review_at(out: str) -> Location:
    """Understand --out.

    Raises
    ------
    ClusterError
        Where it is not a Parquet file in a folder.
    """
    review = locate(out)
    path = PurePosixPath(review.path)
    if path.suffix.lower() != ".parquet":
        raise ClusterError(f"{out} is no Parquet file", "Name it as in --out review/review.parquet.")
    if len(path.parts) < 3:  # the predictions go beside its folder, which may not be a bucket or the root
        raise ClusterError(
            f"{out} is in no folder of its own", "Name it as in --out s3://bucket/review/review.parquet."
        )
    return review


def next_steps(review: Location) -> list[str]:
    """Say how to review on the desktop what was selected."""
    folder, shards = PurePosixPath(review.path).parent, PurePosixPath(shards_folder(review).path)
    copied = []
    if not review.is_local:
        copied = [f"copy {folder} and {shards} from the store to the desktop"]
        folder, shards = PurePosixPath(folder.name), PurePosixPath(shards.name)
    commands = (f"import-predictions {folder} {shards}", f"scan {folder} --rely-on base", f"serve {folder}")
    return copied + [f"grefel {command}" for command in commands]


def _pair(text: str) -> tuple[str, str]:
    label, equals, name = text.rpartition("=")
    if not equals:
        raise ClusterError(f'--map "{text}" is no pair', "Write it as LABEL=CLASS.")
    return label, name
