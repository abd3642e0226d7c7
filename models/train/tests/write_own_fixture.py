"""Writes test/fixtures/ownTraining of the application: `PYTHONPATH=. python tests/write_own_fixture.py`, in models/train.

Training on the pictures of test/support/colourDataset.ts (SMALL_DATASET), in two folds, on streams that are mean colours. The application's
tests import the out-of-fold predictions, and scan with the model.
"""

import csv
import shutil
import tempfile
from pathlib import Path

from PIL import Image

from conftest import write_streams
from grefel_train.own_dataset import read_dataset
from grefel_train.own_training import OwnOptions, train_own

TARGET = Path(__file__).parents[3] / "test/fixtures/ownTraining"
COLOURS = {"anger": (220, 70, 70), "happiness": (240, 200, 40), "sadness": (80, 130, 200)}
PICTURES = {
    **{f"angry/{number}.png": "anger" for number in (1, 2, 3)},
    **{f"happy/{number}.png": "happiness" for number in (1, 2, 3, 4)},
    "happy/wrong.png": "sadness",
    **{f"sad/{number}.png": "sadness" for number in (1, 2, 3)},
    "sad/wrong.png": "anger",
}


def write_dataset(folder: Path) -> Path:
    """The pictures, and a cleaned CSV in which both wrong labels are corrected. -> the CSV"""
    names = {"anger": "angry", "happiness": "happy", "sadness": "sad"}
    table = folder / "cleaned.csv"
    with table.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("image", "label_given", "label_clean", "status"))
        for number, (name, colour) in enumerate(PICTURES.items()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shade = number % 8
            Image.new("RGB", (48, 48), tuple(min(255, channel + shade) for channel in COLOURS[colour])).save(folder / name)
            rows.writerow((name, Path(name).parent.name, names[colour], "kept"))
    return table


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as aside:
        folder, out = Path(aside), Path(aside) / "out"
        dataset = read_dataset(write_dataset(folder), folder)
        train_own(dataset, write_streams(folder), out, "clean", 2, OwnOptions(least_steps=100))
        shutil.rmtree(TARGET, ignore_errors=True)
        shutil.copytree(out, TARGET, ignore=shutil.ignore_patterns("features.pt", "loss.csv", "report.json"))
