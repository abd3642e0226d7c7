"""How well a landmark stream finds landmarks: its error on held-out faces, and a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from .data import as_rgb, load_labelled
from .marks import interocular_error, load_marks
from .phase_streams import Reader
from .preprocessing import INPUT_SIZE, load_input
from .streams import MobileFaceNet

_COLUMNS, _ROWS, _ZOOM = 6, 2, 2


def load_landmark_reader(path: Path) -> Reader:
    """A landmark stream of phase 1 with its heads, in eval mode."""
    weights = torch.load(path, weights_only=True, map_location="cpu")
    reader = Reader(MobileFaceNet(), len(weights["marks.bias"]) // 2)
    reader.load_state_dict(weights)
    return reader.eval()


def draw_points(face: np.ndarray, points: np.ndarray) -> Image.Image:
    """RGB face [112, 112, 3] and points [P, 2] in shares of the image."""
    side = face.shape[0] * _ZOOM
    image = Image.fromarray(face).resize((side, side))
    pen = ImageDraw.Draw(image)
    for x, y in points * side:
        pen.ellipse((x - 1.6, y - 1.6, x + 1.6, y + 1.6), fill=(60, 230, 90), outline=(0, 60, 0))
    return image


@torch.no_grad()
def draw_sheet(reader: Reader, faces: Path, out: Path) -> None:
    """Marks images of the folder `faces`, evenly chosen, on one sheet (PNG). Raises ValueError if there are none."""
    paths = sorted(path for path in faces.rglob("*") if path.suffix.lower() in (".png", ".jpg", ".jpeg"))
    if not paths:
        raise ValueError(f"{faces} has no PNG or JPEG")
    sheet = Image.new("RGB", (_COLUMNS * INPUT_SIZE * _ZOOM, _ROWS * INPUT_SIZE * _ZOOM))
    for place, index in enumerate(np.linspace(0, len(paths) - 1, _COLUMNS * _ROWS).astype(int)):
        face = load_input(paths[index])
        found = reader(torch.from_numpy(face).permute(2, 0, 1)[None].float())[1][0].numpy()
        marked = draw_points(face, found)
        sheet.paste(marked, (place % _COLUMNS * marked.width, place // _COLUMNS * marked.height))
    sheet.save(out, optimize=True)


@torch.no_grad()
def report_landmarks(data: Path, marks: Path, checkpoint: Path, faces: Path, out: Path) -> dict[str, float]:
    """Errors on held-out faces in shares of the distance between the eyes; a sheet of marked `faces` to `out`."""
    held, teacher = load_labelled(data, "dev"), load_marks(marks, data, "dev")
    reader = load_landmark_reader(checkpoint)
    found = torch.cat([reader(as_rgb(part))[1] for part in held.faces.split(128)])
    known = ~teacher.missing
    errors = interocular_error(found[known], teacher.points[known])
    draw_sheet(reader, faces, out)
    return {
        "faces": int(known.sum()), "mean": errors.mean().item(), "median": errors.median().item(),
        "beyond10Percent": (errors > 0.1).float().mean().item(),
    }  # fmt: skip
