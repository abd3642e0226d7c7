"""Both streams, frozen, in onnxruntime: half the time of PyTorch on a CPU, in a separate thread beside the training."""

from __future__ import annotations

import copy
import io
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import onnxruntime
import torch
from torch import Tensor, nn

from .model import StreamMaps, TwoStreams
from .streams import Maps

T = TypeVar("T")
R = TypeVar("R")


def open_network(network: nn.Module, threads: int = 1) -> onnxruntime.InferenceSession:
    """A network of one input, float RGB [N, 3, 112, 112], in onnxruntime."""
    buffer = io.BytesIO()
    torch.onnx.export(
        network.eval(), (torch.zeros(2, 3, 112, 112),), buffer, input_names=["image"], opset_version=18, dynamo=False,
        dynamic_axes={"image": {0: "N"}},
    )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(buffer.getvalue(), options, providers=["CPUExecutionProvider"])


class FrozenStreams:
    """Float RGB [N, 3, 112, 112] 0..255 -> StreamMaps, batch norms in eval mode."""

    def __init__(self, streams: TwoStreams, threads: int = 1) -> None:
        self.session = open_network(streams, threads)

    def __call__(self, image: Tensor) -> StreamMaps:
        outputs = [torch.from_numpy(value) for value in self.session.run(None, {"image": image.numpy()})]
        return StreamMaps(Maps(*outputs[:3]), Maps(*outputs[3:6]), outputs[6])


def freeze(streams: TwoStreams, device: torch.device) -> Callable[[Tensor], StreamMaps]:
    """The streams as a function of float RGB [N, 3, 112, 112]: in onnxruntime on a CPU, in PyTorch elsewhere."""
    if device.type == "cpu":
        return FrozenStreams(streams)

    frozen = copy.deepcopy(streams).eval()

    @torch.no_grad()
    def read(image: Tensor) -> StreamMaps:
        return frozen(image.to(device))

    return read


def ahead(work: Callable[[T], R], items: Iterable[T], depth: int = 3) -> Iterator[R]:
    """work(item) of each item in order, computed in a thread up to `depth` results ahead. Errors are passed on."""
    results: queue.Queue[tuple[bool, R | BaseException | None]] = queue.Queue(depth)

    def produce() -> None:
        try:
            for item in items:
                results.put((True, work(item)))
            results.put((False, None))
        except BaseException as error:
            results.put((False, error))

    threading.Thread(target=produce, daemon=True).start()
    while True:
        more, result = results.get()
        if not more:
            if isinstance(result, BaseException):
                raise result
            return
        yield result  # type: ignore[misc]
