"""Training on a dataset of one's own, on coloured squares: what `grefel export` writes, and what `grefel import-predictions` reads."""

import csv
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

from grefel_train.own_dataset import folds_of, read_dataset

COLUMNS = ("image", "split", "label_given", "label_clean", "status", "label_soft", "problem", "meta_subject", "box_left", "box_top", "box_width", "box_height")
COLOURS = {"happy": (230, 190, 60), "sad": (70, 110, 190), "=angry": (200, 60, 60)}
IMAGES = 120


def _cell(label: str) -> str:
    return f"'{label}" if label.startswith("=") else label


@pytest.fixture
def dataset(tmp_path: Path) -> tuple[Path, Path]:
    """A cleaned CSV of 120 images, every fifth of which was labelled wrongly, and its folder."""
    folder, draw, names = tmp_path / "faces", np.random.default_rng(0), list(COLOURS)
    folder.mkdir()
    table = tmp_path / "cleaned.csv"
    with table.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(COLUMNS)
        for place in range(IMAGES):
            truth = names[place % 3]
            pixels = np.clip(np.array(COLOURS[truth]) + draw.normal(0, 60, (24, 24, 3)) + draw.normal(0, 25, 3), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{place}.png")
            given = names[(place + 1) % 3] if place % 5 == 0 else truth
            soft = f"{truth.replace('=', '%3d')}=0.8;{names[(place + 2) % 3].replace('=', '%3d')}=0.2" if place == 1 else ""
            rows.writerow((f"{place}.png", "test" if place >= 90 else "train", _cell(given), _cell(truth), "kept", soft, "", f"person {place // 4}", "", "", "", ""))
        rows.writerow(("0.png", "train", "sad", "", "excluded", "", "", "", "", "", "", ""))
        rows.writerow(("gone.png", "train", "sad", "sad", "unreviewed", "", "file not found", "", "", "", "", ""))
    return table, folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model of which only the features matter here: the mean colour of sixteen squares."""
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", 112, 112, 3])
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 48])
    nodes = [
        helper.make_node("Cast", ["image"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["floats"], ["channels"], perm=[0, 3, 1, 2]),
        helper.make_node("AveragePool", ["channels"], ["squares"], kernel_shape=[28, 28], strides=[28, 28]),
        helper.make_node("Flatten", ["squares"], ["features"]),
    ]
    path = tmp_path / "streams.onnx"
    onnx.save(helper.make_model(helper.make_graph(nodes, "streams", [image], [features]), opset_imports=[helper.make_opsetid("", 18)], ir_version=10), path)
    return path


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


def test_predicts_each_image_out_of_fold_in_a_file_that_the_app_reads(command, dataset: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    from pyarrow import parquet

    table, images = dataset
    words = ("--dataset", table, "--images", images, "--model", model, "--epochs", 5)
    for out in ("one", "two"):
        command("train", *words, "--out", tmp_path / out, "--group", "meta_subject")
    report = json.loads((tmp_path / "one/report.json").read_text())
    assert report["accuracy"] > 0.8
    first, second = (parquet.read_table(tmp_path / out / "out-of-fold.parquet") for out in ("one", "two"))
    assert first.equals(second)
    names = [name for name in first.column_names if name.startswith("prob_")]
    assert names == ["prob_=angry", "prob_happy", "prob_sad"]
    probabilities = np.stack([first[name].to_numpy() for name in names], axis=1)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert first["image"].to_pylist() == [f"{place}.png" for place in range(IMAGES)]
    assert {len(row) for row in first["embedding"].to_pylist()} == {192}
    assert (tmp_path / "one/model.pt").exists()


def test_says_what_cleaning_brought_on_held_out_images(command, dataset: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    table, images = dataset
    words = ("--dataset", table, "--images", images, "--model", model, "--out", tmp_path, "--epochs", 5, "--seeds", 1)
    command("compare", *words, "--held-out", "test")
    report = json.loads((tmp_path / "compare.json").read_text())
    assert (report["trainedOn"], report["heldOut"], report["labelsChanged"]) == (90, 30, 18)
    difference = report["difference"]["accuracy"]
    assert difference["low"] <= difference["estimate"] <= difference["high"]
    assert report["clean"]["accuracy"] - report["given"]["accuracy"] == pytest.approx(difference["estimate"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--held-out", "nowhere"), "'nowhere' is no split of the dataset"),
        (("--group", "meta_video"), "has no column meta_video"),
    ],
)
def test_a_mistake_is_one_line(command, words: tuple[str, ...], complaint: str, dataset: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    table, images = dataset
    with pytest.raises(SystemExit, match=complaint):
        command("compare", "--dataset", table, "--images", images, "--model", model, "--out", tmp_path, *words)
