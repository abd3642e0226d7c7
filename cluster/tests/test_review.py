import csv
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from conftest import LABELS, TINY, encoded, picture, write_faces
from grefel_cluster.__main__ import main
from grefel_cluster.commands.apply import in_words
from grefel_cluster.commands.select import next_steps, review_at
from grefel_cluster.errors import ClusterError
from grefel_cluster.review.apply import apply
from grefel_cluster.review.classes import map_classes
from grefel_cluster.review.decisions import Decision
from grefel_cluster.review.estimate import WrongLabels, estimate
from grefel_cluster.review.formula_guard import guard_formula, unguard_formula
from grefel_cluster.review.rank import choose, learn
from grefel_cluster.review.ranking import (
    DistanceSums,
    ErrorSums,
    calibrate,
    calibration_for,
    learn_noise,
    rank_labels,
)
from grefel_cluster.review.select import REVIEW_SCHEMA, reduced, select
from grefel_cluster.scanning.manifest import read_shards
from grefel_cluster.storage import locate
from without_ray import scanned

GOLDEN = Path(__file__).parent / "golden" / "ranking.parquet"


def test_ranks_labels_as_the_application_does():
    """The application's results for the sample, within the rounding of its flags: write_golden.py."""
    table = pq.read_table(GOLDEN)
    weights, model = (json.loads(table.schema.metadata[name]) for name in (b"weights", b"model"))
    labels = table["label"].to_pylist()
    classes = map_classes(sorted(set(labels)), model, {})
    corrected, attentive = (np.array(table[name].to_pylist()) for name in ("corrected", "attentive"))
    nearest = np.array(table["anchor_distance"].to_pylist())[:, 0]
    halves = [DistanceSums.of(nearest[:100]), DistanceSums.of(nearest[100:])]
    calibration = calibration_for(weights, model, halves[0] + halves[1])
    rows = calibrate(corrected, attentive, calibration, classes)
    given = np.array([classes.labels.index(label) for label in labels])
    errors = ErrorSums.of(rows[:50], given[:50]) + ErrorSums.of(rows[50:], given[50:])
    found = rank_labels(rows, given, learn_noise(rows, given, calibration.inverse_temperature), errors.rate(), weights)
    expected = table["wrong_label"].to_numpy()
    np.testing.assert_allclose(found.wrong, expected, atol=1e-6)
    assert 20 < (expected >= 0.5).sum() < 60


def test_maps_labels_by_name_alias_and_what_the_user_says():
    model = {"classes": [{"name": "happiness", "aliases": ["happy"]}, {"name": "fear"}, {"name": "anger"}]}
    classes = map_classes(["03_Happy", "happiness", "puzzled", "wut"], model, {"wut": "anger"})
    assert classes.model_classes == ((0,), (), (), (2,))
    assert classes.first == (0, 0, 2, 3)
    with pytest.raises(ClusterError, match='the model has no class "joy"'):
        map_classes(["wut", "fear"], model, {"wut": "joy"})
    with pytest.raises(ClusterError, match="fewer than two labels"):
        map_classes(["a", "fear"], model, {})


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """100 pictures by the tiny model, one of them broken, one large."""
    folder = tmp_path_factory.mktemp("scan")
    faces = write_faces(folder / "faces", 100)
    (faces / "sadness" / "0001.png").write_bytes(b"")
    (faces / "sadness" / "0004.png").write_bytes(encoded(picture(4, 600, 300)))
    scanned(faces, folder / "predictions", TINY.read_bytes(), shard_rows=16)
    return folder


def test_writes_the_likeliest_and_a_random_sample_of_the_others_with_their_weight(scan, tmp_path):
    found = select(str(scan / "predictions"), str(tmp_path / "review" / "review.parquet"), 20, 10)
    assert (found.population, found.top, found.random) == (99, 20, 10)
    table = pq.read_table(tmp_path / "review" / "review.parquet")
    assert table.schema.equals(REVIEW_SCHEMA)
    rows = table.to_pylist()
    top = [row for row in rows if row["stratum"] == "top"]
    sample = [row for row in rows if row["stratum"] == "random"]
    assert {row["weight"] for row in top} == {1.0}
    assert {row["weight"] for row in sample} == {79 / 10}
    assert min(row["wrong_label"] for row in top) >= max(row["wrong_label"] for row in sample)
    assert len({row["source_image"] for row in rows}) == 30
    for row in rows:
        content = (scan / "faces" / row["source_image"]).read_bytes()
        assert max(Image.open(io.BytesIO(row["image"]["bytes"])).size) <= 256
        if row["source_image"] != "sadness/0004.png":
            assert row["image"]["bytes"] == content


