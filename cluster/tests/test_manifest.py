"""A job without Ray: its stages one after the other, and what is recorded of them."""

import json
import os
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import contents, encoded, picture
from grefel_cluster import storage
from grefel_cluster.errors import ClusterError
from grefel_cluster.progress import Progress, duration
from grefel_cluster.scanning.job import error_of_task
from grefel_cluster.scanning.manifest import Journal, Record, read_plan, refuse_other_plan
from grefel_cluster.storage import locate, remove_unfinished, write_new, writing_whole
from without_ray import planned, write_units


@pytest.fixture
def job(faces, tmp_path, tiny):
    (faces / "anger" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return planned(faces, tmp_path / "out", tiny)


def opened(out, verify=False):
    journal = Journal(out)
    return journal, journal.load(verify)


def test_writes_a_row_for_every_image_with_the_reason_where_it_cannot_be_read(job, tmp_path):
    out, plan, predict = job
    journal, _ = opened(out)
    write_units(out, plan, predict, journal, plan.source.units())
    totals = journal.finish(plan)
    assert (totals["rows"], totals["unreadable"]) == (25, 1)
    table = pa.concat_tables([pq.read_table(path) for path in sorted((tmp_path / "out").glob("part-*.parquet"))])
    broken = table.filter(pa.compute.is_valid(table["problem"])).to_pylist()
    assert [(row["image"], row["problem"], row["corrected"]) for row in broken] == [
        ("anger/broken.png", "truncated PNG", None)
    ]
    corrected = np.array(table["corrected"].drop_null().to_pylist())
    assert corrected.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_goes_on_after_any_shard_to_the_same_bytes(job, tmp_path):
    out, plan, predict = job
    units = plan.source.units()
    journal, _ = opened(out)
    write_units(out, plan, predict, journal, units)
    journal.finish(plan)
    whole = contents(tmp_path / "out")
    for killed_after in range(len(units)):
        for path in [*(tmp_path / "out").glob("part-*"), tmp_path / "out" / "manifest.json"]:
            path.unlink()
        journal, _ = opened(out)
        write_units(out, plan, predict, journal, units[:killed_after])
        journal.flush()
        # The shard that was written, but not recorded, when the driver was killed.
        write_units(out, plan, predict, Journal(out), units[killed_after : killed_after + 1])
        again, damaged = opened(out)
        chunks = again.done_chunks()
        waiting = [unit for unit in units if not again.is_done(unit.number, chunks)]
        assert damaged == []
        assert len(waiting) == len(units) - killed_after
        write_units(out, plan, predict, again, waiting)
        again.finish(plan)
        assert contents(tmp_path / "out") == whole


@pytest.mark.parametrize(("damage", "verify"), [("cut", False), ("gone", False), ("flipped", True)])
def test_finds_a_damaged_shard(job, tmp_path, damage, verify):
    out, plan, predict = job
    journal, _ = opened(out)
    write_units(out, plan, predict, journal, plan.source.units())
    journal.finish(plan)
    shard = tmp_path / "out" / "part-000001-0000.parquet"
    content = bytearray(shard.read_bytes())
    if damage == "flipped":
        content[len(content) // 2] ^= 1
        shard.write_bytes(content)
    elif damage == "cut":
        shard.write_bytes(content[:-1])
    else:
        shard.unlink()
    again, damaged = opened(out, verify)
    assert damaged == [shard.name]
    assert sorted(again.done_chunks()) == [0, 2]


def test_refuses_another_job_in_the_same_folder(job):
    out, plan, _ = job
    kept = read_plan(out)
    assert kept == plan
    refuse_other_plan(out, kept, plan.asked, plan.model)
    with pytest.raises(ClusterError, match="views was one"):
        refuse_other_plan(out, kept, plan.asked | {"views": "all"}, plan.model)


def test_leaves_nothing_of_a_file_that_was_not_finished(tmp_path):
    out = locate(str(tmp_path))
    with pytest.raises(RuntimeError), writing_whole(out.child("part.parquet")) as stream:
        stream.write(b"half")
        raise RuntimeError("killed")
    assert list(tmp_path.iterdir()) == []
    left = tmp_path / ".tmp-part.parquet-1"
    left.write_bytes(b"left by a process that was killed, or being written by another job")
    remove_unfinished(out)
    assert left.exists()
    os.utime(left, (0, 0))
    remove_unfinished(out)
    assert list(tmp_path.iterdir()) == []


def test_tells_the_rate_and_the_time_left():
    seconds = [0.0]
    progress = Progress(1000, 10, 2, 200)
    progress._clock = lambda: seconds[0]
    progress.begin()
    seconds[0] = 10.0
    progress.add(100, 3, 1)
    assert progress.line() == "300 of 1,000 images, 10.0 images/s, 3 unreadable, 1 min left"
    unknown = Progress(None, 10, 0, 0)
    unknown._clock = lambda: seconds[0]
    unknown.begin()
    seconds[0] = 20.0
    unknown.add(50, 0, 1)
    assert unknown.line() == "50 images, 5.0 images/s, 2 min left"
    assert [duration(value) for value in (5, 600, 15_000)] == ["5 s", "10 min", "4 h 10 min"]


def packed_job(tmp_path, tiny):
    table = pa.table({"image": [encoded(picture(seed)) for seed in range(20)], "label": ["fear"] * 20})
    pq.write_table(table, tmp_path / "all.parquet")
    return table, planned(tmp_path / "all.parquet", tmp_path / "out", tiny)


def test_refuses_to_go_on_with_a_parquet_file_that_has_changed(tmp_path, tiny):
    table, (out, plan, predict) = packed_job(tmp_path, tiny)
    assert read_plan(out) == plan
    pq.write_table(table.slice(0, 13), tmp_path / "all.parquet")
    with pytest.raises(ClusterError, match=r"input has changed since the job was started.*all\.parquet"):
        write_units(out, plan, predict, Journal(out), plan.source.units())


def test_goes_on_with_a_job_that_kept_no_states_but_not_with_fewer_rows(tmp_path, tiny):
    table, (out, _, predict) = packed_job(tmp_path, tiny)
    written = json.loads((tmp_path / "out" / "plan.json").read_text())
    del written["source"]["files"][0]["state"]
    (tmp_path / "out" / "plan.json").write_text(json.dumps(written))
    older = read_plan(out)
    journal = Journal(out)
    write_units(out, older, predict, journal, older.source.units()[:-1])
    with pytest.raises(ClusterError, match="rows, and the job was started with 20 images"):
        journal.finish(older)
    pq.write_table(table.slice(0, 13), tmp_path / "all.parquet")
    with pytest.raises(ClusterError, match="input has changed"):
        write_units(out, older, predict, journal, older.source.units()[-1:])


def test_refuses_to_go_on_with_a_tar_that_has_changed(tmp_path, tiny):
    for name in ("a", "b"):
        with tarfile.open(tmp_path / "faces.tar", "w") as tar:
            (tmp_path / f"{name}.png").write_bytes(encoded(picture(1)))
            tar.add(tmp_path / f"{name}.png", f"{name}.png")
        if name == "a":
            out, plan, predict = planned(tmp_path / "faces.tar", tmp_path / "out", tiny)
            assert read_plan(out) == plan
    with pytest.raises(ClusterError, match="input has changed"):
        write_units(out, plan, predict, Journal(out), plan.source.units())


def record(unit):
    return Record(unit, 0, True, 1, 0, 1, "")


def test_keeps_the_records_of_two_drivers_and_of_older_versions(tmp_path):
    out = locate(str(tmp_path))
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "000000.json").write_text(json.dumps([vars(record(0))]))
    drivers = [Journal(out), Journal(out)]
    for unit in range(3):
        (tmp_path / record(unit).name).write_bytes(b"1")
    for unit, driver in enumerate(drivers, 1):
        driver.load(verify=False)
        driver.add(record(unit))
        driver.flush()
    journal, damaged = opened(out)
    assert damaged == []
    assert sorted(journal.done_chunks()) == [0, 1, 2]


def test_lets_one_of_two_drivers_start_a_job(tmp_path):
    plan = locate(str(tmp_path)).child("plan.json")
    write_new(plan, b"first")
    with pytest.raises(FileExistsError):
        write_new(plan, b"second")
    assert contents(tmp_path) == {"plan.json": b"first"}


def test_publishes_no_object_of_a_block_that_raises(monkeypatch):
    store = pa.fs._MockFileSystem()
    monkeypatch.setattr(storage.Location, "files", store)
    part = storage.Location("s3://bucket", "part")
    with pytest.raises(RuntimeError), writing_whole(part) as stream:
        stream.write(b"half")
        raise RuntimeError("killed")
    assert storage.kind_of(part) == pa.fs.FileType.NotFound
    with writing_whole(part) as stream:
        stream.write(b"whole")
    assert storage.read_bytes(part) == b"whole"


def test_tells_what_a_task_says_to_the_user():
    said = error_of_task(
        "ray::Map()\n  File x\ngrefel_cluster.errors.ClusterError: a.tar is cut off. Copy it again.\n\nThe above"
    )
    assert (said.message, said.hint) == ("a.tar is cut off", "Copy it again.")
    assert error_of_task("OSError: no space") is None
