"""Goes through all shards of a scan, in the cluster, in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import ray

Part = TypeVar("Part")
Found = TypeVar("Found")
_WAITING_PER_CORE = 4
_CORES = 0.5
_RETRIES = 10


def over(parts: Sequence[Part], look: Callable[[Part, Any], Found], common: Any) -> Iterator[Found]:  # noqa: ANN401
    """Call `look(part, common)` for every part, as tasks of the connected cluster, or in this process.

    Results come in the order of the parts. Only a few are held at a time, because together they may be large.
    """
    if not ray.is_initialized():
        yield from (look(part, common) for part in parts)
        return
    task = ray.remote(num_cpus=_CORES, max_retries=_RETRIES)(look)
    shared = ray.put(common)
    most = max(2, int(ray.cluster_resources().get("CPU", 1)) * _WAITING_PER_CORE)
    waiting: deque[ray.ObjectRef] = deque()
    for part in parts:
        if len(waiting) == most:
            yield ray.get(waiting.popleft())
        waiting.append(task.remote(part, shared))
    while waiting:
        yield ray.get(waiting.popleft())
