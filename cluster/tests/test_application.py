"""The same images scanned here and by the application, with its own command line: `pytest -m cluster`."""

import csv
import json
import os
import shutil
import subprocess

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from conftest import REPOSITORY, encoded
from grefel_cluster.review.rank import choose, learn
from grefel_cluster.review.select import select
from grefel_cluster.scanning.manifest import read_shards
from grefel_cluster.storage import locate
from without_ray import scanned

pytestmark = pytest.mark.cluster
NODE = REPOSITORY / "node_modules" / ".bin" / "node"
BASE_MODEL = ("--rely-on", "base", "--no-tuning", "--framing", "off")
SAMPLE = REPOSITORY / "resources" / "sample" / "faces"
EACH = 8


@pytest.fixture(scope="module")
def grefel(tmp_path_factory):
    """Run the application's command line, built or not, with a data folder of its own. -> what it prints."""
    if not NODE.exists():
        pytest.skip("the application is not installed")
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path_factory.mktemp("data"))}

    def run(*arguments) -> str:
        command = [str(NODE), str(REPOSITORY / "src/main/hosts/cli/main.ts"), *map(str, arguments)]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    return run


def scores(grefel, folder, project, to) -> dict[str, float]:
    """The wrong-label probability of every image."""
    grefel("export", folder, "--project", project, "--out", to, "--force")
    with to.open(encoding="utf-8-sig", newline="") as stream:
        return {row["image"]: float(row["flag_score"]) for row in csv.DictReader(stream) if row["flag_score"]}


@pytest.fixture(scope="module", params=["png", "jpeg"])
def both(request, grefel, small, tmp_path_factory):
    """Some faces of each class of the sample, scanned by the application and by the cluster's stages."""
    folder = tmp_path_factory.mktemp(request.param)
    for label in sorted(SAMPLE.iterdir()):
        for face in sorted(label.iterdir())[:EACH]:
            target = folder / "faces" / label.name / f"{face.stem}.{request.param}"
            target.parent.mkdir(parents=True, exist_ok=True)
            if request.param == "jpeg":
                shutil.copy(face, target)
            else:
                target.write_bytes(encoded(np.asarray(Image.open(face).convert("RGB"))))
    scanned(folder / "faces", folder / "predictions", small.read_bytes(), views="unsure", shard_rows=20)
    grefel("scan", folder / "faces", "--project", folder / "here.sqlite", *BASE_MODEL)
    grefel("import-predictions", folder / "faces", folder / "predictions", "--project", folder / "there.sqlite")
    grefel("scan", folder / "faces", "--project", folder / "there.sqlite", *BASE_MODEL)
    here, there = (
        scores(grefel, folder / "faces", folder / f"{name}.sqlite", folder / f"{name}.csv")
        for name in ("here", "there")
    )
    return folder, here, there


def test_flags_are_those_of_a_scan_by_the_application(both):
    _, here, there = both
    assert here.keys() == there.keys()
    assert there == pytest.approx(here, abs=1e-3)


def test_ranks_as_the_application_does_with_the_weights_of_today(both):
    folder, _, there = both
    out = locate(str(folder / "predictions"))
    plan, shards = read_shards(out)
    top, _ = choose(shards, learn(out, plan, shards, {}), len(there), 0, 1)
    for one in top:
        assert one.wrong == pytest.approx(there[one.image], abs=1e-4)


def test_reviews_what_was_selected_without_scanning_it(both, grefel, tmp_path):
    folder, _, _ = both
    select(str(folder / "predictions"), str(tmp_path / "review" / "review.parquet"), 10, 5)
    report = json.loads(
        grefel(
            "import-predictions", tmp_path / "review", tmp_path / "review-predictions", "--json",
            "--project", tmp_path / "review.sqlite",
        )
    )  # fmt: skip
    assert report["images"] == 15
    grefel("export", tmp_path / "review", "--project", tmp_path / "review.sqlite", "--out", tmp_path / "cleaned.csv")
    with (tmp_path / "cleaned.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    chosen = pq.read_table(tmp_path / "review" / "review.parquet").to_pylist()
    assert [row["meta_source_image"] for row in rows] == [row["source_image"] for row in chosen]
    assert [row["meta_stratum"] for row in rows] == [row["stratum"] for row in chosen]
    assert [row["label_given"] for row in rows] == [row["label"] for row in chosen]
