"""A model file's outputs for images of the repository: for comparison in the app's tests, and with PyTorch.

Decoded by Pillow and run by onnxruntime in Python.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from .config import Recipe
from .contract import DISTRIBUTIONS, read_metadata
from .export import Deployed, open_session, run_all
from .preprocessing import load_input
from .shipping import load_model
from .temperature import temper

_DECIMALS = 5


def repository_images(root: Path, count: int) -> list[Path]:
    """The preprocessing fixtures and as many drawn faces, evenly chosen, as make `count` images."""
    fixtures = sorted(path for path in (root / "test/fixtures/preprocessing").iterdir() if path.suffix != ".json" and ".expected." not in path.name)
    drawn = sorted((root / "resources/sample/faces").rglob("*.jpg"))
    places = np.linspace(0, len(drawn) - 1, min(len(drawn), count - len(fixtures))).astype(int)
    return fixtures + [drawn[place] for place in places]


def write_parity(model: Path, root: Path, count: int = 200) -> Path:
    """Writes the fixture (JSON) of a model: per image, by its path in the repository, the DISTRIBUTIONS one after the other."""
    paths = repository_images(root, count)
    outputs = run_all(open_session(model), np.stack([load_input(path) for path in paths]))
    values = np.concatenate([outputs[name] for name in DISTRIBUTIONS], axis=1).astype(np.float64).round(_DECIMALS)
    images = {path.relative_to(root).as_posix(): row.tolist() for path, row in zip(paths, values, strict=True)}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in images.items())
    out = root / f"test/fixtures/model/{model.stem}.parity.json"
    out.write_text(f'{{\n "outputs": {json.dumps(DISTRIBUTIONS)},\n "images": {{\n{lines}\n }}\n}}\n')
    return out


def torch_outputs(model: Path, recipe: Recipe, checkpoint: Path, images: np.ndarray) -> dict[str, np.ndarray]:
    """PyTorch's outputs for the checkpoint that a model file was exported from, with the file's temperature. uint8 [N, 112, 112, 3]."""
    network = load_model(recipe, checkpoint)
    balancing = temper(network.balancing, read_metadata(model)["delta"] / recipe.model.delta)
    deployed = Deployed(network.encoder, balancing).eval()
    with torch.no_grad():
        parts = [deployed(torch.from_numpy(images[start : start + 32])) for start in range(0, len(images), 32)]
    return {name: np.concatenate([part[place].numpy() for part in parts]) for place, name in enumerate(deployed.outputs)}


def _furthest(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> float:
    return max(float(np.abs(first[name] - second[name]).max()) for name in DISTRIBUTIONS)


def compare_files(files: list[Path], root: Path, expected: dict[str, np.ndarray] | None = None, count: int = 200) -> str:
    """A markdown table of the largest differences of the four distributions on repository images.

    Of each file to the first file, to `expected` (PyTorch's) and between an image alone and in a batch of 32; and whether a second run
    is the same bit for bit.
    """
    images = np.stack([load_input(path) for path in repository_images(root, count)])
    lines = [f"| {len(images)} images | to {files[0].name} | to PyTorch | alone and in a batch | twice the same |", "| --- | --- | --- | --- | --- |"]
    first: dict[str, np.ndarray] = {}
    for path in files:
        session = open_session(path)
        outputs, again, alone = (run_all(session, images, batch) for batch in (32, 32, 1))
        first = first or outputs
        same = all(np.array_equal(outputs[name], again[name]) for name in outputs)
        to_torch = "not compared" if expected is None else f"{_furthest(outputs, expected):.1e}"
        lines.append(f"| {path.name} | {_furthest(outputs, first):.1e} | {to_torch} | {_furthest(outputs, alone):.1e} | {'yes' if same else 'no'} |")
    return "\n".join(lines)
