"""Trains GReFEL on a dataset of one's own: its embedding, primary head, anchors and attention (Eq. 9 to 23), on the shipped streams.

The streams stay as they are: they give each image's `features` [N, F] once, and training takes seconds. Everything is the same for a seed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .checkpoints import Run
from .encoder import EncoderShape
from .evaluate import confusion, f1_scores
from .export import open_session
from .features import FEATURES
from .model import Grefel, ModelShape
from .own_dataset import OwnDataset, folds_of
from .phase_fusion import FusionOptions
from .phase_vectors import VectorPath, fit
from .reliability import Balanced
from .vectors import Vectors

BATCH = 64
LEAST_STEPS = 600


@dataclass(frozen=True)
class OwnOptions:
    """How long and how strictly; a seed decides everything else."""

    epochs: float = 20
    rate: float = 2e-3
    weight_decay: float = 0.1
    anchors_per_class: int = 10
    seed: int = 1


def read_features(model: Path, inputs: np.ndarray, cache: Path) -> Tensor:
    """The shipped streams' `features` of inputs uint8 [N, 112, 112, 3], plain and mirrored. -> float32 [2, N, F]; kept in `cache`."""
    key = hashlib.sha256(model.read_bytes() + inputs.tobytes()).hexdigest()
    if cache.exists():
        kept = torch.load(cache, weights_only=True)
        if kept["key"] == key:
            return kept["features"]
    session = open_session(model)
    if FEATURES not in {output.name for output in session.get_outputs()}:
        raise ValueError(f"{model} has no output {FEATURES}: take a model of contract 1.1")

    def read(images: np.ndarray) -> Tensor:
        parts = [session.run([FEATURES], {"image": np.ascontiguousarray(images[start : start + 32])})[0] for start in range(0, len(images), 32)]
        return torch.from_numpy(np.concatenate(parts)).float()

    features = torch.stack([read(inputs), read(inputs[:, :, ::-1])])
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


def train_path(features: Tensor, target: Tensor, learn: np.ndarray, options: OwnOptions) -> VectorPath:
    """features [2, N, F], target [N, C], learn bool [N] -> the trained path, in eval mode. Images without a target are left out."""
    index = torch.from_numpy(np.flatnonzero(learn & (target.sum(dim=1) > 0).numpy()))
    if len(index) < 2:
        raise ValueError(f"{len(index)} labelled images are too few to train on")
    torch.manual_seed(options.seed)
    shape = ModelShape(encoder=EncoderShape(vector_size=features.shape[2], size=192), anchors_per_class=options.anchors_per_class)
    path = VectorPath(Grefel(shape, target.shape[1]))
    batch = min(BATCH, len(index))
    epochs = max(options.epochs, LEAST_STEPS * batch / len(index))
    settings = FusionOptions(epochs=epochs, batch=batch, rate=options.rate, weight_decay=options.weight_decay, trust_ramp=0.3, seed=options.seed)
    vectors = Vectors(features[0][index], features[1][index], target[index], target[index].argmax(dim=1))
    with torch.no_grad():
        norm = path.tokens.class_vector[0]
        norm.running_mean.copy_(vectors.plain.mean(dim=0))
        norm.running_var.copy_(vectors.plain.var(dim=0))
    fit(path, vectors, vectors.soft, settings, projection_share=1.0)
    return path


@torch.no_grad()
def predict(path: VectorPath, features: Tensor) -> tuple[Balanced, Tensor]:
    """features [N, F] -> every output, and e [N, D]."""
    parts = [path(part) for part in features.split(1024)]
    balanced = Balanced(*(torch.cat(values) for values in zip(*(balanced for balanced, _ in parts), strict=True)))
    return balanced, torch.cat([embedding for _, embedding in parts])


def out_of_fold(features: Tensor, target: Tensor, groups: np.ndarray, folds: int, options: OwnOptions) -> tuple[Balanced, Tensor]:
    """Each image by the model of the folds that it is not in. -> outputs and e of all images."""
    fold = folds_of(groups, folds, options.seed)
    order, parts = [], []
    for number in range(folds):
        held = np.flatnonzero(fold == number)
        path = train_path(features, target, fold != number, options)
        parts.append(predict(path, features[0][torch.from_numpy(held)]))
        order.append(held)
    place = torch.from_numpy(np.argsort(np.concatenate(order), kind="stable"))
    balanced = Balanced(*(torch.cat(values)[place] for values in zip(*(balanced for balanced, _ in parts), strict=True)))
    return balanced, torch.cat([embedding for _, embedding in parts])[place]


