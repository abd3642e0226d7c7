"""Phases 2 and 3: the token encoder and reliability balancing learn, first on frozen streams, then all together.

Batch norms of the streams stay in eval mode in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor, nn

from . import workers
from .checkpoints import Average, Run, cosine_rate
from .data import Distortion, Labelled, as_rgb, distort, random_maps, shuffled_batches
from .devices import half_precision, training_device
from .evaluate import figures
from .frozen import ahead, freeze
from .losses import anchor_loss, centre_loss, classification_loss, cross_entropy
from .model import Grefel, StreamMaps
from .phase_streams import class_weights
from .reliability import Balanced
from .restyle import Looks, restyle

LOGGED = 20
DISTORTION = Distortion(erase=0.1)


@dataclass(frozen=True)
class FusionOptions:
    """Settings of phases 2 and 3; lambdas are the weights of Eq. 20 to 22 in Eq. 23."""

    epochs: float = 1.0
    batch: int = 64
    rate: float = 8e-4
    anchor_rate: float = 4e-3
    stream_rate: float = 0.0
    """0 freezes both streams (phase 2)."""
    weight_decay: float = 0.02
    warmup_steps: int = 40
    average_decay: float = 0.99
    primary_share: float = 0.3
    lambda_class: float = 1.0
    lambda_anchor: float = 1.0
    lambda_centre: float = 1.0
    part_share: float = 0.3
    """Weight of each correction's own loss, so that neither starves next to a primary head that is confident from the start."""
    anchor_margin: float = 5.0
    trust_ramp: float = 0.4
    """Share of the steps over which the correction is ramped in; 0 trusts it from the start."""
    balance: float = 0.25
    sharpness: float = 2.0
    """Votes are raised to this power: the target is the majority and its certainty, not the share of the votes."""
    mirrored: bool = False
    """Whether the image stream also gets mirrored images in training, if the model does. It costs a third of the speed."""
    looks: Looks = Looks(reduced=0.2, sharpened=0.15, noisy=0.1, gamma=0.2, tinted=0.2)
    seed: int = 1
    validation_steps: int = 100
    save_steps: int = 50


class Fusion(nn.Module):
    """The parts that learn in phase 2, under the names that they have in Grefel. StreamMaps -> Balanced and e."""

    def __init__(self, model: Grefel) -> None:
        super().__init__()
        self.tokens, self.balancing = model.encoder.tokens, model.balancing

    def forward(self, maps: StreamMaps) -> tuple[Balanced, Tensor]:
        with half_precision(maps.vector.device):
            embedding = self.tokens(*maps)
        return self.balancing(embedding.float()), embedding


class Whole(nn.Module):
    """All of Grefel, in phase 3. RGB 0..255 -> Balanced and e."""

    def __init__(self, model: Grefel) -> None:
        super().__init__()
        self.encoder, self.balancing = model.encoder, model.balancing

    def forward(self, image: Tensor) -> tuple[Balanced, Tensor]:
        with half_precision(image.device):
            embedding = self.encoder(image.contiguous(memory_format=torch.channels_last))
        return self.balancing(embedding.float()), embedding


def total_loss(balanced: Balanced, anchors: Tensor | None, target: Tensor, trust: float, options: FusionOptions) -> Tensor:
    """Eq. 23. target [N, C] -> scalar; both anchor losses are ramped in with the trust."""
    loss = options.lambda_class * classification_loss(balanced, target, trust, options.primary_share).mean()
    parts = cross_entropy(balanced.geometric, target) + cross_entropy(balanced.attentive, target)
    loss = loss + options.part_share * parts.mean()
    if anchors is None:
        return loss
    apart = anchor_loss(anchors, options.anchor_margin)
    near = centre_loss(balanced.anchor_distance, target, balanced.confidence_corrected, anchors.shape[-1])
    return loss + trust * (options.lambda_anchor * apart + options.lambda_centre * near)


@torch.no_grad()
def validate(learner: nn.Module, inputs: list[object], labels: Labelled) -> dict[str, float]:
    """Figures on held-out images with available inputs."""
    learner.eval()
    parts = [learner(part)[0] for part in inputs]
    outputs = {name: torch.cat([getattr(part, name) for part in parts]).cpu().numpy() for name in ("corrected", "primary", "geometric", "attentive")}
    report = figures(labels.truth.numpy(), outputs)
    return {name: value for name, value in report.items() if isinstance(value, float)}


def sharpened(soft: Tensor, power: float) -> Tensor:
    """Distributions raised to a power and normalised. [N, C] -> [N, C]."""
    raised = soft.pow(power)
    return raised / raised.sum(dim=1, keepdim=True)


