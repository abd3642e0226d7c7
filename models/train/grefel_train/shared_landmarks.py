"""Landmark maps without a landmark network: a light branch of the companion, taught by the landmark network that it replaces.

The file that `export` writes runs three networks. The landmark network's maps, narrowed by the encoder, are the queries of the window
cross-attention (Eq. 1) and nothing else, so the branch learns to give the same queries. Both image networks and the fusion stay as they
are: `features` do not change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from .checkpoints import Average, Run, cosine_rate
from .contract import DISTRIBUTIONS, INPUT, change_metadata
from .data import Labelled, as_rgb, input_faces, load_labelled, people, shuffled_batches
from .export import open_session, run_all
from .features import FEATURES
from .fer import read_split
from .file_maps import COMPANION_MAPS, LANDMARK_MAPS, as_pixels, open_tensors
from .graft import graft
from .graphs import fold_pads
from .phase_fusion import augmented
from .restyle import Looks
from .streams import Bottleneck, Maps

PREFIX = "/encoder/streams/landmark_branch"
_EXAMPLES = ((2, 64, 28, 28), (2, 128, 14, 14), (2, 128, 7, 7))


class LandmarkBranch(nn.Module):
    """The companion's maps (COMPANION_MAPS) -> the queries' maps [N, 32, 28, 28], [N, 64, 14, 14] and [N, 128, 7, 7]."""

    def __init__(self) -> None:
        super().__init__()
        self.low = nn.Sequential(nn.Conv2d(64, 32, 1), nn.BatchNorm2d(32), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1, groups=32))
        self.middle = nn.Conv2d(128, 64, 1)
        self.shrink, self.high = Bottleneck(128, 128, 2, 2), nn.Conv2d(128, 128, 1)
        self.mix = nn.Sequential(Bottleneck(128, 128, 1, 2), Bottleneck(128, 128, 1, 2), nn.Conv2d(128, 128, 1))

    def forward(self, low: Tensor, middle: Tensor, high: Tensor) -> Maps:
        return Maps(self.low(low), self.middle(middle), self.mix(self.shrink(middle) + self.high(high)))


@dataclass(frozen=True)
class SharingOptions:
    """How the branch learns: from the maps of `images` Training images, each read once."""

    images: int = 1000
    epochs: float = 6.0
    batch: int = 32
    rate: float = 3e-3
    weight_decay: float = 1e-3
    warmup_steps: int = 40
    average_decay: float = 0.95
    looks: Looks = Looks(reduced=0.2, sharpened=0.15, noisy=0.1, gamma=0.2, tinted=0.2)
    seed: int = 1
    validation_steps: int = 200


_HELD = 512
_READ = 40
_PLAIN_EVERY = 4
"""One part of the images in this many is read as it is, the others augmented."""


def _read(path: Path, parts: Iterable[Tensor]) -> list[Tensor]:
    """What the branch reads and what it should give, of parts of float RGB [N, 3, 112, 112]. -> six maps, in half precision."""
    session, names = open_tensors(path, (*COMPANION_MAPS, *LANDMARK_MAPS)), (*COMPANION_MAPS, *LANDMARK_MAPS)
    read = [[torch.from_numpy(level).half() for level in session.run(names, {INPUT: as_pixels(part)})] for part in parts]
    return [torch.cat(levels) for levels in zip(*read, strict=True)]


def cached_maps(path: Path, data: Path, held: Labelled, folder: Path, options: SharingOptions) -> dict[str, list[Tensor]]:
    """`_read` of Training images and of held-out ones, kept in `folder`: the networks run once."""
    cache = folder / "maps.pt"
    if not cache.exists():
        folder.mkdir(parents=True, exist_ok=True)
        split = read_split(data, "train")
        split = split.keep(people(split))
        chosen = np.random.default_rng(options.seed).permutation(len(split))[: options.images]
        faces = enumerate(input_faces(split.faces[chosen]).split(_READ))
        parts = (as_rgb(part) if seed % _PLAIN_EVERY == 0 else augmented(part, options.looks, seed) for seed, part in faces)
        held_parts = [as_rgb(part) for part in held.faces[:_HELD].split(_READ)]
        torch.save({"train": _read(path, parts), "held": _read(path, held_parts)}, cache)
    return torch.load(cache, weights_only=True)


def _unexplained(found: Maps, taught: list[Tensor], variances: list[Tensor]) -> Tensor:
    """Mean squared differences in shares of the maps' variances. -> [3], one for each level."""
    levels = zip(found, taught, variances, strict=True)
    return torch.stack([(one.float() - other.float()).square().mean() / variance for one, other, variance in levels])


