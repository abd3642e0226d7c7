"""Several processes that train one model together, as `torchrun` starts them: each makes its part of every batch, and gradients are averaged.

The result is that of one process with the same batches, but for the rounding of sums. On a CPU they talk by gloo, on GPUs by NCCL.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import torch
from torch import Tensor, distributed, nn
from torch.distributed.nn.functional import all_reduce
from torch.nn.modules.batchnorm import _BatchNorm

from .devices import training_device

_PATIENCE = timedelta(hours=12)
"""One may compute something alone while the others wait."""


def join_workers() -> None:
    """Joins the processes that `torchrun` has started; does nothing in a single process."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2 or distributed.is_initialized():
        return
    cuda = torch.cuda.is_available()
    if cuda:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    distributed.init_process_group("nccl" if cuda else "gloo", timeout=_PATIENCE)


def count() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Which of them this one is; the first writes the files."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def wait() -> None:
    """Waits until all processes have arrived."""
    if count() > 1:
        distributed.barrier()


def first_alone(path: Path, work: Callable[[], object]) -> None:
    """Lets the first process do what makes `path`, on a disk that all see. Raises FileNotFoundError where it is not seen."""
    if rank() == 0:
        work()
    wait()
    if not path.exists():
        raise FileNotFoundError(f"{path} is not here: all machines need to see the folder --out, such as on a shared drive")


def own_part(length: int) -> slice:
    """The places of this process in a batch. Raises ValueError where a batch cannot be shared evenly."""
    if length % count():
        raise ValueError(f"a batch of {length} cannot be shared evenly by {count()} processes")
    size = length // count()
    return slice(rank() * size, (rank() + 1) * size)


def average_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Replaces each gradient by the mean over the processes, all in one message."""
    if count() == 1:
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= count()
    for gradient, mean in zip(gradients, flat.split([gradient.numel() for gradient in gradients]), strict=True):
        gradient.copy_(mean.reshape(gradient.shape))


def mean_over_workers(value: Tensor) -> Tensor:
    """The mean of a value without gradient."""
    if count() == 1:
        return value
    total = value.to(training_device(), copy=True)
    distributed.all_reduce(total)
    return total / count()


def mean_of(values: list[float]) -> float:
    """The mean over the processes of the numbers that each has."""
    return float(mean_over_workers(torch.tensor(values).mean()))


def gather_rows(rows: Tensor, length: int) -> Tensor:
    """Joins the own_rows of each process, of `length` rows in total. [n, ...] -> [length, ...]"""
    if count() == 1:
        return rows
    parts: list[Tensor | None] = [None] * count()
    distributed.all_gather_object(parts, rows)
    whole = torch.cat([part for part in parts if part is not None])
    if len(whole) != length:
        raise ValueError(f"the processes have {len(whole)} of {length} rows")
    return whole


def own_rows(length: int) -> slice:
    """The rows of this process, of so many that are read once; about equally many for all."""
    edges = [length * place // count() for place in range(count() + 1)]
    return slice(edges[rank()], edges[rank() + 1])


class SharedBatchNorm(_BatchNorm):
    """Batch norm over the batches of all processes, on any device: what one process computes on the whole batch."""

    def _check_input_dim(self, _: Tensor) -> None:
        pass

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        axes = [0, *range(2, x.dim())]
        shape = [1, -1, *[1] * (x.dim() - 2)]
        whole = x.float()
        mean = all_reduce(whole.mean(dim=axes)) / count()
        variance = all_reduce((whole - mean.reshape(shape)).square().mean(dim=axes)) / count()
        with torch.no_grad():
            size = x.numel() // x.shape[1] * count()
            momentum = self.momentum if self.momentum is not None else 1.0 / float(self.num_batches_tracked + 1)
            self.running_mean.lerp_(mean, momentum)
            self.running_var.lerp_(variance * size / (size - 1), momentum)
            self.num_batches_tracked += 1
        normal = (whole - mean.reshape(shape)) * (variance.reshape(shape) + self.eps).rsqrt()
        return (normal * self.weight.reshape(shape) + self.bias.reshape(shape)).to(x.dtype)


class SharedDropout(nn.Dropout):
    """Dropout by the mask that one process would draw for the whole batch; its part of it is used. The seed is the same for all."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        # Laid out in memory as x is: the numbers are drawn in that order.
        order = sorted(range(x.dim()), key=x.stride, reverse=True)
        sizes = [x.shape[axis] * (count() if axis == 0 else 1) for axis in order]
        whole = torch.empty(sizes, dtype=x.dtype, device=x.device).permute([order.index(axis) for axis in range(x.dim())])
        whole.bernoulli_(1 - self.p)
        return x * whole[own_part(len(whole))] / (1 - self.p)


def share_layers(network: nn.Module) -> None:
    """Lets layers that look at the whole batch do so: the same names, weights and statistics. Nothing changes in a single process."""
    if count() == 1:
        return
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            module.__class__ = SharedBatchNorm
        elif isinstance(module, nn.Dropout):
            module.__class__ = SharedDropout
