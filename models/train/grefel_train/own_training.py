"""Trains GReFEL on a dataset of one's own: its embedding, primary head, anchors and attention (Eq. 9 to 23), on the shipped streams.

The streams stay as they are: they give each image's `features` [N, F] once, and training takes seconds. Everything is the same for a seed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from . import workers
from .encoder import EncoderShape
from .evaluate import confusion, f1_scores
from .export import open_session
from .features import FEATURES
from .model import Grefel, ModelShape
from .own_dataset import OwnDataset, folds_of
from .own_model import write_model
from .own_outputs import align, own_metadata, write_scan
from .phase_fusion import FusionOptions
from .phase_vectors import VectorPath, fit
from .reliability import Balanced
from .vectors import Vectors

BATCH = 64
VERSION = "1.0.0"


@dataclass(frozen=True)
class OwnOptions:
    """How long and how strictly; a seed decides everything else."""

    epochs: float = 20
    least_steps: int = 600
    """However small the dataset is."""
    rate: float = 2e-3
    weight_decay: float = 0.1
    anchors_per_class: int = 10
    seed: int = 1


def read_features(model: Path, inputs: np.ndarray, cache: Path) -> Tensor:
    """The shipped streams' `features` of inputs uint8 [N, 112, 112, 3], plain and mirrored. -> float32 [2, N, F]; kept in `cache`."""
    key = hashlib.sha256(model.read_bytes() + inputs.tobytes()).hexdigest()
    kept = torch.load(cache, weights_only=True) if cache.exists() else None
    is_known = kept is not None and kept["key"] == key
    if workers.mean_over_workers(torch.tensor(float(is_known))) == 1:
        return kept["features"]
    session, own = open_session(model), workers.own_rows(len(inputs))
    if FEATURES not in {output.name for output in session.get_outputs()}:
        raise ValueError(f"{model} has no output {FEATURES}: take a model of contract 1.1")

    def read(images: np.ndarray) -> Tensor:
        parts = [session.run([FEATURES], {"image": np.ascontiguousarray(images[start : start + 32])})[0] for start in range(0, len(images), 32)]
        return torch.from_numpy(np.concatenate(parts)).float()

    part = torch.stack([read(inputs[own]), read(inputs[own][:, :, ::-1])], dim=1)
    features = workers.gather_rows(part, len(inputs)).transpose(0, 1).contiguous()
    if workers.rank() == 0:
        cache.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"key": key, "features": features}, cache)
    return features


def targets_of(dataset: OwnDataset, kind: str) -> Tensor:
    """What is learned, float32 [N, C]: soft votes for clean labels where there are several annotators. Rows of 0 are not learned from."""
    if kind == "clean":
        return torch.from_numpy(dataset.soft)
    labels, target = torch.from_numpy(dataset.labels[kind]), torch.zeros(len(dataset), len(dataset.classes))
    known = labels >= 0
    target[known, labels[known]] = 1
    return target