def test_chooses_the_same_whatever_the_shards_are(scan, tmp_path):
    scanned(scan / "faces", tmp_path / "other", TINY.read_bytes(), shard_rows=7)
    chosen = []
    for folder in (scan / "predictions", tmp_path / "other"):
        out = locate(str(folder))
        plan, shards = read_shards(out)
        found = choose(shards, learn(out, plan, shards, {}), 12, 9, seed=3)
        chosen.append([{one.image for one in part} for part in found])
    assert chosen[0] == chosen[1]
    assert chosen[0][0].isdisjoint(chosen[0][1])


def test_carries_the_predictions_of_the_chosen_images(scan, tmp_path):
    select(str(scan / "predictions"), str(tmp_path / "review" / "review.parquet"), 5, 5)
    manifest = json.loads((tmp_path / "review-predictions" / "manifest.json").read_text())
    assert manifest["rows"] == 10
    review = pq.read_table(tmp_path / "review" / "review.parquet").to_pylist()
    all_rows = {
        row["image"]: row for path in (scan / "predictions").glob("part-*") for row in pq.read_table(path).to_pylist()
    }
    number = 0
    for shard in manifest["shards"]:
        for row in pq.read_table(tmp_path / "review-predictions" / shard["file"]).to_pylist():
            number += 1
            assert row.pop("image") == ("review.parquet" if number == 1 else f"review.parquet#{number}")
            expected = dict(all_rows[review[number - 1]["source_image"]])
            del expected["image"]
            assert row == expected


def test_leaves_no_predictions_of_an_earlier_review_when_it_is_stopped(scan, tmp_path, monkeypatch):
    """Stopped between its two outputs, by whatever kills a process there."""
    asked = str(scan / "predictions"), str(tmp_path / "review" / "review.parquet")
    select(*asked, 3, 3)
    with monkeypatch.context() as patch:
        patch.setattr("grefel_cluster.review.select.encode_shard", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            select(*asked, 4, 3)
    assert pq.read_metadata(tmp_path / "review" / "review.parquet").num_rows == 7
    assert not (tmp_path / "review-predictions" / "manifest.json").exists()
    select(*asked, 4, 3)
    assert json.loads((tmp_path / "review-predictions" / "manifest.json").read_text())["rows"] == 7


def test_takes_the_review_of_an_object_store_by_its_path():
    query = "?endpoint_override=store.lab:9000&scheme=http&region=us-east-1"
    assert next_steps(review_at(f"s3://archive/faces/review/review.parquet{query}")) == [
        "copy archive/faces/review and archive/faces/review-predictions from the store to the desktop",
        "grefel import-predictions review review-predictions",
        "grefel scan review --rely-on base",
        "grefel serve review",
    ]
    assert next_steps(review_at("/data/review/review.parquet"))[0] == (
        "grefel import-predictions /data/review /data/review-predictions"
    )
    with pytest.raises(ClusterError, match="is no Parquet file"):
        review_at(f"s3://archive/review/review.csv{query}")
    with pytest.raises(ClusterError, match="in no folder of its own"):
        review_at(f"s3://archive/review.parquet{query}")


def test_leaves_a_small_picture_as_it_is_and_reduces_a_large_one():
    small, large = encoded(picture(1)), encoded(picture(1, 512, 256), "JPEG")
    assert reduced(small) == small
    image = Image.open(io.BytesIO(reduced(large)))
    assert image.size == (256, 128)


def test_refuses_pictures_that_changed_since_the_scan(tmp_path):
    faces = write_faces(tmp_path / "faces", 12)
    scanned(faces, tmp_path / "predictions", TINY.read_bytes())
    (faces / "anger" / "0002.png").write_bytes(encoded(picture(99)))
    (faces / "sadness" / "0001.png").unlink()
    with pytest.raises(ClusterError, match=r"2 of the chosen images have changed .* such as anger/0002\.png"):
        select(str(tmp_path / "predictions"), str(tmp_path / "review" / "review.parquet"), 6, 6)
    assert list((tmp_path / "review").iterdir()) == []
    assert not (tmp_path / "review-predictions").exists()


@pytest.mark.parametrize("left", [20, 3, 0])
def test_refuses_a_parquet_file_that_was_rewritten_since_the_scan(tmp_path, left):
    pictures, labels = [encoded(picture(seed)) for seed in range(20)], [LABELS[seed % 3] for seed in range(20)]
    path = tmp_path / "faces" / "faces.parquet"
    path.parent.mkdir()
    pq.write_table(pa.table({"image": pictures, "label": labels}), path)
    scanned(path.parent, tmp_path / "predictions", TINY.read_bytes())
    select(str(tmp_path / "predictions"), str(tmp_path / "review" / "review.parquet"), 5, 5)
    pq.write_table(pa.table({"image": pictures[::-1][:left], "label": labels[::-1][:left]}), path)
    with pytest.raises(ClusterError, match=r"the input has changed since the job was started: .*faces\.parquet"):
        select(str(tmp_path / "predictions"), str(tmp_path / "review" / "review.parquet"), 5, 5)


def write_decisions(path, rows):
    names = ["image", "label_given", "label_clean", "status", "annotator", "meta_source_image", "meta_stratum"]
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, [*names, "meta_weight"])
        writer.writeheader()
        writer.writerows(dict(zip([*names, "meta_weight"], row, strict=True)) for row in rows)


