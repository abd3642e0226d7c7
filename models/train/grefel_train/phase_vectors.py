"""Phase 2: the class token's path and reliability balancing learn on cached vectors, in a minute, before the maps come in."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Generator, Tensor, nn

from . import workers
from .checkpoints import Run, cosine_rate
from .data import Labelled, shuffled_batches
from .model import Grefel
from .phase_fusion import FusionOptions, sharpened, total_loss, validate
from .phase_streams import class_weights
from .reliability import Balanced
from .vectors import Vectors


LOGIT_SCALE = 1.5
LOGGED = 20
PROJECTION_SHARE = 0.05
"""Of the learning rate for the projection, which starts from the classifiers."""


class VectorPath(nn.Module):
    """Vectors [N, V] -> Balanced and e [N, D], by the parts of Grefel that need no maps."""

    def __init__(self, model: Grefel) -> None:
        super().__init__()
        self.tokens, self.balancing = model.encoder.tokens, model.balancing

    def forward(self, vector: Tensor) -> tuple[Balanced, Tensor]:
        embedding = self.tokens.from_vector(vector)
        return self.balancing(embedding), embedding


@torch.no_grad()
def start_from_classifiers(model: Grefel, classifiers: list[nn.Linear], train: Vectors) -> None:
    """Lets the first numbers of the class token be the networks' own logits, which have seen more than this phase will.

    The classifiers are in the order of their vectors side by side.
    """
    norm, project = model.encoder.tokens.class_vector
    norm.running_mean.copy_(train.plain.mean(dim=0))
    norm.running_var.copy_(train.plain.var(dim=0))
    spread, row, column = (norm.running_var + norm.eps).sqrt(), 0, 0
    for classifier in classifiers:
        classes, size = classifier.weight.shape
        rows, columns = slice(row, row + classes), slice(column, column + size)
        project.weight[rows] = 0
        project.weight[rows, columns] = LOGIT_SCALE * classifier.weight * spread[columns]
        project.bias[rows] = LOGIT_SCALE * (classifier.bias + classifier.weight @ norm.running_mean[columns])
        row, column = row + classes, column + size


def fit(
    path: VectorPath, train: Vectors, target: Tensor, options: FusionOptions, changed: bool = True, projection_share: float = PROJECTION_SHARE
) -> list[tuple[int, float]]:
    """Trains the path in place on vectors with targets [N, C]. -> the loss of every LOGGED steps, as (step, mean loss)."""
    workers.share_layers(path)
    anchors = path.balancing.anchors
    projection = list(path.tokens.class_vector.parameters())
    kept = {id(parameter) for parameter in [*projection, anchors]}
    groups = [
        {"params": [parameter for parameter in path.parameters() if id(parameter) not in kept], "full": options.rate},
        {"params": projection, "full": options.rate * projection_share},
    ]
    if anchors is not None:
        groups.append({"params": [anchors], "full": options.anchor_rate, "weight_decay": 0.0})
    optimiser = torch.optim.AdamW(groups, weight_decay=options.weight_decay)
    steps = int(options.epochs * (len(target) // options.batch))
    batches = shuffled_batches(len(target), options.batch, options.seed, weights=class_weights(train.soft, options.balance))
    part = workers.own_part(options.batch)
    losses: list[Tensor] = []
    curve: list[tuple[int, float]] = []
    path.train()
    for step, index in zip(range(steps), batches, strict=False):
        inputs = train.draw(index, changed, Generator().manual_seed(options.seed * 1_000_003 + step))[part]
        torch.manual_seed(options.seed * 7_000_003 + step)
        for group in optimiser.param_groups:
            group["lr"] = group["full"] * cosine_rate(step, steps, options.warmup_steps)
        trust = min(1.0, (step + 1) / max(1, int(options.trust_ramp * steps)))
        loss = total_loss(path(inputs)[0], anchors, target[index][part], trust, options)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        workers.average_gradients(path.parameters())
        nn.utils.clip_grad_norm_(path.parameters(), 2.0)
        optimiser.step()
        losses.append(loss.detach())
        if len(losses) == LOGGED or step + 1 == steps:
            curve.append((step + 1, float(workers.mean_over_workers(torch.stack(losses).mean()))))
            losses.clear()
    path.eval()
    return curve


def train_vectors(model: Grefel, train: Vectors, held: Vectors, folder: Path, options: FusionOptions) -> None:
    """Trains `model` in place and writes `best.pt`, its whole state at the end."""
    run = Run(folder)
    path = VectorPath(model)
    for step, loss in fit(path, train, sharpened(train.soft, options.sharpness), options):
        run.log(step=step, loss=loss)
    labels = Labelled(torch.empty(len(held.truth), 0), held.soft, held.truth)
    run.log(step=int(options.epochs * (len(train.soft) // options.batch)), **validate(path, [held.plain], labels))
    run.save("best.pt", model.state_dict())
    run.finish()
