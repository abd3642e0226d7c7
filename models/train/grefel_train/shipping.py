"""From a checkpoint to what ships: the ONNX file with its metadata, measured in onnxruntime, and what lies beside it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from .card import write_card
from .contract import ModelDescription, describe
from .evaluate import figures
from .export import Deployed, check, open_session, run, to_onnx
from .fer import Split, read_split, truth
from .fingerprints import perceptual_bits, perceptual_hash, pixels_sha256
from .model import Grefel, ModelShape
from .preprocessing import model_input

NAME, VERSION = "grefel-small", "0.1.0"
LICENCE = "MIT; initial weights Apache-2.0 (foamliu/MobileFaceNet)"
TRAINED_ON = (
    "FER2013 Training images with FER+ votes as soft labels; the landmark stream also learned points that MediaPipe "
    "face mesh found on them; both streams began as MobileFaceNet trained on MS-Celeb-1M"
)
COPY_SHARE = 0.95
SAMPLED = 500


def as_inputs(split: Split) -> np.ndarray:
    """Model inputs uint8 [N, 112, 112, 3] of a split."""
    return np.stack([model_input(np.repeat(face[:, :, None], 3, 2)) for face in split.faces])


def measure(path: Path, split: Split, batch: int = 32) -> dict[str, Any]:
    """Figures of a model file on a split, by the rule for truth."""
    session, inputs = open_session(path), as_inputs(split)
    parts = [run(session, inputs[start : start + batch]) for start in range(0, len(inputs), batch)]
    outputs = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return figures(truth(split.votes, split.rejected), outputs)


def reencoded(face: np.ndarray) -> list[np.ndarray]:
    """Model inputs of two copies of a grey face [48, 48]: JPEG of quality 90, and enlarged to 224 pixels."""
    buffer = io.BytesIO()
    Image.fromarray(face).save(buffer, "JPEG", quality=90)
    large = Image.fromarray(face).resize((224, 224), Image.Resampling.BICUBIC)
    return [model_input(np.asarray(image.convert("RGB"))) for image in (Image.open(buffer), large)]


def copy_distance(train: Split, others: Split) -> dict[str, float]:
    """The least Hamming distance that recognises 95 % of copies, at most 8, and how often it is wrong on other images."""
    inputs = as_inputs(train)
    known = np.stack([perceptual_bits(face) for face in inputs])
    chosen = np.random.default_rng(1).choice(len(train), SAMPLED, replace=False)
    copies = np.array([[(perceptual_bits(copy) != known[i]).sum() for copy in reencoded(train.faces[i])] for i in chosen])
    strange = np.array([(known != perceptual_bits(face)).sum(axis=1).min() for face in as_inputs(others)])
    reached = [distance for distance in range(9) if (copies <= distance).mean(axis=0).min() >= COPY_SHARE]
    distance = reached[0] if reached else 0
    jpeg, enlarged = (copies <= distance).mean(axis=0)
    return {
        "distance": distance, "jpeg90": float(jpeg), "enlarged224": float(enlarged),
        "falseMatches": float((strange <= distance).mean()),
    }  # fmt: skip


def ship(data: Path, checkpoint: Path, folder: Path, landmark_error: float | None = None) -> dict[str, Any]:
    """Writes the model, anchors, training list and card into `folder`. -> what was measured.

    Raises ValueError where the file differs from PyTorch, or an image's result depends on its batch.
    """
    model = Grefel(ModelShape())
    model.load_state_dict(torch.load(checkpoint, weights_only=True))
    network = Deployed(model.encoder, model.balancing).eval()
    train, dev, test = (read_split(data, role) for role in ("train", "dev", "test"))
    copies = copy_distance(train, dev)
    fingerprints = [
        (pixels_sha256(np.repeat(face[:, :, None], 3, 2)), perceptual_hash(seen))
        for face, seen in zip(train.faces, as_inputs(train), strict=True)
    ]
    anchors = model.balancing.anchors
    assert anchors is not None
    graph = to_onnx(network)

    def write(metrics: dict[str, Any]) -> Path:
        description = ModelDescription(
            NAME, VERSION, LICENCE, anchors.detach().flatten(0, 1).numpy(), TRAINED_ON, fingerprints,
            int(copies["distance"]), metrics=metrics,
        )  # fmt: skip
        return describe(graph, description, folder)

    path = write({})
    report = {"dev": measure(path, dev), "test": measure(path, test), "copies": copies, "landmarkError": landmark_error}
    report["differences"] = check(path, network, as_inputs(test)[:32])
    on_dev, on_test = report["dev"], report["test"]
    write({
        "testAccuracy": on_test["correctedAccuracy"], "primaryTestAccuracy": on_test["primaryAccuracy"],
        "devAccuracy": on_dev["correctedAccuracy"], "f1Macro": on_test["f1Macro"], "f1": on_test["f1"],
        "testLogLoss": on_test["correctedLogLoss"], "landmarkError": landmark_error,
    })  # fmt: skip
    write_card(folder / f"{NAME}.card.md", NAME, VERSION, report, path.stat().st_size)
    return report
