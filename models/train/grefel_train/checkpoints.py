"""Training that survives a kill: the state is written to a temporary file, moved into place, and loaded at the next start."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn

from . import workers


class Run:
    """A folder with `last.pt` (to continue), `best.pt` (weights to use) and `log.jsonl`. Of several processes the first one writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.started = time.time()

    def save(self, name: str, state: Any) -> None:
        """Writes a state so that a kill leaves either the old or the new one."""
        if workers.rank() > 0:
            return
        aside = self.folder / f"{name}.new"
        torch.save(state, aside)
        aside.replace(self.folder / name)

    def resume(self) -> dict[str, Any] | None:
        """The state of `last.pt`; None at a first start."""
        path = self.folder / "last.pt"
        return torch.load(path, weights_only=True, map_location="cpu") if path.exists() else None

    def finish(self) -> None:
        """Marks the phase as ended, so that it is not trained again. All processes wait for each other, before and after."""
        workers.wait()
        if workers.rank() == 0:
            (self.folder / "finished").touch()
        workers.wait()

    def log(self, **values: Any) -> None:
        """One JSON line, also to the terminal."""
        if workers.rank() > 0:
            return
        rounded = {key: round(value, 5) if isinstance(value, float) else value for key, value in values.items()}
        line = json.dumps({"seconds": round(time.time() - self.started), **rounded})
        with (self.folder / "log.jsonl").open("a") as stream:
            stream.write(line + "\n")
        print(line, flush=True)


def finished(folder: Path) -> bool:
    """Whether a phase has ended in this folder."""
    return (folder / "finished").exists()


class Average:
    """Exponential moving average of a network's parameters and buffers, warmed up over the first steps."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay, self.steps = decay, 0
        self.state = {name: value.detach().clone() for name, value in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for name, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                self.state[name].lerp_(value, 1 - decay)
            else:
                self.state[name].copy_(value)


def cosine_rate(step: int, steps: int, warmup: int) -> float:
    """Share of the learning rate at a step: linear warm-up, then a cosine to 0."""
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))