@torch.no_grad()
def validate(branch: LandmarkBranch, held: list[Tensor], variances: list[Tensor]) -> dict[str, float]:
    """The share of the landmark maps' variance that the branch does not explain on held-out images, by level."""
    branch.eval()
    parts = [[level.float() for level in part] for part in zip(*(level.split(64) for level in held), strict=True)]
    shares = torch.stack([_unexplained(branch(*part[:3]), part[3:], variances) for part in parts]).mean(dim=0)
    return dict(zip(("low", "middle", "high"), shares.tolist(), strict=True))


def train_branch(maps: dict[str, list[Tensor]], folder: Path, options: SharingOptions) -> LandmarkBranch:
    """The average of the weights that learn on cached maps; continues from `last.pt` in `folder`.

    In fp32: the branch is small, and processors without bfloat16 need eight times as long for its arithmetic.
    """
    run = Run(folder)
    torch.manual_seed(options.seed)
    branch, learned, held = LandmarkBranch(), maps["train"], maps["held"]
    variances = [level.float().var() for level in held[3:]]
    optimiser = torch.optim.AdamW(branch.parameters(), lr=options.rate, weight_decay=options.weight_decay)
    average, first = Average(branch, options.average_decay), 0
    state = run.resume()
    if state:
        branch.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        average.state, average.steps, first = state["average"], state["step"], state["step"]
    count = len(learned[0])
    batch = min(options.batch, count)
    steps = int(options.epochs * (count // batch))
    run.log(images=count, steps=steps, first=first, parameters=sum(value.numel() for value in branch.parameters()))
    losses: list[float] = []
    for step, index in zip(range(first, steps), shuffled_batches(count, batch, options.seed, first), strict=False):
        branch.train()
        for group in optimiser.param_groups:
            group["lr"] = options.rate * cosine_rate(step, steps, options.warmup_steps)
        part = [level[index].float().contiguous(memory_format=torch.channels_last) for level in learned]
        loss = _unexplained(branch(*part[:3]), part[3:], variances).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(branch.parameters(), 5.0)
        optimiser.step()
        average.update(branch)
        losses.append(loss.item())
        done = step + 1
        if done % options.validation_steps == 0 or done == steps:
            current = {name: value.clone() for name, value in branch.state_dict().items()}
            run.save("last.pt", {"network": current, "optimiser": optimiser.state_dict(), "average": average.state, "step": done})
            branch.load_state_dict(average.state)
            run.log(step=done, loss=float(np.mean(losses[-options.validation_steps :])), **validate(branch, held, variances))
            branch.load_state_dict(current)
    branch.load_state_dict(average.state)
    run.finish()
    return branch.eval()


def share_landmarks(path: Path, data: Path, folder: Path, version: str, options: SharingOptions) -> dict[str, float]:
    """Writes the model file `path`, and NAME.int8.onnx beside it, with a branch of the companion for their landmark network, into `folder`.

    -> how far the four distributions of held-out images move at most, and on average. Raises ValueError where `features` changed.
    """
    held = load_labelled(data, "dev")
    branch = train_branch(cached_maps(path, data, held, folder, options), folder, options)
    target, byte = folder / path.name, path.with_name(f"{path.stem}.int8.onnx")
    _put_in(branch, path, target, {"version": version})
    if byte.exists():
        _put_in(branch, byte, folder / byte.name, {"version": version, "convertedFrom": hashlib.sha256(target.read_bytes()).hexdigest()})
    return _moved(path, target, held.keep(torch.arange(min(_HELD, len(held)))))


def _put_in(branch: LandmarkBranch, source: Path, target: Path, changes: dict[str, object]) -> None:
    model = fold_pads(onnx.load(source))
    onnx.save(graft(model, branch, [torch.zeros(shape) for shape in _EXAMPLES], COMPANION_MAPS, LANDMARK_MAPS, PREFIX), target)
    change_metadata(target, {"metrics": {}} | changes)


def has_branch(path: Path) -> bool:
    """Whether a model file's landmark maps come from the companion's."""
    return any(node.name.startswith(PREFIX) for node in onnx.load(path, load_external_data=False).graph.node)


def _moved(path: Path, target: Path, held: Labelled) -> dict[str, float]:
    inputs = as_pixels(as_rgb(held.faces))
    before, after = (run_all(open_session(file), inputs) for file in (path, target))
    if FEATURES in before and not np.array_equal(before[FEATURES], after[FEATURES]):
        raise ValueError(f"features changed by up to {np.abs(before[FEATURES] - after[FEATURES]).max()}")
    moved = np.concatenate([np.abs(after[name] - before[name]).max(axis=1) for name in DISTRIBUTIONS])
    return {"furthest": float(moved.max()), "mean": float(moved.mean())}
