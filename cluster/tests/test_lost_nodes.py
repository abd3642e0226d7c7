import threading

import pytest

from grefel_cluster.errors import ClusterError
from grefel_cluster.scanning.lost_nodes import while_there_is_room


def waiting_for(event, *items):
    yield from items
    event.wait(10)


def test_hands_on_what_comes_and_what_fails():
    assert list(while_there_is_room(iter([1, 2, 3]), 4, lambda: 0)) == [1, 2, 3]

    def failing():
        yield 1
        raise OSError("storage")

    with pytest.raises(OSError, match="storage"):
        list(while_there_is_room(failing(), 4, lambda: 4))


def test_ends_where_nodes_are_gone_and_nothing_comes():
    never, got = threading.Event(), []
    with pytest.raises(ClusterError, match="room for 2 of 4 sessions"):
        for item in while_there_is_room(waiting_for(never, "a", "b"), 4, lambda: 2, patience=0.05):
            got.append(item)
    never.set()
    assert got == ["a", "b"]


def test_waits_for_a_slow_shard_while_there_is_room():
    done, asked = threading.Event(), []

    def room():
        asked.append(1)
        if len(asked) == 3:
            done.set()
        return 4

    assert list(while_there_is_room(waiting_for(done, "a"), 4, room, patience=0.05)) == ["a"]
    assert len(asked) >= 3
