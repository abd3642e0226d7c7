"""Training on a dataset of one's own, on coloured squares: what `grefel export` writes, and what `grefel import-predictions` reads."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from conftest import COLOURS, COLUMNS, IMAGES
from grefel_train.contract import OUTPUTS, read_metadata
from grefel_train.export import open_session, run
from grefel_train.own_dataset import folds_of, read_dataset
from grefel_train.own_outputs import align

def test_reads_labels_votes_and_names_as_they_were_exported(dataset: tuple[Path, Path]) -> None:
    read = read_dataset(*dataset)
    assert read.classes == ["=angry", "happy", "sad"]
    assert len(read) == IMAGES
    assert (read.labels["given"] != read.labels["clean"]).sum() == IMAGES // 5
    assert read.soft[1] == pytest.approx([0, 0.2, 0.8])
    assert read.soft[2] == pytest.approx([1, 0, 0])


def test_cuts_out_the_face_that_a_row_is_about(tmp_path: Path) -> None:
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, 40:] = 255
    Image.fromarray(pixels).save(tmp_path / "two.png")
    table = tmp_path / "faces.csv"
    rows = [("two.png", "happy", "0", "0", "40", "40"), ("two.png#2", "sad", "0.5", "0", "0.5", "1")]
    with table.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for name, label, *box in rows:
            writer.writerow((name, "", label, label, "kept", "", "", "", *box))
    assert read_dataset(table, tmp_path).inputs.mean(axis=(1, 2, 3)).tolist() == [0, 255]


def test_folds_keep_a_person_together(dataset: tuple[Path, Path]) -> None:
    groups = read_dataset(*dataset, group="meta_subject").groups
    fold = folds_of(groups, 5, 1)
    assert np.bincount(fold).tolist() == [24] * 5
    assert all(len(set(fold[groups == group])) == 1 for group in np.unique(groups))
    with pytest.raises(ValueError, match="31 folds need"):
        folds_of(groups, 31, 1)


def test_predicts_each_image_out_of_fold_in_a_folder_that_the_app_takes_for_a_scan(command, dataset: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    from pyarrow import parquet

    table, images = dataset
    words = ("--dataset", table, "--images", images, "--model", model, "--epochs", 5, "--least-steps", 100, "--group", "meta_subject")
    for out in ("one", "two"):
        command("train", *words, "--out", tmp_path / out, "--folds", 3)
    report = json.loads((tmp_path / "one/report.json").read_text())
    assert report["accuracy"] > 0.8
    first, second = (tmp_path / out / "out-of-fold" for out in ("one", "two"))
    manifest = json.loads((first / "manifest.json").read_text())
    assert manifest == json.loads((second / "manifest.json").read_text())
    metadata = manifest["model"]["metadata"]
    assert [label["name"] for label in metadata["classes"]] == ["=angry", "happy", "sad"]
    assert (manifest["rows"], manifest["outOfFold"], metadata["anchorsPerClass"], metadata["featuresSize"]) == (IMAGES, True, 10, 48)
    shard = parquet.read_table(first / "part-000000-0000.parquet")
    assert shard["image"].to_pylist() == [f"{place}.png" for place in range(IMAGES)]
    for name in ("primary", "geometric", "attentive", "corrected"):
        assert np.array(shard[name].to_pylist()).sum(axis=1) == pytest.approx(1, abs=1e-4)
    embedding = np.stack([np.frombuffer(value, "<f2") for value in shard["embedding"].to_pylist()]).astype(np.float32)
    assert embedding.shape == (IMAGES, 192)
    # In one space, whichever fold an image is in: an image of another fold tells its class.
    colour = np.arange(IMAGES) % 3
    fold = folds_of(read_dataset(table, images, "meta_subject").groups, 3, 1)
    apart = np.linalg.norm(embedding[:, None] - embedding[None], axis=2)
    apart[fold[:, None] == fold[None]] = np.inf
    assert (colour[apart.argmin(axis=1)] == colour).mean() > 0.8


def test_turns_one_space_to_another_and_keeps_its_distances() -> None:
    draw = torch.Generator().manual_seed(0)
    whole, anchors = torch.randn(50, 8, generator=draw), torch.randn(3, 4, 8, generator=draw)
    turn = torch.linalg.qr(torch.randn(8, 8, generator=draw)).Q
    order = [2, 0, 3, 1]
    rotation, numbers = align(whole, anchors, whole @ turn, (anchors @ turn)[:, order])
    torch.testing.assert_close(whole @ turn @ rotation, whole)
    assert numbers == [4 * label + order.index(place) for label in range(3) for place in range(4)]


def test_writes_a_model_file_of_all_images_with_what_belongs_to_it(command, dataset: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    table, images = dataset
    command("train", "--dataset", table, "--images", images, "--model", model, "--out", tmp_path, "--epochs", 5, "--least-steps", 100, "--folds", 2, "--name", "ours")
    metadata = read_metadata(tmp_path / "ours.onnx")
    assert [label["name"] for label in metadata["classes"]] == ["=angry", "happy", "sad"]
    for beside in (metadata["anchors"]["file"], metadata["featureStatistics"]["file"], metadata["trainingData"]["list"]):
        assert (tmp_path / beside).exists()
    read = read_dataset(table, images)
    outputs = run(open_session(tmp_path / "ours.onnx"), read.inputs)
    assert set(outputs) == {*OUTPUTS, "features"}
    assert (outputs["corrected"].argmax(axis=1) == read.labels["clean"]).mean() > 0.8
    assert "120 images" in (tmp_path / "ours.card.md").read_text()


def test_says_what_cleaning_brought_on_held_out_images(command, dataset: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    table, images = dataset
    words = ("--dataset", table, "--images", images, "--model", model, "--out", tmp_path, "--epochs", 5, "--least-steps", 100, "--seeds", 1)
    command("compare", *words, "--held-out", "test")
    report = json.loads((tmp_path / "compare.json").read_text())
    assert (report["trainedOn"], report["heldOut"], report["measuredOn"]) == (90, 30, "clean")
    assert report["labelsUnlike"] == {"given": 0.2, "clean": 0}
    difference = report["differences"]["clean - given"]["accuracy"]
    assert difference["low"] <= difference["estimate"] <= difference["high"]
    assert report["clean"]["accuracy"] - report["given"]["accuracy"] == pytest.approx(difference["estimate"])


def test_measures_cleaning_with_true_labels_holding_out_each_image_once(command, dataset: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    table, images = dataset
    truth = tmp_path / "truth.csv"
    names = list(COLOURS)
    rows = [f"{place}.png,{'awe' if place == 0 else names[place % 3]}" for place in range(IMAGES)]
    truth.write_text("\n".join(["image,label", *rows]))
    words = ("--dataset", table, "--images", images, "--model", model, "--out", tmp_path, "--epochs", 5, "--least-steps", 100, "--seeds", 1, "--group", "meta_subject")
    command("compare", *words, "--truth", truth, "--folds", 4)
    report = json.loads((tmp_path / "compare.json").read_text())
    assert (report["trainedOn"], report["heldOut"], report["measuredOn"], report["truthOfOtherClasses"]) == (90, 119, "truth", 1)
    assert report["labelsUnlike"] == {"given": pytest.approx(23 / 119), "clean": 0, "truth": 0}
    assert set(report["differences"]) == {"clean - given", "truth - clean"}
    assert min(report["clean"]["accuracy"], report["truth"]["accuracy"]) > 0.8


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--held-out", "nowhere"), "'nowhere' is no split of the dataset"),
        (("--group", "meta_video"), "has no column meta_video"),
        (("--truth", Path(__file__)), "has no columns image and label"),
    ],
)
def test_a_mistake_is_one_line(command, words: tuple[str, ...], complaint: str, dataset: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    table, images = dataset
    with pytest.raises(SystemExit, match=complaint):
        command("compare", "--dataset", table, "--images", images, "--model", model, "--out", tmp_path, *words)
