"""Generated faces, in the form of the FER data, and a small network of the contract that predicts them."""

import csv
import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from grefel_train.__main__ import main
from grefel_train.classes import NAMES
from grefel_train.contract import ModelDescription, describe
from grefel_train.export import Deployed, to_onnx
from grefel_train.reliability import ReliabilityBalancing

SIZE = 64


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
