"""Writes test/fixtures/clusterScan of the application: `PYTHONPATH=. python tests/write_fixture.py`, in cluster/.

The scan of the pictures of test/support/colourDataset.ts (SMALL_DATASET) and of one that is broken, by the tiny model
in two views. The application's tests compare it with a scan of their own.
"""

import shutil
import tempfile
from pathlib import Path

from PIL import Image

from conftest import FIXTURES, TINY
from without_ray import scanned

COLOURS = {"anger": (220, 70, 70), "happiness": (240, 200, 40), "sadness": (80, 130, 200)}
PICTURES = {
    **{f"angry/{number}.png": "anger" for number in (1, 2, 3)},
    **{f"happy/{number}.png": "happiness" for number in (1, 2, 3, 4)},
    "happy/wrong.png": "sadness",
    **{f"sad/{number}.png": "sadness" for number in (1, 2, 3)},
    "sad/wrong.png": "anger",
}


def write_pictures(folder: Path) -> None:
    for number, (name, colour) in enumerate(PICTURES.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shade = number % 8
        Image.new("RGB", (48, 48), tuple(min(255, channel + shade) for channel in COLOURS[colour])).save(folder / name)
    (folder / "sad" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")


if __name__ == "__main__":
    target = FIXTURES / "clusterScan"
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        write_pictures(Path(folder))
        scanned(folder, target, TINY.read_bytes(), views="unsure", shard_rows=8)
    for aside in ("plan.json", "listing.parquet"):
        (target / aside).unlink()  # they name the folder
