"""Speed of an exported model in onnxruntime, next to a bare MobileFaceNet in the same run (other work slows both)."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from .contract import INPUT
from .export import OPSET, Deployed, open_session, to_onnx
from .model import Grefel, ModelShape
from .streams import MobileFaceNet


class _Bare(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stream, self.head = MobileFaceNet(), nn.Linear(MobileFaceNet.vector_size, 8)

    def forward(self, image: Tensor) -> Tensor:
        return self.head(self.stream.vector(self.stream(image.float().permute(0, 3, 1, 2)).high))


def _bare_session(threads: int) -> onnxruntime.InferenceSession:
    buffer = io.BytesIO()
    example = torch.zeros(2, 112, 112, 3, dtype=torch.uint8)
    torch.onnx.export(
        _Bare().eval(), (example,), buffer, input_names=[INPUT], opset_version=OPSET, dynamo=False,
        dynamic_axes={INPUT: {0: "N"}},
    )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(buffer.getvalue(), options, providers=["CPUExecutionProvider"])


def measure(path: Path | None, threads: int = 2, batch: int = 32, rounds: int = 12) -> dict[str, float]:
    """Images per second of the model at `path` (None: random weights) and of the bare network, alternating.

    The best and the median round of each; the ratio is of the medians.
    """
    with tempfile.TemporaryDirectory() as folder:
        if path is None:
            grefel = Grefel(ModelShape()).eval()
            path = Path(folder) / "random.onnx"
            path.write_bytes(to_onnx(Deployed(grefel.encoder, grefel.balancing)).SerializeToString())
        sessions = {"model": open_session(path, threads), "bare": _bare_session(threads)}
    images = np.random.default_rng(0).integers(0, 256, (batch, 112, 112, 3), dtype=np.uint8)
    rates: dict[str, list[float]] = {name: [] for name in sessions}
    for turn in range(rounds + 2):
        for name, session in sessions.items():
            start = time.perf_counter()
            session.run(None, {INPUT: images})
            if turn >= 2:
                rates[name].append(batch / (time.perf_counter() - start))
    report = {}
    for name, values in rates.items():
        report[f"{name} images/s, median"] = float(np.median(values))
        report[f"{name} images/s, best"] = max(values)
    report["ratio to bare"] = report["model images/s, median"] / report["bare images/s, median"]
    return report
