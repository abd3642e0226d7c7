"""Phase 2: trains the token encoder and reliability balancing on both streams, which stay frozen in eval mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .checkpoints import Average, Run, cosine_rate
from .data import Distortion, Labelled, distort, load_labelled, random_maps, shuffled_batches
from .evaluate import figures
from .frozen import FrozenStreams, StreamMaps, ahead
from .losses import anchor_loss, centre_loss, classification_loss
from .model import Grefel, ModelShape
from .reliability import Balanced
from .streams import load_classifier, load_landmarks

DISTORTION = Distortion(erase=0.1)


@dataclass(frozen=True)
class FusionOptions:
    """Settings of phase 2; lambdas are the weights of Eq. 20 to 22 in Eq. 23."""

    epochs: float = 2.0
    batch: int = 64
    rate: float = 8e-4
    anchor_rate: float = 4e-3
    weight_decay: float = 0.02
    warmup_steps: int = 50
    average_decay: float = 0.995
    primary_share: float = 0.3
    lambda_class: float = 1.0
    lambda_anchor: float = 1.0
    lambda_centre: float = 1.0
    anchor_margin: float = 5.0
    trust_ramp: float = 0.4
    """Share of the steps over which the correction is ramped in."""
    seed: int = 1
    judge_steps: int = 100


class Trained(nn.Module):
    """The parts that learn in phase 2, under the names that they have in Grefel."""

    def __init__(self, model: Grefel) -> None:
        super().__init__()
        self.tokens, self.balancing = model.encoder.tokens, model.balancing

    def forward(self, maps: StreamMaps) -> tuple[Balanced, Tensor]:
        embedding = self.tokens(*maps)
        return self.balancing(embedding), embedding


def total_loss(balanced: Balanced, anchors: Tensor, target: Tensor, trust: float, options: FusionOptions) -> Tensor:
    """Eq. 23. target [N, C] -> scalar; both anchor losses are ramped in with the trust."""
    loss = options.lambda_class * classification_loss(balanced, target, trust, options.primary_share).mean()
    apart = anchor_loss(anchors, options.anchor_margin)
    near = centre_loss(balanced.anchor_distance, target, balanced.confidence_corrected, anchors.shape[-1])
    return loss + trust * (options.lambda_anchor * apart + options.lambda_centre * near)


@torch.no_grad()
def judge(trained: Trained, maps: list[StreamMaps], labels: Labelled) -> dict[str, float]:
    """Figures on held-out images whose stream maps are at hand."""
    trained.eval()
    parts = [trained(part)[0] for part in maps]
    outputs = {name: torch.cat([getattr(part, name) for part in parts]).numpy() for name in ("corrected", "primary", "geometric", "attentive")}
    report = figures(labels.truth.numpy(), outputs)
    return {name: value for name, value in report.items() if isinstance(value, float)}


def assemble(shape: ModelShape, classifier: Path, landmarks: Path) -> Grefel:
    """GReFEL with both trained streams and everything else at its start."""
    model = Grefel(shape)
    model.encoder.image_stream.load_state_dict(load_classifier(classifier).b.state_dict())
    model.encoder.landmark_stream.load_state_dict(load_landmarks(landmarks).b.state_dict())
    return model.eval()


def train_fusion(data: Path, classifier: Path, landmarks: Path, folder: Path, shape: ModelShape, options: FusionOptions) -> None:
    """Writes `best.pt`, the state of a whole Grefel, chosen on `dev`; goes on from `last.pt` if there is one."""
    run = Run(folder)
    torch.manual_seed(options.seed)
    model = assemble(shape, classifier, landmarks)
    streams = FrozenStreams(model.encoder.image_stream, model.encoder.landmark_stream)
    faces, held = load_labelled(data, "train"), load_labelled(data, "dev")
    held_maps = [streams(part.float()) for part in held.faces.split(128)]
    trained = Trained(model)
    anchors = model.balancing.anchors
    assert anchors is not None
    others = [parameter for parameter in trained.parameters() if parameter is not anchors]
    optimiser = torch.optim.AdamW(
        [{"params": others, "lr": options.rate}, {"params": [anchors], "lr": options.anchor_rate, "weight_decay": 0.0}],
        weight_decay=options.weight_decay,
    )
    average, first, best = Average(trained, options.average_decay), 0, -1.0
    state = run.resume()
    if state:
        trained.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        average.state, average.steps, first, best = state["average"], state["step"], state["step"], state["best"]
    steps = int(options.epochs * (len(faces) // options.batch))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: cosine_rate(s + first, steps, options.warmup_steps))
    judged = Trained(Grefel(shape))
    run.log(faces=len(faces), held=int((held.truth >= 0).sum()), steps=steps, first=first)

    def prepare(index: Tensor) -> tuple[StreamMaps, Tensor]:
        places, _ = random_maps(len(index), DISTORTION)
        return streams(distort(faces.faces[index].float(), places, DISTORTION)), faces.soft[index]

    def indices() -> Iterator[Tensor]:
        batches = shuffled_batches(len(faces), options.batch, options.seed, first)
        return (index for _, index in zip(range(steps - first), batches))

    losses: list[float] = []
    for done, (maps, target) in enumerate(ahead(prepare, indices()), start=first + 1):
        trained.train()
        trust = min(1.0, done / max(1, int(options.trust_ramp * steps)))
        balanced, _ = trained(maps)
        loss = total_loss(balanced, anchors, target, trust, options)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trained.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        average.update(trained)
        losses.append(loss.item())
        if done % 20 == 0:
            run.log(step=done, loss=float(np.mean(losses[-20:])), trust=trust)
        if done % options.judge_steps == 0 or done == steps:
            judged.load_state_dict(average.state)
            report = judge(judged, held_maps, held)
            run.log(step=done, **report)
            if report["correctedAccuracy"] > best:
                best = report["correctedAccuracy"]
                model_state = model.state_dict()
                parts = {f"encoder.{name}" if name.startswith("tokens.") else name: value for name, value in average.state.items()}
                run.save("best.pt", {**model_state, **parts})
            run.save("last.pt", {"network": trained.state_dict(), "optimiser": optimiser.state_dict(), "average": average.state, "step": done, "best": best})
