"""Three nodes on one machine, and what may happen to them: `pytest -m cluster`."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
import ray
from ray.cluster_utils import Cluster

from conftest import TINY, contents, write_faces
from grefel_cluster.errors import ClusterError
from grefel_cluster.review.select import select
from grefel_cluster.scanning.job import Job, ScanOptions
from grefel_cluster.session import connected
from without_ray import scanned

pytestmark = pytest.mark.cluster
boto3 = pytest.importorskip("boto3", reason="requirements-cluster.txt is not installed")
moto = pytest.importorskip("moto.server", reason="requirements-cluster.txt is not installed")
PACKAGES = Path(__file__).resolve().parents[1]
NODE = {"num_cpus": 1, "object_store_memory": 200 * 2**20}
IMAGES, SHARD = 80, 4


@pytest.fixture
def cluster():
    found = Cluster(initialize_head=True, head_node_args=NODE)
    for _ in range(2):
        found.add_node(**NODE)
    found.wait_for_nodes()
    yield found
    ray.shutdown()
    found.shutdown()


@pytest.fixture(scope="module")
def node():
    found = Cluster(initialize_head=True, head_node_args=NODE | {"num_cpus": 2})
    yield found
    ray.shutdown()
    found.shutdown()


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return write_faces(tmp_path_factory.mktemp("many") / "faces", IMAGES)


@pytest.fixture(scope="module")
def undisturbed(many, tmp_path_factory):
    """What the stages write one after the other, without Ray."""
    out = tmp_path_factory.mktemp("undisturbed")
    scanned(many, out, TINY.read_bytes(), views="unsure", shard_rows=SHARD)
    return results(out)


def results(out: Path) -> dict[str, bytes]:
    """All that a job has written except its plan."""
    return {name: content for name, content in contents(out).items() if name != "plan.json"}


def shards(out: Path) -> int:
    return len(list(out.glob("part-*.parquet")))


def wait_for(condition, seconds=900.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_goes_on_when_a_node_is_killed_and_the_others_are_full(cluster, many, undisturbed, tmp_path):
    victim = cluster.list_all_nodes()[-1]
    killed_at = []

    def kill_once_some_are_written():
        wait_for(lambda: shards(tmp_path) >= 2)
        (raylet,) = victim.all_processes["raylet"]
        os.kill(raylet.process.pid, signal.SIGKILL)  # its workers end with it
        killed_at.append(shards(tmp_path))

    killer = threading.Thread(target=kill_once_some_are_written)
    with connected(cluster.address):
        killer.start()
        result = Job(ScanOptions(str(many), str(TINY), str(tmp_path), actors=3, shard_rows=SHARD)).run()
        killer.join()
    assert killed_at[0] < IMAGES // SHARD
    assert result.rows == IMAGES
    assert results(tmp_path) == undisturbed


def test_ships_its_code_and_goes_on_when_the_driver_is_killed(node, many, undisturbed, tmp_path):
    """Only the driver knows where its code is."""
    out = tmp_path / "out"
    command = [
        sys.executable, "-m", "grefel_cluster", "scan", str(many), "--model", str(TINY), "--out", str(out),
        "--shard-rows", str(SHARD), "--actors", "2", "--address", node.address,
    ]  # fmt: skip
    how = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(PACKAGES)}}
    driver = subprocess.Popen(command, **how)
    try:
        wait_for(lambda: shards(out) >= 1)
    finally:
        driver.kill()
        driver.wait()
    assert not (out / "manifest.json").exists()
    subprocess.run(command, **how, check=True)
    assert results(out) == undisturbed


def test_repairs_a_shard_whose_bytes_have_changed(many, undisturbed, tmp_path):
    asked = ScanOptions(str(many), str(TINY), str(tmp_path), shard_rows=SHARD, verify=True)
    with connected(None, 2):
        Job(asked).run()
        shard = tmp_path / "part-000003-0000.parquet"
        damaged = bytearray(shard.read_bytes())
        damaged[1000] ^= 0xFF
        shard.write_bytes(damaged)
        job = Job(asked)
        assert job.damaged == [shard.name]
        job.run()
    assert results(tmp_path) == undisturbed


def test_ranks_in_a_cluster_as_here(many, node, tmp_path):
    scanned(many, tmp_path / "scan", TINY.read_bytes(), shard_rows=50)
    for place in ("here", "there"):
        with connected(node.address) if place == "there" else nullcontext():
            select(str(tmp_path / "scan"), str(tmp_path / place / "review.parquet"), 20, 10)
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


@pytest.fixture
def store(monkeypatch):
    """An object store that speaks S3, on loopback. -> the query of its addresses."""
    server = moto.ThreadedMotoServer(port=0)
    server.start()
    _, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    yield f"endpoint_override=127.0.0.1:{port}&scheme=http", f"http://127.0.0.1:{port}"
    server.stop()


def test_reads_and_writes_an_object_store(faces, store, tmp_path):
    query, endpoint = store
    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket="faces")
    for name, content in contents(faces).items():
        client.put_object(Bucket="faces", Key=f"archive/{name}", Body=content)
    with connected(None, 2):
        asked = ScanOptions(f"s3://faces/archive?{query}", str(TINY), f"s3://faces/predictions?{query}", shard_rows=8)
        assert Job(asked).run().rows == 24
        assert Job(asked).is_done
        Job(ScanOptions(str(faces), str(TINY), str(tmp_path / "local"), shard_rows=8)).run()
    listed = client.list_objects_v2(Bucket="faces", Prefix="predictions/")["Contents"]
    written = {
        item["Key"].removeprefix("predictions/"): client.get_object(Bucket="faces", Key=item["Key"])["Body"].read()
        for item in listed
    }
    expected = contents(tmp_path / "local")
    assert {name for name in written if name} == set(expected)
    for name in expected.keys() - {"plan.json"}:
        assert written[name] == expected[name], name


def test_says_that_a_bucket_is_not_there(store, tmp_path):
    query, _ = store
    with pytest.raises(ClusterError, match="nowhere"):
        Job(ScanOptions(f"s3://nowhere/faces?{query}", str(TINY), str(tmp_path), shard_rows=8)).run()
