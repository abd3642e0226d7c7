"""What a model file says of images that the repository holds, for the application's tests to compare with.

Decoded by Pillow and run by onnxruntime in Python. `export` has compared the file with PyTorch.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from .export import open_session, run_all
from .preprocessing import load_input

OUTPUTS = ("primary", "geometric", "attentive", "corrected")
_DECIMALS = 5


def repository_images(root: Path, count: int) -> list[Path]:
    """The preprocessing fixtures and as many drawn faces, evenly chosen, as make `count` images."""
    fixtures = sorted(path for path in (root / "test/fixtures/preprocessing").iterdir() if path.suffix != ".json" and ".expected." not in path.name)
    drawn = sorted((root / "resources/sample/faces").rglob("*.jpg"))
    places = np.linspace(0, len(drawn) - 1, min(len(drawn), count - len(fixtures))).astype(int)
    return fixtures + [drawn[place] for place in places]


def write_parity(model: Path, root: Path, count: int = 200) -> Path:
    """Writes the fixture (JSON) of a model: per image, by its path in the repository, the OUTPUTS one after the other."""
    paths = repository_images(root, count)
    outputs = run_all(open_session(model), np.stack([load_input(path) for path in paths]))
    values = np.concatenate([outputs[name] for name in OUTPUTS], axis=1).astype(np.float64).round(_DECIMALS)
    images = {path.relative_to(root).as_posix(): row.tolist() for path, row in zip(paths, values, strict=True)}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in images.items())
    out = root / f"test/fixtures/model/{model.stem}.parity.json"
    out.write_text(f'{{\n "outputs": {json.dumps(OUTPUTS)},\n "images": {{\n{lines}\n }}\n}}\n')
    return out
