"""Ends a job that waits for nodes which are gone for good."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ..errors import ClusterError

_PATIENCE_S = 300.0
"""Much longer than a shard takes, and than Kubernetes needs to replace a node."""

Item = TypeVar("Item")


def while_there_is_room(
    results: Iterable[Item], actors: int, room: Callable[[], int], patience: float = _PATIENCE_S
) -> Iterator[Item]:
    """Hand on results as they come.

    Ray keeps the shards of a lost actor until there is room for another one. On a full cluster that never happens.

    Parameters
    ----------
    results
        What Ray yields. A separate thread reads it, because it may wait forever.
    actors
        Actors that the job was started with.
    room
        How many actors there is room for now.
    patience
        Seconds without a result.

    Raises
    ------
    ClusterError
        If nothing has come for that long, and there is room for fewer actors.
    """
    taken: queue.SimpleQueue[tuple[Item | None, BaseException | None]] = queue.SimpleQueue()
    threading.Thread(target=_take, args=(results, taken), daemon=True).start()
    while True:
        try:
            item, end = taken.get(timeout=patience)
        except queue.Empty:
            left = room()
            if left < actors:
                raise ClusterError(
                    f"nothing was written for {patience / 60:.0f} min, and the cluster has room for {left} of {actors} "
                    "sessions of the model",
                    "Nodes are gone or full. Run the same command again: it continues on those that are there.",
                ) from None
            continue
        if isinstance(end, StopIteration):
            return
        if end is not None:
            raise end
        yield item


def _take(results: Iterable[Item], taken: queue.SimpleQueue[tuple[Item | None, BaseException | None]]) -> None:
    try:
        for item in results:
            taken.put((item, None))
        taken.put((None, StopIteration()))
    except BaseException as error:  # whatever it is, it belongs to the thread that waits
        taken.put((None, error))
