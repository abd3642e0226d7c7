"""Phase 1: each stream alone learns expressions from soft votes; the landmark stream learns landmarks too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from . import workers
from .checkpoints import Average, Run, cosine_rate
from .classes import NAMES
from .data import Distortion, Labelled, as_rgb, distort, random_maps, shuffled_batches
from .devices import half_precision, training_device
from .evaluate import figures
from .losses import wing_loss
from .marks import Marks, interocular_error, move_points
from .restyle import Looks, restyle

LOGGED = 20
DISTORTION = Distortion(degrees=15.0, scale=0.15, shift=0.08, light=0.3, erase=0.25)


@dataclass(frozen=True)
class StreamOptions:
    """Settings of phase 1. `smaller_until`: share of the steps that see images of `smaller_side` pixels, which is faster."""

    start: str = ""
    """File of initial weights; none: at random."""
    epochs: float = 6.0
    batch: int = 64
    rate: float = 6e-4
    head_rate: float = 3e-3
    weight_decay: float = 0.02
    warmup_steps: int = 60
    average_decay: float = 0.998
    smoothing: float = 0.05
    mixup: float = 0.2
    balance: float = 0.25
    """Images are drawn by the frequency of their classes to the power of minus this."""
    smaller_until: float = 0.0
    smaller_side: int = 80
    frozen_blocks: int = 0
    expression_share: float = 1.0
    landmark_share: float = 0.5
    landmark_every: int = 2
    """One batch in this many is unmixed and also trains the landmarks."""
    validation_steps: int = 445
    save_steps: int = 60
    seed: int = 1


class StreamLearner(nn.Module):
    """A stream with heads. RGB 0..255 [N, 3, H, W] -> logits [N, C] and landmarks [N, P, 2] in shares of the image."""

    def __init__(self, stream: nn.Module, points: int = 0) -> None:
        super().__init__()
        self.b = stream
        self.fc = nn.Linear(stream.vector_size, len(NAMES))
        self.marks = nn.Linear(stream.vector_size, 2 * points) if points else None

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor | None]:
        vector = self.b.vector(self.b(image).high)
        marks = self.marks(vector).reshape(len(image), -1, 2) if self.marks is not None else None
        return self.fc(vector), marks


def class_weights(soft: Tensor, power: float) -> Tensor:
    """How often an image is drawn: the mean of its classes' frequencies to the power of -`power`. [N, C] -> [N]."""
    return soft @ soft.mean(dim=0).clamp_min(1e-4).pow(-power)


@torch.no_grad()
def validate(learner: StreamLearner, held: Labelled, marks: Marks | None) -> dict[str, float]:
    """Accuracy on held-out images, as they are and with the mean of both mirrorings, and landmark errors."""
    learner.eval()
    device = learner.fc.weight.device
    plain, both, places = [], [], []
    for part in held.faces.split(128):
        image = as_rgb(part).to(device).contiguous(memory_format=torch.channels_last)
        with half_precision(device):
            logits, found = learner(image)
            mirrored, _ = learner(image.flip(3))
        plain.append(logits.float().softmax(1).cpu())
        both.append(plain[-1] + mirrored.float().softmax(1).cpu())
        if found is not None:
            places.append(found.float().cpu())
    report = figures(held.truth.numpy(), {"corrected": torch.cat(plain).numpy()})
    out = {"accuracy": report["correctedAccuracy"], "logLoss": report["correctedLogLoss"], "f1Macro": report["f1Macro"]}
    out["mirroredAccuracy"] = figures(held.truth.numpy(), {"corrected": torch.cat(both).numpy() / 2})["correctedAccuracy"]
    if places and marks is not None:
        known = ~marks.missing
        errors = interocular_error(torch.cat(places)[known], marks.points[known])
        out |= {"landmarkError": errors.mean().item(), "landmarkErrorMedian": errors.median().item()}
    return out


def mixed(image: Tensor, target: Tensor, alpha: float, generator: Generator) -> tuple[Tensor, Tensor]:
    """Mixup: each image with its neighbour in the batch, one share for all."""
    share = float(np.random.default_rng(int(torch.randint(2**31, (), generator=generator))).beta(alpha, alpha))
    return share * image + (1 - share) * image.roll(1, 0), share * target + (1 - share) * target.roll(1, 0)


