"""The Ray cluster that a command runs on: an existing one, or this machine."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import ray
from ray.data import DataContext
from ray.util.annotations import RayDeprecationWarning

from . import PACKAGE, TRAINING

_BLOCK_BYTES = 1 << 20
"""Each shard is a separate block, which spreads shards over the actors."""


@contextmanager
def connected(address: str | None, num_cpus: int | None = None) -> Iterator[None]:
    """Connect to a cluster, or start Ray on this machine alone, for the time of a command.

    Parameters
    ----------
    address
        ``auto`` or ``HOST:6379``; None for the address in RAY_ADDRESS, or else this machine.
    num_cpus
        Of this machine to use, if there is no cluster.
    """
    address = address or os.environ.get("RAY_ADDRESS")
    options = (
        {"num_cpus": num_cpus} if address is None else {"runtime_env": {"py_modules": [str(PACKAGE), str(_training())]}}
    )
    if address is None:  # a Ray started for one command says at each start that it is protected
        logging.getLogger("ray._private.authentication").setLevel(logging.ERROR)
    ray.init(address or "local", include_dashboard=False, log_to_driver=False, logging_level="warning", **options)
    try:
        _quieten()
        yield
    finally:
        ray.shutdown()


def _training() -> os.PathLike[str]:
    return TRAINING / "grefel_train"


def _quieten() -> None:
    # Ray 2.60, which is pinned, has no other way to say how often a task is tried again.
    warnings.filterwarnings("ignore", category=RayDeprecationWarning)
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.target_max_block_size = _BLOCK_BYTES
    context.enable_auto_log_stats = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