def test_joins_decisions_to_the_labels_of_the_whole_dataset(scan, tmp_path):
    decisions = tmp_path / "cleaned.csv"
    rows = [
        ("review.parquet", "anger", "fear", "relabelled", "mira", "anger/0002.png", "top", "1"),
        ("review.parquet#2", "sadness", "sadness", "kept", "mira", "sadness/0007.png", "random", "9"),
        ("review.parquet#3", "sadness", "sadness", "kept", "mira", "sadness/0010.png", "random", "9"),
        ("review.parquet#4", "anger", "anger", "unreviewed", "", "anger/0005.png", "random", "9"),
    ]
    write_decisions(decisions, rows)
    found = apply(str(decisions), str(scan / "predictions"), str(tmp_path / "labels.csv"))
    assert (found.rows, found.decided, found.changed) == (100, 3, 1)
    assert found.wrong_labels.estimate == 1
    assert found.wrong_labels.low == 1
    assert found.wrong_labels.high == pytest.approx(1 + 98 * 0.657620)
    with (tmp_path / "labels.csv").open(newline="") as stream:
        table = {row["image"]: row for row in csv.DictReader(stream)}
    assert len(table) == 100
    assert table["anger/0002.png"] | {"image": ""} == {
        "image": "", "label_given": "anger", "label_clean": "fear", "status": "relabelled", "annotator": "mira",
    }  # fmt: skip
    assert table["anger/0005.png"]["status"] == "unreviewed"
    assert {row["label_given"] for row in table.values()} == set(LABELS)


def test_estimates_for_the_images_that_were_selected_from(tmp_path):
    """All six readable images with a label are reviewed and three are wrong; six have no label, one is unreadable."""
    faces = write_faces(tmp_path / "faces", 13)
    names = sorted(str(path.relative_to(faces)) for path in faces.rglob("*.png"))
    (faces / names[12]).write_bytes(b"")
    lines = [f"{name},{name.split('/')[0] if number % 2 == 0 else ''}" for number, name in enumerate(names)]
    (faces / "list.csv").write_text("\n".join(["path,label", *lines]))
    scanned(faces / "list.csv", tmp_path / "predictions", TINY.read_bytes())
    labelled = [(name, name.split("/")[0]) for name in names[:12:2]]
    rows = [
        ("", label, "other" if number < 3 else label, "relabelled" if number < 3 else "kept", "m", name, "random", "1")
        for number, (name, label) in enumerate(labelled)
    ]
    write_decisions(tmp_path / "cleaned.csv", rows)
    found = apply(str(tmp_path / "cleaned.csv"), str(tmp_path / "predictions"), str(tmp_path / "labels.csv"))
    assert found.rows == 13
    assert found.wrong_labels == (3, 3, 3)


def test_refuses_decisions_of_another_scan_and_writes_nothing(scan, tmp_path):
    write_decisions(tmp_path / "cleaned.csv", [("a", "x", "y", "kept", "m", "other/1.png", "top", "1")])
    with pytest.raises(
        ClusterError, match=r"1 decisions are of images that the scan does not have, such as other/1\.png"
    ):
        apply(str(tmp_path / "cleaned.csv"), str(scan / "predictions"), str(tmp_path / "labels.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["cleaned.csv"]


KEPT = [("review.parquet", "anger", "anger", "kept", "mira", "anger/0002.png", "random", "9")]


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("none/labels.csv", "there is no folder .*none for .*labels.csv. Make the folder"),
        ("s3://archive/labels.csv?region=us-east-1", "s3://archive/labels.csv.* is no file of this machine"),
        ("", "is a folder. Name a CSV file"),
    ],
)
def test_says_where_labels_cannot_be_written(scan, tmp_path, out, message):
    write_decisions(tmp_path / "cleaned.csv", KEPT)
    target = out if "://" in out else str(tmp_path / out)
    with pytest.raises(ClusterError, match=message):
        apply(str(tmp_path / "cleaned.csv"), str(scan / "predictions"), target)
    assert [path.name for path in tmp_path.iterdir()] == ["cleaned.csv"]