def augmented(faces: Tensor, looks: Looks, seed: int) -> Tensor:
    """uint8 [N, 1, 112, 112] -> float RGB [N, 3, 112, 112], the same for a seed whatever other threads draw."""
    generator = Generator().manual_seed(seed)
    places, _ = random_maps(len(faces), DISTORTION, generator)
    return restyle(distort(faces.float(), places, DISTORTION, generator), looks, generator)


def _rates(learner: nn.Module, options: FusionOptions) -> list[dict[str, object]]:
    groups: dict[str, list[nn.Parameter]] = {"anchors": [], "streams": [], "rest": []}
    for name, parameter in learner.named_parameters():
        kind = "anchors" if name.endswith("balancing.anchors") else "streams" if ".streams." in name else "rest"
        groups[kind].append(parameter)
    rates = {"anchors": options.anchor_rate, "streams": options.stream_rate, "rest": options.rate}
    return [
        {"params": groups[kind], "lr": rate, "full": rate, **({"weight_decay": 0.0} if kind == "anchors" else {})}
        for kind, rate in rates.items()
        if groups[kind]
    ]


def train_fusion(model: Grefel, train: Labelled, held: Labelled, folder: Path, options: FusionOptions) -> None:
    """Trains `model` in place and writes `best.pt`, its whole state, chosen on `held`; continues from `last.pt`.

    With a stream rate of 0 the streams run ahead in a thread of their own.
    """
    run, device = Run(folder), training_device()
    torch.manual_seed(options.seed)
    model.to(device)
    whole = options.stream_rate > 0
    learner: nn.Module = Whole(model) if whole else Fusion(model)
    workers.share_layers(learner)
    streams = model.encoder.streams

    def reader(mirrored: bool) -> Callable[[Tensor], object]:
        streams.mirrored = mirrored
        return (lambda image: image.to(device)) if whole else freeze(streams, device)

    read_held = reader(model.shape.mirrored)
    held_inputs = [read_held(as_rgb(part).contiguous()) for part in held.faces.split(128)]
    read = reader(options.mirrored and model.shape.mirrored)
    optimiser = torch.optim.AdamW(_rates(learner, options), weight_decay=options.weight_decay)
    average, first, best = Average(learner, options.average_decay), 0, -1.0
    state = run.resume()
    if state:
        learner.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        average.state, average.steps, first, best = state["average"], state["step"], state["step"], state["best"]
    steps = int(options.epochs * (len(train) // options.batch))
    run.log(faces=len(train), held=int((held.truth >= 0).sum()), steps=steps, first=first)
    targets = sharpened(train.soft, options.sharpness)
    weights = class_weights(train.soft, options.balance) if options.balance else None

    def prepare(step: int, index: Tensor) -> tuple[object, Tensor]:
        part = workers.own_part(len(index))
        faces = augmented(train.faces[index], options.looks, options.seed * 1_000_003 + step)[part]
        return read(faces), targets[index][part].to(device)

    def items() -> Iterator[tuple[int, Tensor]]:
        batches = shuffled_batches(len(train), options.batch, options.seed, first, weights)
        return zip(range(first, steps), batches, strict=False)

    losses: list[float] = []
    for step, (inputs, target) in enumerate(ahead(lambda item: prepare(*item), items()), start=first):
        learner.train()
        streams.eval()
        torch.manual_seed(options.seed * 7_000_003 + step)
        for group in optimiser.param_groups:
            group["lr"] = group["full"] * cosine_rate(step, steps, options.warmup_steps)
        done = step + 1
        trust = min(1.0, done / max(1, int(options.trust_ramp * steps)))
        loss = total_loss(learner(inputs)[0], model.balancing.anchors, target, trust, options)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        workers.average_gradients(learner.parameters())
        nn.utils.clip_grad_norm_(learner.parameters(), 2.0)
        optimiser.step()
        average.update(learner)
        losses.append(loss.item())
        if done % LOGGED == 0:
            run.log(step=done, loss=workers.mean_of(losses[-LOGGED:]), trust=trust)
        if workers.rank() == 0 and (done % options.validation_steps == 0 or done == steps):
            current = {name: value.clone() for name, value in learner.state_dict().items()}
            learner.load_state_dict(average.state)
            trained_mirrored, streams.mirrored = streams.mirrored, model.shape.mirrored
            report = validate(learner, held_inputs, held)
            streams.mirrored = trained_mirrored
            run.log(step=done, **report)
            # dev is small: accuracy alone is a coarse criterion, so a share of the log loss breaks near-ties.
            score = report["correctedAccuracy"] - 0.05 * report["correctedLogLoss"]
            if score > best:
                best = score
                run.save("best.pt", model.state_dict())
            learner.load_state_dict(current)
        if done % options.save_steps == 0 or done == steps:
            run.save("last.pt", {
                "network": learner.state_dict(), "optimiser": optimiser.state_dict(), "average": average.state,
                "step": done, "best": best,
            })  # fmt: skip
    streams.mirrored = model.shape.mirrored
    run.finish()
