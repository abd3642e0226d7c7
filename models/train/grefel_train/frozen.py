"""Both streams, frozen, in onnxruntime: half the time of PyTorch on a CPU, and beside the training in a thread of its own."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

import onnxruntime
import torch
from torch import Tensor, nn

from .data import as_rgb
from .streams import Maps, MobileFaceNet, normalise

T = TypeVar("T")
R = TypeVar("R")


class StreamMaps(NamedTuple):
    """What the token encoder reads of N images; `vector` [N, 512] is the image stream's."""

    landmark: Maps
    image: Maps
    vector: Tensor


class _Streams(nn.Module):
    def __init__(self, image: MobileFaceNet, landmark: MobileFaceNet) -> None:
        super().__init__()
        self.image, self.landmark = image, landmark

    def forward(self, grey: Tensor) -> tuple[Tensor, ...]:
        x = normalise(as_rgb(grey))
        pixels, marks = self.image(x), self.landmark(x)
        return (*marks, *pixels, self.image.vector(pixels.high))


class FrozenStreams:
    """Float grey [N, 1, 112, 112] 0..255 -> StreamMaps, batch norms in eval mode."""

    def __init__(self, image: MobileFaceNet, landmark: MobileFaceNet, threads: int = 1) -> None:
        buffer = io.BytesIO()
        torch.onnx.export(
            _Streams(image, landmark).eval(), (torch.zeros(2, 1, 112, 112),), buffer, input_names=["grey"],
            opset_version=18, dynamo=False, dynamic_axes={"grey": {0: "N"}},
        )  # fmt: skip
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(buffer.getvalue(), options, providers=["CPUExecutionProvider"])

    def __call__(self, grey: Tensor) -> StreamMaps:
        outputs = [torch.from_numpy(value) for value in self.session.run(None, {"grey": grey.numpy()})]
        return StreamMaps(Maps(*outputs[:3]), Maps(*outputs[3:6]), outputs[6])


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
