"""Three nodes on one machine, and what may happen to them: `pytest -m cluster`."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import boto3
import pytest
import ray
from conftest import TINY, contents, write_faces
from moto.server import ThreadedMotoServer
from ray.cluster_utils import Cluster

from grefel_cluster.errors import ClusterError
from grefel_cluster.scanning.job import Job, ScanOptions
from grefel_cluster.session import connected

pytestmark = pytest.mark.cluster
PACKAGES = Path(__file__).resolve().parents[1]
NODE = {"num_cpus": 1, "object_store_memory": 200 * 2**20}
IMAGES = 60


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
def many(tmp_path_factory):
    return write_faces(tmp_path_factory.mktemp("many") / "faces", IMAGES)


@pytest.fixture(scope="module")
def undisturbed(many, small, tmp_path_factory):
    """What a scan on this machine alone writes."""
    out = tmp_path_factory.mktemp("undisturbed")
    with connected(None, 2):
        Job(ScanOptions(str(many), str(small), str(out), shard_rows=6)).run()
    return contents(out)


def shards(out: Path) -> int:
    return len(list(out.glob("part-*.parquet")))


def wait_for(condition, seconds=300.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_goes_on_when_a_node_is_killed(cluster, many, small, undisturbed, tmp_path):
    victim = cluster.list_all_nodes()[-1]
    killed_at = []

    def kill_once_some_are_written():
        wait_for(lambda: shards(tmp_path) >= 2)
        cluster.remove_node(victim, allow_graceful=False)
        killed_at.append(shards(tmp_path))

    killer = threading.Thread(target=kill_once_some_are_written)
    with connected(cluster.address):
        killer.start()
        result = Job(ScanOptions(str(many), str(small), str(tmp_path), actors=3, shard_rows=6)).run()
        killer.join()
    assert killed_at[0] < IMAGES // 6
    assert result.rows == IMAGES
    assert contents(tmp_path) == undisturbed


def test_goes_on_when_the_driver_is_killed(cluster, many, small, undisturbed, tmp_path):
    command = [
        sys.executable, "-m", "grefel_cluster", "scan", str(many), "--model", str(small), "--out", str(tmp_path),
        "--shard-rows", "6", "--actors", "2", "--address", cluster.address,
    ]  # fmt: skip
    driver = subprocess.Popen(command, cwd=PACKAGES)
    try:
        wait_for(lambda: shards(tmp_path) >= 2)
    finally:
        driver.send_signal(signal.SIGKILL)
        driver.wait()
    assert not (tmp_path / "manifest.json").exists()
    subprocess.run(command, cwd=PACKAGES, check=True)
    assert contents(tmp_path) == undisturbed


def test_repairs_a_shard_whose_bytes_have_changed(many, small, undisturbed, tmp_path):
    for name, content in undisturbed.items():
        (tmp_path / name).write_bytes(content)
    shard = tmp_path / "part-000003-0000.parquet"
    damaged = bytearray(shard.read_bytes())
    damaged[1000] ^= 0xFF
    shard.write_bytes(damaged)
    plan = (tmp_path / "plan.json").read_text()
    assert str(many) in plan
    with connected(None, 2):
        asked = ScanOptions(str(many), str(small), str(tmp_path), shard_rows=6, verify=True)
        job = Job(asked)
        assert job.damaged == [shard.name]
        job.run()
    assert contents(tmp_path)[shard.name] == undisturbed[shard.name]


@pytest.fixture
def store(monkeypatch):
    """An object store that speaks S3, on loopback. -> the query of its addresses."""
    server = ThreadedMotoServer(port=0)
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


def test_ships_its_code_to_nodes_that_have_none_of_it(many, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    found = Cluster(initialize_head=True, head_node_args=NODE)
    try:
        with connected(found.address):
            assert Job(ScanOptions(str(many), str(TINY), str(tmp_path), shard_rows=20)).run().rows == IMAGES
    finally:
        ray.shutdown()
        found.shutdown()