def train_path(features: Tensor, target: Tensor, learn: np.ndarray, options: OwnOptions) -> tuple[VectorPath, list[tuple[int, float]]]:
    """features [2, N, F], target [N, C], learn bool [N] -> the trained path, in eval mode, and its loss at some steps.

    Images without a target are left out.
    """
    index = torch.from_numpy(np.flatnonzero(learn & (target.sum(dim=1) > 0).numpy()))
    if len(index) < 2:
        raise ValueError(f"{len(index)} labelled images are too few to train on")
    torch.manual_seed(options.seed)
    shape = ModelShape(encoder=EncoderShape(vector_size=features.shape[2], size=192), anchors_per_class=options.anchors_per_class)
    path = VectorPath(Grefel(shape, target.shape[1]))
    batch = min(BATCH, len(index) // workers.count() * workers.count())
    epochs = max(options.epochs, options.least_steps / (len(index) // batch))
    settings = FusionOptions(epochs=epochs, batch=batch, rate=options.rate, weight_decay=options.weight_decay, trust_ramp=0.3, seed=options.seed)
    vectors = Vectors(features[0][index], features[1][index], target[index], target[index].argmax(dim=1))
    with torch.no_grad():
        norm = path.tokens.class_vector[0]
        norm.running_mean.copy_(vectors.plain.mean(dim=0))
        norm.running_var.copy_(vectors.plain.var(dim=0))
    return path, fit(path, vectors, vectors.soft, settings, projection_share=1.0)


@torch.no_grad()
def predict(path: VectorPath, features: Tensor) -> tuple[Balanced, Tensor]:
    """features [N, F] -> every output, and e [N, D]."""
    parts = [path(part) for part in features.split(1024)]
    balanced = Balanced(*(torch.cat(values) for values in zip(*(balanced for balanced, _ in parts), strict=True)))
    return balanced, torch.cat([embedding for _, embedding in parts])


def out_of_fold(
    features: Tensor, target: Tensor, groups: np.ndarray, folds: int, options: OwnOptions, whole: VectorPath
) -> tuple[Balanced, Tensor]:
    """Each image by the model of the folds that it is not in. -> outputs and e of all images, in the space of `whole`, the model of all images.

    Each model has a space of its own: it is turned to where that of `whole` has the images that it learned from, so that embeddings
    of different folds can be compared. Distances within it stay, and anchors get the numbers of the nearest ones of `whole`.
    """
    fold = folds_of(groups, folds, options.seed)
    anchors, size = whole.balancing.anchors, features.shape[1]
    parts: list[Balanced] = []
    embedding = torch.zeros(size, whole.tokens.shape.size)
    order = []
    for number in range(folds):
        held, learned = (torch.from_numpy(np.flatnonzero(where)) for where in (fold == number, fold != number))
        path, _ = train_path(features, target, fold != number, options)
        balanced, own = predict(path, features[0][held])
        if anchors is not None:
            seen = features[0][learned]
            rotation, numbers = align(predict(whole, seen)[1], anchors.detach(), predict(path, seen)[1], path.balancing.anchors.detach())
            balanced, own = balanced._replace(anchor_distance=balanced.anchor_distance[:, numbers]), own @ rotation
        parts.append(balanced)
        embedding[held] = own
        order.append(held)
    place = torch.cat(order).argsort(stable=True)
    return Balanced(*(torch.cat(values)[place] for values in zip(*parts, strict=True))), embedding


def train_own(dataset: OwnDataset, model: Path, out: Path, kind: str, folds: int, options: OwnOptions, name: str = "own") -> dict[str, Any]:
    """Writes OUT/out-of-fold, OUT/NAME.onnx with what belongs to it, and OUT/loss.csv. -> how well labels that were not learned from are predicted."""
    features, target = read_features(model, dataset.inputs, out / "features.pt"), targets_of(dataset, kind)
    path, losses = train_path(features, target, np.ones(len(dataset), bool), options)
    balanced, embedding = out_of_fold(features, target, dataset.groups, folds, options, path)
    report: dict[str, Any] = scores_of(balanced.corrected.numpy(), dataset.labels[kind])
    report["primaryAccuracy"] = scores_of(balanced.primary.numpy(), dataset.labels[kind])["accuracy"]
    if workers.rank() == 0:
        metadata = own_metadata(name, VERSION, dataset.classes, balanced, embedding, features[0])
        figures = {
            "accuracy": report["accuracy"], "f1": report["f1Macro"], "primary": report["primaryAccuracy"], "folds": folds, "kind": kind,
            "skipped": int((target.sum(dim=1) == 0).sum()),
        }  # fmt: skip
        write_model(out, model, path, metadata, dataset, features[0], figures)
        aside = metadata | {"name": f"{name}, out of fold"}
        write_scan(out / "out-of-fold", dataset.names, aside, balanced, embedding, features[0])
        (out / "loss.csv").write_text("step,loss\n" + "".join(f"{step},{loss:.6f}\n" for step, loss in losses))
        (out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    workers.wait()
    return report


def scores_of(distributions: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> dict[str, float]:
    """Accuracy and macro F1 of [N, C] on labels [N]; -1 is left out. `weights` int [N]: how often each image counts."""
    index = np.flatnonzero(labels >= 0)
    if weights is not None:
        index = np.repeat(index, weights[index])
    counts = confusion(labels[index], distributions[index].argmax(axis=1), distributions.shape[1])
    present = counts.sum(axis=1) > 0
    return {"accuracy": float(np.diag(counts).sum() / max(1, counts.sum())), "f1Macro": float(f1_scores(counts)[present].mean())}
