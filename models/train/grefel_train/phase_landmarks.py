"""Phase 1: teaches a MobileFaceNet where the landmarks are that the teacher (teacher.py) marked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .checkpoints import Average, Run, cosine_rate
from .data import Distortion, as_rgb, distort, input_faces, random_maps, shuffled_batches
from .fer import read_split
from .losses import wing_loss
from .streams import Landmarks, load_face_network, normalise
from .teacher import EYE_CORNERS, POINTS

# Where each of the 68 points lies in a mirrored face.
MIRROR = (
    list(range(16, -1, -1)) + list(range(26, 16, -1)) + [27, 28, 29, 30, 35, 34, 33, 32, 31]
    + [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40]
    + [54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65]
)  # fmt: skip


@dataclass(frozen=True)
class LandmarkOptions:
    """Settings of phase 1."""

    epochs: float = 1.5
    batch: int = 64
    rate: float = 1e-3
    head_rate: float = 4e-3
    weight_decay: float = 1e-4
    warmup_steps: int = 60
    average_decay: float = 0.99
    seed: int = 1


DISTORTION = Distortion(degrees=25.0, scale=0.18, shift=0.08, light=0.3, erase=0.2)


def move_points(points: Tensor, maps: Tensor, mirrored: Tensor) -> Tensor:
    """Landmarks of distorted faces. points [N, P, 2] in 0..1, maps [N, 2, 3] (output to input) -> [N, P, 2]."""
    centred = points * 2 - 1 - maps[:, None, :, 2]
    moved = (torch.linalg.inv(maps[:, :, :2])[:, None] @ centred[..., None])[..., 0]
    moved = torch.where(mirrored[:, None, None], moved[:, MIRROR], moved)
    return (moved + 1) / 2


def interocular_error(predicted: Tensor, points: Tensor) -> Tensor:
    """Mean point distance as a share of the distance of the outer eye corners. [N, P, 2] twice -> [N]."""
    unit = (points[:, EYE_CORNERS[0]] - points[:, EYE_CORNERS[1]]).norm(dim=-1)
    return (predicted - points).norm(dim=-1).mean(dim=-1) / unit.clamp_min(1e-3)


@torch.no_grad()
def measure(network: Landmarks, faces: Tensor, points: Tensor) -> Tensor:
    """Interocular errors of the network on faces uint8 [N, 1, 112, 112]. -> [N]."""
    network.eval()
    predicted = torch.cat([network(normalise(as_rgb(part))) for part in faces.split(256)])
    return interocular_error(predicted, points)


def _marked(data: Path, marks: Path, role: str) -> tuple[Tensor, Tensor]:
    points = np.load(marks)[role]
    found = ~np.isnan(points[:, 0, 0])
    # A profile's two eye corners nearly meet, and the mesh is least sure there.
    found[found] = np.linalg.norm(points[found, EYE_CORNERS[0]] - points[found, EYE_CORNERS[1]], axis=1) > 0.15
    return input_faces(read_split(data, role).faces[found]), torch.from_numpy(points[found])


def train_landmarks(data: Path, marks: Path, weights: Path, folder: Path, options: LandmarkOptions) -> None:
    """Writes `best.pt` (the average of the weights) into `folder`; goes on from `last.pt` if there is one."""
    run = Run(folder)
    torch.manual_seed(options.seed)
    faces, points = _marked(data, marks, "train")
    held_faces, held_points = _marked(data, marks, "dev")
    network = Landmarks(len(POINTS))
    network.b = load_face_network(weights)
    with torch.no_grad():
        network.fc.weight.mul_(0.1)
        network.fc.bias.copy_(points.mean(dim=0).flatten())
    optimiser = torch.optim.AdamW(
        [{"params": network.b.parameters(), "lr": options.rate}, {"params": network.fc.parameters(), "lr": options.head_rate}],
        weight_decay=options.weight_decay,
    )
    average, first = Average(network, options.average_decay), 0
    state = run.resume()
    if state:
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        average.state, average.steps, first = state["average"], state["step"], state["step"]
    steps = int(options.epochs * (len(faces) // options.batch))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: cosine_rate(s + first, steps, options.warmup_steps))
    run.log(faces=len(faces), held=len(held_faces), steps=steps, first=first)
    losses: list[float] = []
    network.to(memory_format=torch.channels_last)
    for step, index in enumerate(shuffled_batches(len(faces), options.batch, options.seed, first), start=first):
        if step >= steps:
            break
        network.train()
        maps, mirrored = random_maps(len(index), DISTORTION)
        batch = normalise(as_rgb(distort(faces[index].float(), maps, DISTORTION)))
        predicted = network(batch.contiguous(memory_format=torch.channels_last))
        loss = wing_loss(predicted, move_points(points[index], maps, mirrored))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        average.update(network)
        losses.append(loss.item())
        done = step + 1
        if done % 20 == 0:
            run.log(step=done, loss=sum(losses[-20:]) / 20)
        if done % 100 == 0 or done == steps:
            run.save("last.pt", {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "average": average.state, "step": done})
            run.save("best.pt", average.state)
    judged = Landmarks(len(POINTS))
    judged.load_state_dict(average.state)
    errors = measure(judged, held_faces, held_points)
    run.log(held_error=errors.mean().item(), held_error_median=errors.median().item(), beyond_10_percent=(errors > 0.1).float().mean().item())