def train_stream(
    learner: StreamLearner, train: Labelled, held: Labelled, folder: Path, options: StreamOptions,
    marks: Marks | None = None, held_marks: Marks | None = None,
) -> None:  # fmt: skip
    """Writes `best.pt` (the average of the weights), chosen on `held`; continues from `last.pt` if there is one."""
    run, device = Run(folder), training_device()
    learner.to(device, memory_format=torch.channels_last)
    workers.share_layers(learner)
    heads = [parameter for name, parameter in learner.named_parameters() if not name.startswith("b.")]
    frozen = learner.b.freeze(options.frozen_blocks) if options.frozen_blocks else []
    body = [parameter for parameter in learner.b.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": options.rate}, {"params": heads, "lr": options.head_rate}], weight_decay=options.weight_decay
    )
    average, first, best = Average(learner, options.average_decay), 0, -10.0
    state = run.resume()
    if state:
        learner.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        average.state, average.steps, first, best = state["average"], state["step"], state["step"], state["best"]
    steps = int(options.epochs * (len(train) // options.batch))
    run.log(faces=len(train), held=int((held.truth >= 0).sum()), steps=steps, first=first)
    weights = class_weights(train.soft, options.balance) if options.balance else None
    losses: list[float] = []
    for step, index in enumerate(shuffled_batches(len(train), options.batch, options.seed, first, weights), start=first):
        if step >= steps:
            break
        learner.train()
        for part in frozen:
            part.eval()
        for group, rate in zip(optimiser.param_groups, (options.rate, options.head_rate), strict=True):
            group["lr"] = rate * cosine_rate(step, steps, options.warmup_steps)
        loss = _loss(learner, train, index, step, steps, options, marks)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        workers.average_gradients(learner.parameters())
        nn.utils.clip_grad_norm_(learner.parameters(), 5.0)
        optimiser.step()
        average.update(learner)
        losses.append(loss.item())
        done = step + 1
        if done % LOGGED == 0:
            run.log(step=done, loss=workers.mean_of(losses[-LOGGED:]))
        if workers.rank() == 0 and (done % options.validation_steps == 0 or done == steps):
            current = {name: value.clone() for name, value in learner.state_dict().items()}
            learner.load_state_dict(average.state)
            report = validate(learner, held, held_marks)
            learner.load_state_dict(current)
            run.log(step=done, **report)
            # dev is small: accuracy alone is a coarse criterion, so a share of the log loss breaks near-ties.
            score = report["mirroredAccuracy"] - 0.05 * report["logLoss"] if options.expression_share else -report["landmarkError"]
            if score > best:
                best = score
                run.save("best.pt", average.state)
        if done % options.save_steps == 0 or done == steps:
            run.save("last.pt", {
                "network": learner.state_dict(), "optimiser": optimiser.state_dict(), "average": average.state,
                "step": done, "best": best,
            })  # fmt: skip
    run.finish()


def _loss(
    learner: StreamLearner, train: Labelled, index: Tensor, step: int, steps: int, options: StreamOptions, marks: Marks | None
) -> Tensor:
    generator = Generator().manual_seed(options.seed * 1_000_003 + step)
    maps, mirrored = random_maps(len(index), DISTORTION, generator)
    image = restyle(distort(train.faces[index].float(), maps, DISTORTION, generator), Looks(), generator)
    target = train.soft[index] * (1 - options.smoothing) + options.smoothing / train.soft.shape[1]
    learns_marks = marks is not None and step % options.landmark_every == 0
    if not learns_marks and options.mixup:
        image, target = mixed(image, target, options.mixup, generator)
    part = workers.own_part(len(index))
    image, target = image[part], target[part]
    if step < options.smaller_until * steps:
        image = functional.interpolate(image, size=(options.smaller_side,) * 2, mode="bilinear", antialias=True)
    device = learner.fc.weight.device
    with half_precision(device):
        logits, places = learner(image.to(device).contiguous(memory_format=torch.channels_last))
    loss = options.expression_share * functional.cross_entropy(logits.float(), target.to(device))
    if learns_marks and places is not None:
        known = ~marks.missing[index]
        # The loss is a mean over marked faces, of which each process has its own number.
        share = workers.count() * known[part].sum() / known.sum().clamp_min(1)
        own, at = known[part], index[part][known[part]]
        moved = move_points(marks.points[at], maps[part][own], mirrored[part][own])
        if len(at):
            loss = loss + share.to(device) * options.landmark_share * wing_loss(places.float()[own.to(device)], moved.to(device))
    return loss


def batches_of(faces: Tensor, count: int = 4, batch: int = 64) -> Iterator[Tensor]:
    """A few RGB batches of faces as they are, for statistics."""
    for index in range(count):
        yield as_rgb(faces[index * batch : (index + 1) * batch])
