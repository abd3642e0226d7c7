"""What PyTorch says of images that the repository holds, for the application's tests to compare with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from .export import Deployed
from .preprocessing import load_input

OUTPUTS = ("primary", "geometric", "attentive", "corrected")
_DECIMALS = 5


def repository_images(root: Path, count: int) -> list[Path]:
    """The preprocessing fixtures and as many drawn faces, evenly chosen, as make `count` images."""
    fixtures = sorted(path for path in (root / "test/fixtures/preprocessing").iterdir() if path.suffix != ".json" and ".expected." not in path.name)
    drawn = sorted((root / "resources/sample/faces").rglob("*.jpg"))
    places = np.linspace(0, len(drawn) - 1, min(len(drawn), count - len(fixtures))).astype(int)
    return fixtures + [drawn[place] for place in places]


@torch.no_grad()
def write_parity(network: Deployed, root: Path, out: Path, count: int = 200) -> None:
    """Writes `out` (JSON): per image, by its path in the repository, the distributions of OUTPUTS one after the other."""
    images = {}
    for path in repository_images(root, count):
        values = dict(zip(network.outputs, network(torch.from_numpy(load_input(path))[None]), strict=True))
        row = torch.cat([values[name][0] for name in OUTPUTS]).tolist()
        images[path.relative_to(root).as_posix()] = [round(value, _DECIMALS) for value in row]
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in images.items())
    out.write_text(f'{{\n "outputs": {json.dumps(OUTPUTS)},\n "images": {{\n{lines}\n }}\n}}\n')
