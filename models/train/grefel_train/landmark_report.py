"""How well a landmark stream finds landmarks: its error on held-out faces, and a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import nn

from .data import as_rgb, load_labelled
from .file_maps import FileLandmarks
from .landmark_probe import PROBED, probe
from .marks import interocular_error, load_marks
from .phase_streams import StreamLearner
from .preprocessing import INPUT_SIZE, load_input
from .streams import MobileFaceNet

_COLUMNS, _ROWS, _ZOOM = 6, 2, 2


_IN_MODEL = "encoder.streams.landmark_stream."


def load_landmark_learner(path: Path) -> StreamLearner:
    """A landmark stream of phase 1 with its heads, in eval mode."""
    weights = torch.load(path, weights_only=True, map_location="cpu")
    learner = StreamLearner(MobileFaceNet(), len(weights["marks.bias"]) // 2)
    learner.load_state_dict(weights)
    return learner.eval()


def open_landmarks(path: Path, data: Path, marks: Path) -> tuple[nn.Module, str]:
    """What finds landmarks by a checkpoint, and which head does.

    Knows phase 1's, which has a head of its own, a whole model's, a bare stream's, and a model file; the others get one by ridge regression.
    """
    ridge = f"a ridge regression on {PROBED} Training images"

    def probed(stream: nn.Module) -> tuple[nn.Module, str]:
        return probe(stream, load_labelled(data, "train"), load_marks(marks, data, "train")), ridge

    if path.suffix == ".onnx":
        return probed(FileLandmarks(path))
    weights = torch.load(path, weights_only=True, map_location="cpu")
    if "marks.bias" in weights:
        return load_landmark_learner(path), "its own head"
    inner = {name.removeprefix(_IN_MODEL): value for name, value in weights.items() if name.startswith(_IN_MODEL)}
    stream = MobileFaceNet()
    try:
        stream.load_state_dict(inner or weights)
    except RuntimeError:
        raise ValueError(f"{path} is neither a landmark stream nor a model with one") from None
    return probed(stream)


def draw_points(face: np.ndarray, points: np.ndarray) -> Image.Image:
    """RGB face [112, 112, 3] and points [P, 2] in shares of the image."""
    side = face.shape[0] * _ZOOM
    image = Image.fromarray(face).resize((side, side))
    pen = ImageDraw.Draw(image)
    for x, y in points * side:
        pen.ellipse((x - 1.6, y - 1.6, x + 1.6, y + 1.6), fill=(60, 230, 90), outline=(0, 60, 0))
    return image


@torch.no_grad()
def draw_sheet(learner: nn.Module, faces: Path, out: Path) -> None:
    """Marks images of the folder `faces`, evenly chosen, on one sheet (PNG). Raises ValueError if there are none."""
    paths = sorted(path for path in faces.rglob("*") if path.suffix.lower() in (".png", ".jpg", ".jpeg"))
    if not paths:
        raise ValueError(f"{faces} has no PNG or JPEG")
    sheet = Image.new("RGB", (_COLUMNS * INPUT_SIZE * _ZOOM, _ROWS * INPUT_SIZE * _ZOOM))
    for place, index in enumerate(np.linspace(0, len(paths) - 1, _COLUMNS * _ROWS).astype(int)):
        face = load_input(paths[index])
        found = learner(torch.tensor(face).permute(2, 0, 1)[None].float())[1][0].numpy()
        marked = draw_points(face, found)
        sheet.paste(marked, (place % _COLUMNS * marked.width, place // _COLUMNS * marked.height))
    # A palette keeps the picture small.
    sheet.quantize(160).save(out, optimize=True)


@torch.no_grad()
def report_landmarks(data: Path, marks: Path, checkpoint: Path, faces: Path, out: Path) -> dict[str, float | str]:
    """Errors on held-out faces in shares of the distance between the eyes; a sheet of marked `faces` to `out`."""
    held, teacher = load_labelled(data, "dev"), load_marks(marks, data, "dev")
    learner, head = open_landmarks(checkpoint, data, marks)
    found = torch.cat([learner(as_rgb(part))[1] for part in held.faces.split(128)])
    known = ~teacher.missing
    errors = interocular_error(found[known], teacher.points[known])
    draw_sheet(learner, faces, out)
    return {
        "head": head, "faces": int(known.sum()), "mean": errors.mean().item(), "median": errors.median().item(),
        "beyond10Percent": (errors > 0.1).float().mean().item(),
    }  # fmt: skip