def write_parquet(path: Path, dataset: OwnDataset, balanced: Balanced, embedding: Tensor) -> None:
    """What `grefel import-predictions FOLDER path` reads: the corrected distribution by class, and the embedding. The rest goes along."""
    import pyarrow
    from pyarrow import parquet

    def lists(values: Tensor) -> pyarrow.Array:
        return pyarrow.array(values.numpy().astype(np.float32).tolist(), pyarrow.list_(pyarrow.float32()))

    columns = {"image": pyarrow.array(dataset.names)}
    # Parquet's float32 is exact enough, but a row has to add up to 1.
    corrected = balanced.corrected.double() / balanced.corrected.double().sum(dim=1, keepdim=True)
    columns |= {f"prob_{name}": pyarrow.array(corrected[:, place].numpy()) for place, name in enumerate(dataset.classes)}
    columns["embedding"] = lists(embedding)
    columns |= {f"grefel_{name}": lists(getattr(balanced, name)) for name in ("primary", "geometric", "attentive", "anchor_distance")}
    columns |= {f"grefel_{name}": pyarrow.array(getattr(balanced, name).numpy()) for name in ("confidence_primary", "confidence_corrected")}
    aside = path.with_suffix(".partial")
    parquet.write_table(pyarrow.table(columns), aside)
    aside.replace(path)


def train_own(dataset: OwnDataset, model: Path, out: Path, kind: str, folds: int, options: OwnOptions) -> dict[str, float]:
    """Writes OUT/model.pt, of all labels, and OUT/out-of-fold.parquet. -> how well labels that were not learned from are predicted."""
    features, target = read_features(model, dataset.inputs, out / "features.pt"), targets_of(dataset, kind)
    balanced, embedding = out_of_fold(features, target, dataset.groups, folds, options)
    write_parquet(out / "out-of-fold.parquet", dataset, balanced, embedding)
    run = Run(out)
    path = train_path(features, target, np.ones(len(dataset), bool), options)
    run.save("model.pt", {"classes": dataset.classes, "anchors_per_class": options.anchors_per_class, "state": path.state_dict()})
    report = {name: value for name, value in scores_of(getattr(balanced, "corrected").numpy(), dataset.labels[kind]).items()}
    report["primaryAccuracy"] = scores_of(balanced.primary.numpy(), dataset.labels[kind])["accuracy"]
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    return report


def scores_of(distributions: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> dict[str, float]:
    """Accuracy and macro F1 of [N, C] on labels [N]; -1 is left out. `weights` int [N]: how often each image counts."""
    index = np.flatnonzero(labels >= 0)
    if weights is not None:
        index = np.repeat(index, weights[index])
    counts = confusion(labels[index], distributions[index].argmax(axis=1), distributions.shape[1])
    present = counts.sum(axis=1) > 0
    return {"accuracy": float(np.diag(counts).sum() / max(1, counts.sum())), "f1Macro": float(f1_scores(counts)[present].mean())}


RESAMPLES = 1000


def compare_labels(
    dataset: OwnDataset, features: Tensor, before: str, after: str, held: np.ndarray, options: OwnOptions, seeds: int = 3
) -> dict[str, object]:
    """Trains on the labels before and after cleaning, and measures both on the clean labels of held-out images, bool [N].

    Held-out images are never learned from, nor are images of their groups. Intervals: 95 % of paired resamples of the held-out images.
    """
    learn = ~np.isin(dataset.groups, dataset.groups[held])
    chosen, truth = torch.from_numpy(np.flatnonzero(held)), dataset.labels["clean"][held]
    predicted: dict[str, np.ndarray] = {}
    for kind in (before, after):
        runs = [predict(train_path(features, targets_of(dataset, kind), learn, replace(options, seed=options.seed + run)), features[0][chosen])[0] for run in range(seeds)]
        predicted[kind] = np.mean([balanced.corrected.numpy() for balanced in runs], axis=0)
    draw = np.random.default_rng(options.seed)
    differences: dict[str, list[float]] = {"accuracy": [], "f1Macro": []}
    for _ in range(RESAMPLES):
        weights = np.bincount(draw.integers(0, len(truth), len(truth)), minlength=len(truth))
        first, second = (scores_of(predicted[kind], truth, weights) for kind in (before, after))
        for name, values in differences.items():
            values.append(second[name] - first[name])
    both = {kind: scores_of(predicted[kind], truth) for kind in (before, after)}
    changed = int((dataset.labels[before] != dataset.labels[after])[learn].sum())
    return {
        "trainedOn": int(learn.sum()), "labelsChanged": changed, "heldOut": int((truth >= 0).sum()), before: both[before], after: both[after],
        "difference": {
            name: {"estimate": both[after][name] - both[before][name], "low": float(np.quantile(values, 0.025)), "high": float(np.quantile(values, 0.975))}
            for name, values in differences.items()
        },
    }  # fmt: skip


def held_out(dataset: OwnDataset, choice: str, seed: int) -> np.ndarray:
    """A split by its name, or a share of the groups drawn at random. -> bool [N]. Raises ValueError where nothing is left."""
    if choice in dataset.splits:
        held = np.array([split == choice for split in dataset.splits])
    else:
        try:
            share = float(choice)
        except ValueError:
            known = ", ".join(sorted({split for split in dataset.splits if split})) or "none"
            raise ValueError(f"{choice!r} is no split of the dataset ({known}) and no share") from None
        numbers = np.unique(dataset.groups)
        drawn = np.random.default_rng(seed).permutation(numbers)[: max(1, round(share * len(numbers)))]
        held = np.isin(dataset.groups, drawn)
    if not 0 < held.sum() < len(dataset):
        raise ValueError(f"--held-out {choice} holds {int(held.sum())} of {len(dataset)} images")
    return held
