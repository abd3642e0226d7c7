"""Initial weights of the streams, and how a stream is recovered from a shipped file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from .face_network import unfold_batch_norms
from .phase_streams import StreamLearner, batches_of

# foamliu's last projection and batch norm, which are not used here.
_UNUSED = ("conv3.", "bn.")


def load_start(learner: StreamLearner, path: Path | None, faces: Tensor) -> None:
    """Puts a file's weights into the stream, and into the heads where it has them; None starts at random.

    Knows a checkpoint of phase 1, and public weights under the key `backbone`. `faces` uint8 [N, 1, 112, 112] give folded
    batch norms their statistics. Raises ValueError where a layer has no weights.
    """
    if path is None:
        return
    weights = torch.load(path, weights_only=True, map_location="cpu")
    if "backbone" in weights:
        weights = {f"b.{name}": value for name, value in weights["backbone"].items()}
    weights = {name: value.float() for name, value in weights.items() if not name.startswith(tuple(f"b.{part}" for part in _UNUSED))}
    missing, unknown = learner.load_state_dict(weights, strict=False)
    missing = [name for name in missing if name.startswith("b.")]
    if missing or unknown:
        raise ValueError(f"{path} does not fit {type(learner.b).__name__}: missing {missing[:3]}, unknown {unknown[:3]}")
    norms = [module for module in learner.b.modules() if isinstance(module, nn.BatchNorm2d)]
    if all(bool((norm.running_mean == 0).all()) for norm in norms):
        unfold_batch_norms(learner.b, batches_of(faces))


@torch.no_grad()
def recover_stream(path: Path, stream: nn.Module, prefixes: tuple[str, ...]) -> None:
    """Reads a stream's weights out of a model file, where each batch norm is folded into the convolution before it.

    `prefixes` say where the stream's convolutions are in the graph, such as `/encoder/streams/landmark_stream/`. Last layers
    that the file does not use keep their weights. Raises ValueError if the file holds another network.
    """
    graph = onnx.load(path).graph
    constants = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    folded = [
        [torch.from_numpy(np.array(constants[name])) for name in node.input[1:]]
        for node in graph.node
        if node.op_type == "Conv" and node.name.startswith(prefixes)
    ]
    # Both graph and modules are in the order of computation.
    layers = [module for module in stream.modules() if isinstance(module, nn.Conv2d | nn.BatchNorm2d)]
    convolutions = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    shapes = [tuple(layer.weight.shape) for layer in convolutions]
    if not folded or [tuple(weight.shape) for weight, _ in folded] != shapes[: len(folded)]:
        raise ValueError(f"{path} has {len(folded)} convolutions at {prefixes}; they are not those of {type(stream).__name__}")
    for layer, (weight, bias) in zip(convolutions, folded, strict=False):
        norm = next(after for after in layers[layers.index(layer) :] if isinstance(after, nn.BatchNorm2d))
        layer.weight.copy_(weight)
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
        norm.weight.fill_(1)
        norm.bias.copy_(bias)
