"""Generated faces, in the form of the FER data, and a small network of the contract that predicts them."""

import csv
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from PIL import Image
from torch import Tensor, nn

from grefel_train.__main__ import main
from grefel_train.classes import NAMES
from grefel_train.contract import METADATA_KEY, ModelDescription, describe
from grefel_train.export import Deployed, to_onnx
from grefel_train.reliability import ReliabilityBalancing

SIZE = 64
COLUMNS = ("image", "split", "label_given", "label_clean", "status", "label_soft", "problem", "meta_subject", "box_left", "box_top", "box_width", "box_height")
COLOURS = {"happy": (230, 190, 60), "sad": (70, 110, 190), "=angry": (200, 60, 60)}
IMAGES = 120


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of 24 images per role: random grey 48 x 48, three votes of ten for another class than the rest."""
    folder, draw = tmp_path / "data", np.random.default_rng(0)
    folder.mkdir()
    votes = [f"votes_{name}" for name in (*NAMES, "unknown", "not_a_face")]
    with zipfile.ZipFile(folder / "images.zip", "w") as archive, (folder / "labels.csv").open("w") as labels, (folder / "splits.csv").open("w") as splits:
        label_rows, split_rows = csv.writer(labels), csv.writer(splits)
        label_rows.writerow(("image", "fer2013_label", *votes))
        split_rows.writerow(("image", "role", "pixels_sha256"))
        for place in range(72):
            face, name, truth = draw.integers(0, 256, (48, 48), dtype=np.uint8), f"{place}.png", place % len(NAMES)
            buffer = io.BytesIO()
            Image.fromarray(face).save(buffer, "PNG")
            archive.writestr(name, buffer.getvalue())
            counts = np.zeros(len(votes), int)
            counts[truth], counts[(truth + 1) % len(NAMES)], counts[-1] = 6, 3, 2 if place % 5 == 0 else 1
            label_rows.writerow((name, NAMES[(truth + place % 3) % 7], *counts))
            split_rows.writerow((name, ("train", "dev", "test")[place // 24], hashlib.sha256(face.tobytes()).hexdigest()))
    return folder


class _Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 16, 7, 4), nn.ReLU(), nn.Conv2d(16, SIZE, 5, 4), nn.ReLU())

    def forward(self, image: Tensor) -> Tensor:
        return self.layers(image / 127.5 - 1).mean(dim=(2, 3))


@pytest.fixture
def balancing() -> ReliabilityBalancing:
    torch.manual_seed(0)
    return ReliabilityBalancing(SIZE, len(NAMES), 2, heads=1).eval()


@pytest.fixture
def model_file(tmp_path: Path, balancing: ReliabilityBalancing) -> Path:
    """An untrained model with convolutions, a few KB."""
    network = Deployed(_Encoder(), balancing, nn.Linear(SIZE, 1)).eval()
    description = ModelDescription("small-one", "1.0.0", "MIT", balancing.anchors.detach().flatten(0, 1).numpy(), "nothing", [], 2)
    return describe(to_onnx(network), description, tmp_path / "model")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch):
    """Run the program as a user types it."""

    def run(*words: object) -> None:
        monkeypatch.setattr(sys, "argv", ["grefel_train", *map(str, words)])
        main()

    return run


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


def write_streams(folder: Path) -> Path:
    """A model of which only the features matter: the mean colour of sixteen squares."""
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", 112, 112, 3])
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 48])
    nodes = [
        helper.make_node("Cast", ["image"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["floats"], ["channels"], perm=[0, 3, 1, 2]),
        helper.make_node("AveragePool", ["channels"], ["squares"], kernel_shape=[28, 28], strides=[28, 28]),
        helper.make_node("Flatten", ["squares"], ["features"]),
    ]
    path = folder / "streams.onnx"
    model = helper.make_model(helper.make_graph(nodes, "streams", [image], [features]), opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    helper.set_model_props(model, {METADATA_KEY: json.dumps({"name": "streams", "version": "1.0.0", "licence": "MIT"})})
    onnx.save(model, path)
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_streams(tmp_path)
