"""From a trained network to an ONNX file of the contract, checked against PyTorch and for batch independence."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from .contract import INPUT, OUTPUTS, QUALITY
from .graphs import fold_pads
from .preprocessing import INPUT_SIZE

OPSET = 18


class Deployed(nn.Module):
    """Turns the contract's input into a network's and names its outputs. uint8 [N, 112, 112, 3] -> `outputs`.

    `encoder` takes float RGB 0..255 [N, 3, 112, 112] and gives the embedding [N, D]; `quality` turns that into logits [N, 1].
    """

    def __init__(self, encoder: nn.Module, balancing: nn.Module, quality: nn.Module | None = None) -> None:
        super().__init__()
        self.encoder, self.balancing, self.quality = encoder, balancing, quality
        self.outputs = OUTPUTS if quality is None else (*OUTPUTS, QUALITY)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        embedding = self.encoder(image.float().permute(0, 3, 1, 2))
        outputs = (*self.balancing(embedding), embedding)
        return outputs if self.quality is None else (*outputs, self.quality(embedding).sigmoid().squeeze(1))


def to_onnx(network: Deployed) -> onnx.ModelProto:
    """An eval-mode network -> ONNX with a dynamic number of images."""
    network.eval()
    example = torch.zeros(2, INPUT_SIZE, INPUT_SIZE, 3, dtype=torch.uint8)
    buffer = io.BytesIO()
    torch.onnx.export(
        network, (example,), buffer, input_names=[INPUT], output_names=list(network.outputs), opset_version=OPSET,
        dynamic_axes={name: {0: "N"} for name in (INPUT, *network.outputs)}, do_constant_folding=True, dynamo=False,
    )  # fmt: skip
    return fold_pads(onnx.load_from_string(buffer.getvalue()))


def open_session(model: Path | onnx.ModelProto, threads: int = 2) -> onnxruntime.InferenceSession:
    """An onnxruntime session on the CPU, as the app opens it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    source = model.SerializeToString() if isinstance(model, onnx.ModelProto) else model
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def run(session: onnxruntime.InferenceSession, images: np.ndarray) -> dict[str, np.ndarray]:
    """uint8 [N, 112, 112, 3] -> outputs by name."""
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {INPUT: images}), strict=True))


def run_all(session: onnxruntime.InferenceSession, images: np.ndarray, batch: int = 32) -> dict[str, np.ndarray]:
    """`run` in batches."""
    parts = [run(session, images[start : start + batch]) for start in range(0, len(images), batch)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def check(path: Path, network: Deployed, images: np.ndarray, tolerance: float = 1e-4) -> dict[str, float]:
    """Largest differences of the file to PyTorch (`torch`) and between alone and in a batch (`batch`).

    Raises ValueError beyond `tolerance` (to PyTorch) or 1e-5 (batch), or where an output is not finite.
    """
    session = open_session(path)
    together = run(session, images)
    with torch.no_grad():
        expected = dict(zip(network.outputs, network(torch.from_numpy(images)), strict=True))
    worst = {"torch": 0.0, "batch": 0.0}
    alone = [run(session, images[i : i + 1]) for i in range(len(images))]
    for name in network.outputs:
        if not np.isfinite(together[name]).all():
            raise ValueError(f"output {name} is not finite")
        worst["torch"] = max(worst["torch"], float(np.abs(together[name] - expected[name].numpy()).max()))
        single = np.concatenate([one[name] for one in alone])
        worst["batch"] = max(worst["batch"], float(np.abs(together[name] - single).max()))
    if worst["torch"] > tolerance or worst["batch"] > 1e-5:
        raise ValueError(f"the exported file differs: {worst}")
    return worst
