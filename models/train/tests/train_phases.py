"""Trains a small part of each phase into the given folder: alone, or in a process that `torchrun` started. See test_workers.py."""

import contextlib
import sys
from collections.abc import Iterable
from pathlib import Path

import torch

from grefel_train import phase_fusion, phase_streams, phase_vectors
from grefel_train.config import read_recipe
from grefel_train.data import Labelled, as_rgb
from grefel_train.marks import Marks
from grefel_train.model import Grefel
from grefel_train.phase_fusion import FusionOptions, train_fusion
from grefel_train.phase_streams import StreamLearner, StreamOptions, train_stream
from grefel_train.phase_vectors import train_vectors
from grefel_train.streams import MobileFaceNet
from grefel_train.vectors import Vectors
from grefel_train.workers import join_workers, rank

FACES, BATCH = 16, 8
RECIPE = Path(__file__).parents[1] / "small.toml"


def faces(count: int) -> Labelled:
    generator = torch.Generator().manual_seed(count)
    soft = torch.rand(count, 8, generator=generator).softmax(dim=1)
    return Labelled(torch.randint(0, 256, (count, 1, 112, 112), generator=generator, dtype=torch.uint8), soft, soft.argmax(dim=1))


def marks(count: int) -> Marks:
    """Of some faces no points were found: the processes have different numbers of them."""
    generator = torch.Generator().manual_seed(count)
    return Marks(torch.rand(count, 68, 2, generator=generator), torch.arange(count) % 5 == 0)


def vectors(count: int) -> Vectors:
    generator = torch.Generator().manual_seed(count)
    plain, soft = torch.randn(count, 1536, generator=generator), torch.rand(count, 8, generator=generator).softmax(dim=1)
    return Vectors(plain, plain + 0.1, soft, soft.argmax(dim=1))


@torch.no_grad()
def settle(model: Grefel) -> None:
    """Gives the untrained streams the statistics of the faces: else their maps are nearly flat, and rounding is all that a norm sees in them."""
    streams = model.encoder.streams
    for norm in (module for module in streams.modules() if isinstance(module, torch.nn.BatchNorm2d)):
        norm.momentum = 1.0
    streams.train()(as_rgb(faces(FACES).faces))
    streams.eval()


def note_gradients(folder: Path) -> None:
    """Writes the length of each step's gradient, over the whole batch, into gradients.txt."""
    clip = torch.nn.utils.clip_grad_norm_

    def noting(parameters: Iterable[torch.Tensor], most: float) -> torch.Tensor:
        length = clip(parameters, most)
        if rank() == 0:
            with (folder / "gradients.txt").open("a") as stream:
                stream.write(f"{length.item()}\n")
        return length

    torch.nn.utils.clip_grad_norm_ = noting


def main(folder: Path) -> None:
    join_workers()
    torch.set_num_threads(1)
    for phase in (phase_streams, phase_fusion, phase_vectors):
        phase.LOGGED = 1
    for phase in (phase_streams, phase_fusion):
        # In bfloat16 the order of sums shows.
        phase.half_precision = lambda _: contextlib.nullcontext()
    note_gradients(folder)
    # AdamW's first steps are as long for a gradient that is nothing but rounding as for any other: short ones keep that small.
    stream = StreamOptions(epochs=1.5, batch=BATCH, warmup_steps=1, validation_steps=9, save_steps=9, landmark_every=1, rate=1e-5, head_rate=1e-4)
    fusion = FusionOptions(epochs=1.5, batch=BATCH, warmup_steps=1, validation_steps=9, save_steps=9, rate=1e-5, anchor_rate=1e-4)
    torch.manual_seed(0)
    train_stream(StreamLearner(MobileFaceNet()), faces(FACES), faces(4), folder / "stream", stream)
    train_stream(StreamLearner(MobileFaceNet(), 68), faces(FACES), faces(4), folder / "landmark", stream, marks(FACES), marks(4))
    model = Grefel(read_recipe(RECIPE).model)
    settle(model)
    train_vectors(model, vectors(FACES), vectors(4), folder / "vectors", fusion)
    train_fusion(model, faces(FACES), faces(4), folder / "fusion", fusion)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
