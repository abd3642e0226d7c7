import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_worker_niceness", "0")  # by default Ray makes way for everything else

import grefel_cluster  # noqa: F401 - makes the package of training importable

REPOSITORY = Path(__file__).resolve().parents[2]
FIXTURES = REPOSITORY / "test" / "fixtures"
TINY = FIXTURES / "model" / "tiny.onnx"
LABELS = ("happiness", "sadness", "anger")


def picture(seed: int, width: int = 48, height: int = 48) -> np.ndarray:
    """uint8 [height, width, 3], smooth, other for each seed; its first pixel is never bright."""
    noise = np.random.default_rng(seed).integers(0, 200, (6, 6, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)).clip(0, 220).copy()


def encoded(pixels: np.ndarray, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def write_faces(folder: Path, images: int, kind: str = "png") -> Path:
    """Class folders of pictures, the labels in turns."""
    for number in range(images):
        path = folder / LABELS[number % 3] / f"{number:04d}.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(picture(number), "PNG" if kind == "png" else "JPEG"))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their paths."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    return write_faces(tmp_path / "faces", 24)


@pytest.fixture(scope="session")
def tiny() -> bytes:
    return TINY.read_bytes()


@pytest.fixture(scope="session")
def small() -> Path:
    path = REPOSITORY / "models" / "grefel-small.onnx"
    if not path.exists():
        pytest.skip("the shipped model is not here")
    return path
