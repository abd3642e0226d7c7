"""The command on one machine, with Ray."""

import json
import os
import subprocess
import sys

import pyarrow.parquet as pq

from conftest import TINY, contents, encoded, picture
from failing_model import write_failing_model
from grefel_cluster.__main__ import main
from grefel_cluster.scanning.job import Job, ScanOptions
from grefel_cluster.session import connected


def test_scans_a_folder_and_goes_on_where_it_stopped(faces, tmp_path, capsys):
    model = write_failing_model(TINY, tmp_path / "failing.onnx")
    (faces / "anger" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    red = picture(100, 112, 112)
    red[0, 0] = 255
    (faces / "anger" / "red.png").write_bytes(encoded(red))
    with connected(None, 2):
        asked = ScanOptions(str(faces), str(model), str(tmp_path / "out"), shard_rows=8, batch=4)
        result = Job(asked).run()
        assert (result.rows, result.unreadable) == (26, 2)
        whole = contents(tmp_path / "out")
        assert sorted(whole) == [
            "listing.parquet",
            "manifest.json",
            *(f"part-{unit:06d}-0000.parquet" for unit in range(4)),
            "plan.json",
        ]
        assert Job(asked).is_done
        (tmp_path / "out" / "part-000002-0000.parquet").unlink()
        (tmp_path / "out" / "part-000001-0000.parquet").write_bytes(b"cut off")
        (faces / "anger" / "added.png").write_bytes(encoded(red))
        again = Job(asked)
        assert again.damaged == ["part-000001-0000.parquet", "part-000002-0000.parquet"]
        again.run()
    assert contents(tmp_path / "out") == whole
    problems = {
        row["image"]: row["problem"]
        for path in (tmp_path / "out").glob("part-*")
        for row in pq.read_table(path, columns=["image", "problem"]).to_pylist()
        if row["problem"]
    }
    assert problems["anger/broken.jpg"] == "truncated JPEG"
    assert problems["anger/red.png"].startswith("the model failed on this image: ")
    assert len(problems) == 2
    assert json.loads(whole["manifest.json"])["rows"] == 26


def test_says_in_one_line_what_is_wrong_with_the_input(tmp_path, capsys):
    arguments = ["scan", str(tmp_path / "nowhere"), "--model", str(tmp_path / "no.onnx"), "--out", str(tmp_path)]
    assert main(arguments) == 1
    assert capsys.readouterr().err == (f"error: {tmp_path}/no.onnx cannot be read. Name a model file with --model.\n")
    arguments[3] = str(TINY)
    assert main(arguments) == 1
    assert f"{tmp_path}/nowhere is not there" in capsys.readouterr().err


def test_reports_nothing_to_anyone():
    asked = "import grefel_cluster, ray._common.usage.usage_lib as usage; print(usage.usage_stats_enabled())"
    environment = {name: value for name, value in os.environ.items() if name != "RAY_USAGE_STATS_ENABLED"}
    told = subprocess.run(
        [sys.executable, "-c", asked], env=environment, cwd=os.path.dirname(os.path.dirname(__file__)),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == "False"