def test_says_which_decisions_cannot_be_read(scan, tmp_path):
    (tmp_path / "latin.csv").write_bytes("label_given,é\n".encode("latin-1"))
    for name, message in (
        ("none.csv", "there is no file .*none.csv"),
        ("latin.csv", "latin.csv cannot be read as CSV"),
    ):
        with pytest.raises(ClusterError, match=message):
            apply(str(tmp_path / name), str(scan / "predictions"), str(tmp_path / "labels.csv"))


@pytest.mark.parametrize("damage", ["is missing", "cannot be read"])
def test_leaves_no_unfinished_file_where_a_shard_cannot_be_read(scan, tmp_path, damage):
    shutil.copytree(scan / "predictions", tmp_path / "predictions")
    shard = tmp_path / "predictions" / "part-000003-0000.parquet"
    content = shard.read_bytes()
    shard.unlink()
    if damage == "cannot be read":
        shard.write_bytes(content[:-100])
    write_decisions(tmp_path / "cleaned.csv", KEPT)
    with pytest.raises(ClusterError, match=rf"part-000003-0000\.parquet {damage}.*--verify"):
        apply(str(tmp_path / "cleaned.csv"), str(tmp_path / "predictions"), str(tmp_path / "labels.csv"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cleaned.csv", "predictions"]


def test_counts_suggestions_that_nobody_reviewed(scan, tmp_path, capsys):
    automatic = ("review.parquet#2", "anger", "fear", "auto", "", "anger/0005.png", "top", "1")
    write_decisions(tmp_path / "cleaned.csv", [*KEPT, automatic])
    asked = str(tmp_path / "cleaned.csv"), str(scan / "predictions"), "--out", str(tmp_path / "labels.csv")
    assert main(["apply", *asked]) == 0
    assert "1 automatically accepted suggestions were not applied" in capsys.readouterr().out
    assert "anger/0005.png,anger,anger,unreviewed," in (tmp_path / "labels.csv").read_text()


def test_says_that_no_labelled_image_could_be_read(tmp_path):
    (tmp_path / "faces" / "anger").mkdir(parents=True)
    (tmp_path / "faces" / "anger" / "a.png").write_bytes(b"")
    scanned(tmp_path / "faces", tmp_path / "predictions", TINY.read_bytes())
    with pytest.raises(ClusterError, match="none of the 1 images with a label could be read"):
        select(str(tmp_path / "predictions"), str(tmp_path / "review" / "review.parquet"), 5, 5)


def assert_refused(rows, message, scan, tmp_path):
    """Nothing is written either."""
    write_decisions(tmp_path / "cleaned.csv", rows)
    with pytest.raises(ClusterError, match=message):
        apply(str(tmp_path / "cleaned.csv"), str(scan / "predictions"), str(tmp_path / "labels.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["cleaned.csv"]


def test_does_not_overwrite_a_label_that_was_corrected_since_the_review(scan, tmp_path):
    rows = [
        ("review.parquet", "fear", "fear", "kept", "mira", "anger/0002.png", "top", "1"),
        ("review.parquet#2", "sadness", "sadness", "kept", "mira", "sadness/0007.png", "random", "9"),
    ]
    message = r'1 images .* anger/0002\.png: "fear" was reviewed, "anger" is in the scan'
    assert_refused(rows, message, scan, tmp_path)


def test_refuses_two_decisions_on_one_image(scan, tmp_path):
    rows = [
        ("review.parquet", "anger", "fear", "relabelled", "mira", "anger/0002.png", "top", "1"),
        ("review.parquet#2", "anger", "anger", "kept", "noor", "anger/0002.png", "random", "9"),
    ]
    assert_refused(rows, r"cleaned\.csv has more than one decision on anger/0002\.png", scan, tmp_path)


@pytest.mark.parametrize("other", ["anger", "sadness"])
def test_applies_a_decision_to_all_rows_of_an_image_unless_their_labels_differ(tmp_path, other):
    faces = write_faces(tmp_path / "faces", 6)
    lines = ["path,label", "anger/0002.png,anger", f"anger/0002.png,{other}", "sadness/0001.png,sadness"]
    (faces / "list.csv").write_text("\n".join(lines))
    scanned(faces / "list.csv", tmp_path / "predictions", TINY.read_bytes())
    write_decisions(tmp_path / "cleaned.csv", [("", "anger", "fear", "relabelled", "m", "anger/0002.png", "top", "1")])
    asked = str(tmp_path / "cleaned.csv"), str(tmp_path / "predictions"), str(tmp_path / "labels.csv")
    if other == "sadness":
        with pytest.raises(ClusterError, match=r"the scan has different labels for one image.* anger/0002\.png"):
            apply(*asked)
        return
    apply(*asked)
    with (tmp_path / "labels.csv").open(newline="") as stream:
        assert [row["label_clean"] for row in csv.DictReader(stream)] == ["fear", "fear", "sadness"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=x", "'=x"), ("'=x", "''=x"), ("\uff0b1.jpg", "'\uff0b1.jpg"), ("\nx", "'\nx"), ("-", "'-"), ("-1", "-1"),
        ("+.5e-3", "+.5e-3"), ("-1\n", "'-1\n"), ("'x", "'x"), ("happiness", "happiness"), ("", ""),
    ],
)  # fmt: skip
def test_guards_formulas_as_the_application_does(text, cell):
    """As formulaGuard.ts writes these cells."""
    assert guard_formula(text) == cell
    assert unguard_formula(cell) == text


def test_reads_and_writes_guarded_cells(tmp_path):
    faces = write_faces(tmp_path / "faces", 4)
    (faces / "=cmd").mkdir()
    (faces / "=cmd" / "x.png").write_bytes(encoded(picture(9)))
    scanned(faces, tmp_path / "predictions", TINY.read_bytes())
    write_decisions(tmp_path / "cleaned.csv", [("", "'=cmd", "'@fear", "relabelled", "'=m", "'=cmd/x.png", "top", "1")])
    apply(str(tmp_path / "cleaned.csv"), str(tmp_path / "predictions"), str(tmp_path / "labels.csv"))
    assert "\n=cmd/x.png,'=cmd,'@fear,relabelled,'=m\n" in (tmp_path / "labels.csv").read_text()


def test_estimates_the_wrong_labels_of_the_whole_without_bias():
    """Of 2,000 datasets in which 10 of 1,000 other labels are wrong, the mean of the estimates is near the truth."""
    random = np.random.default_rng(1)
    top = [Decision("", "", "relabelled", "", "top", True)] * 30
    estimates = []
    for _ in range(2000):
        wrong = random.permutation(1000)[:100] < 10
        sample = [Decision("", "", "kept", "", "random", bool(is_wrong)) for is_wrong in wrong]
        estimates.append(estimate(top + sample, 30, 1030)[0])
    assert np.mean(estimates) == pytest.approx(40, abs=1.0)
    assert estimate(top, 30, 1030) is None


def test_does_not_spread_the_random_sample_over_an_unreviewed_top(scan, tmp_path):
    rows = [
        ("review.parquet", "anger", "fear", "relabelled", "mira", "anger/0002.png", "top", "1"),
        ("review.parquet#2", "anger", "anger", "unreviewed", "", "anger/0005.png", "top", "1"),
        ("review.parquet#3", "anger", "anger", "unreviewed", "", "anger/0008.png", "top", "1"),
        ("review.parquet#4", "sadness", "anger", "relabelled", "mira", "sadness/0007.png", "random", "9"),
    ]
    write_decisions(tmp_path / "cleaned.csv", rows)
    found = apply(str(tmp_path / "cleaned.csv"), str(scan / "predictions"), str(tmp_path / "labels.csv"))
    assert found.unreviewed_top == 2
    assert found.wrong_labels.estimate == 1 + (99 - 3)
    assert in_words(WrongLabels(97, 21, 97), 2) == (
        "at least about 97 (95 %: at least 21). 2 of the most likely wrong are not reviewed: "
        "this counts none of them as wrong"
    )


def test_bounds_the_wrong_labels_where_the_sample_has_none_or_is_all():
    """Wilson's interval of 0 of 50: 0 to z^2 / (50 + z^2)."""
    right = Decision("", "", "kept", "", "random", False)
    assert estimate([right] * 50, 0, 1_000_000) == (0, 0, pytest.approx(71_348, abs=1))
    wrong = Decision("", "", "relabelled", "", "random", True)
    assert estimate([wrong] * 3 + [right] * 47, 0, 50) == (3, 3, 3)
    top = Decision("", "", "relabelled", "", "top", True)
    assert estimate([top] * 3, 20, 20) == (3, 3, 3)
    assert in_words(WrongLabels(1234.4, 10, 2000), 0) == "about 1,234 (95 %: 10 to 2,000)"
