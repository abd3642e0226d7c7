"""Trains a model by its recipe: each stream alone, the fusion on frozen streams, then all together.

Every phase has a folder of its own in the run's folder, continues from its last checkpoint, and is skipped once it
has ended.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from . import workers
from .checkpoints import finished
from .config import Recipe, without_balancing
from .curves import write_curves
from .data import Labelled, load_labelled
from .marks import Marks, load_marks
from .model import STREAMS, Grefel
from .phase_fusion import train_fusion
from .phase_streams import StreamLearner, StreamOptions, train_stream
from .phase_vectors import start_from_classifiers, train_vectors
from .starts import load_start
from .vectors import cache_vectors, read_vectors


@dataclass
class TrainingData:
    """Both roles that training uses; marks are the landmark teacher's, image for image."""

    train: Labelled
    held: Labelled
    marks: Marks
    held_marks: Marks


def read_training_data(data: Path, marks: Path) -> TrainingData:
    """Raises FileNotFoundError if the data or the marks are not there."""
    return TrainingData(
        load_labelled(data, "train"), load_labelled(data, "dev"), load_marks(marks, data, "train"), load_marks(marks, data, "dev")
    )


TRIAL_IMAGES, TRIAL_BATCH = 64, 8
UNBALANCED = "without-balancing"
"""Folder of a run that holds the network without balancing."""


def as_trial(recipe: Recipe, data: TrainingData, steps: int) -> tuple[Recipe, TrainingData]:
    """A recipe with this many small steps per phase, saved after each, and a few images of each role: to check that all of it runs here."""

    def keep(labelled: Labelled, marks: Marks) -> tuple[Labelled, Marks]:
        index = torch.arange(min(TRIAL_IMAGES, len(labelled)))
        return labelled.keep(index), Marks(marks.points[index], marks.missing[index])

    (train, marks), (held, held_marks) = keep(data.train, data.marks), keep(data.held, data.held_marks)
    short = {"batch": TRIAL_BATCH, "epochs": steps / (len(train) // TRIAL_BATCH), "warmup_steps": 1, "validation_steps": steps}
    changes: dict[str, Any] = {}
    for phase in ("image", "companion", "landmark", "vectors", "fusion", "joint"):
        options = getattr(recipe, phase)
        if options.epochs:
            changes[phase] = dataclasses.replace(options, save_steps=1, **short)
    return dataclasses.replace(recipe, **changes), TrainingData(train, held, marks, held_marks)


def _train_stream(network: str, options: StreamOptions, data: TrainingData, weights: Path, folder: Path, landmarks: bool) -> StreamLearner:
    torch.manual_seed(options.seed)
    learner = StreamLearner(STREAMS[network](), data.marks.points.shape[1] if landmarks else 0)
    load_start(learner, weights / options.start if options.start else None, data.train.faces)
    if learner.marks is not None:
        learner.marks.weight.data.mul_(0.1)
        learner.marks.bias.data.copy_(data.marks.points[~data.marks.missing].mean(dim=0).flatten())
    workers.wait()
    if not finished(folder):
        train_stream(learner, data.train, data.held, folder, options, *((data.marks, data.held_marks) if landmarks else ()))
    learner.load_state_dict(torch.load(folder / "best.pt", weights_only=True, map_location="cpu"))
    return learner


def train(recipe: Recipe, data: TrainingData, weights: Path, folder: Path, balanced: bool = True) -> Path:
    """-> the checkpoint of the whole network, the last phase's best on `dev`.

    Without balancing, the network has no anchors and no attention from phase 2 on, in a folder of its own; the streams and their
    vectors are those of `folder`, whoever trained them.
    """
    own = folder if balanced else folder / UNBALANCED
    recipe = recipe if balanced else without_balancing(recipe)
    torch.manual_seed(recipe.fusion.seed)
    model = Grefel(recipe.model)
    streams = model.encoder.streams
    image = _train_stream(recipe.model.image_stream, recipe.image, data, weights, folder / "image", False)
    landmark = _train_stream(recipe.model.landmark_stream, recipe.landmark, data, weights, folder / "landmark", True)
    streams.image_stream.load_state_dict(image.b.state_dict())
    streams.landmark_stream.load_state_dict(landmark.b.state_dict())
    second = landmark
    if streams.companion is not None:
        second = _train_stream(recipe.model.companion, recipe.companion, data, weights, folder / "companion", False)
        streams.companion.load_state_dict(second.b.state_dict())
    vectors, cached = own / "vectors", folder / "vectors"
    if not finished(vectors):
        cached.mkdir(parents=True, exist_ok=True)
        for role, labelled, looks in (("train", data.train, recipe.vectors.looks), ("dev", data.held, None)):
            workers.first_alone(cached / f"{role}.pt", lambda: cache_vectors(model, labelled, cached / f"{role}.pt", looks))
        seen, held = read_vectors(cached / "train.pt", data.train), read_vectors(cached / "dev.pt", data.held)
        start_from_classifiers(model, [image.fc, second.fc], seen)
        train_vectors(model, seen, held, vectors, recipe.vectors)
    last = vectors / "best.pt"
    for phase, options in (("fusion", recipe.fusion), ("joint", recipe.joint)):
        model.load_state_dict(torch.load(last, weights_only=True, map_location="cpu"))
        if options.epochs == 0:
            continue
        if not finished(own / phase):
            train_fusion(model, data.train, data.held, own / phase, options)
        last = own / phase / "best.pt"
    if workers.rank() == 0:
        write_curves(own)
    return last
