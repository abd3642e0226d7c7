"""Replaces a part of a model file by a network; everything else in the file stays as it is, weight by weight."""

from __future__ import annotations

import io
from collections.abc import Sequence

import onnx
import torch
from onnx import compose
from torch import Tensor, nn

from .export import OPSET
from .graphs import in_order, without_unused


def _as_graph(network: nn.Module, examples: Sequence[Tensor], inputs: Sequence[str], outputs: Sequence[str], prefix: str) -> onnx.GraphProto:
    buffer = io.BytesIO()
    torch.onnx.export(
        network.eval(), tuple(examples), buffer, input_names=list(inputs), output_names=list(outputs), opset_version=OPSET,
        dynamic_axes={name: {0: "N"} for name in (*inputs, *outputs)}, do_constant_folding=True, dynamo=False,
    )  # fmt: skip
    return compose.add_prefix(onnx.load_from_string(buffer.getvalue()), prefix, rename_inputs=False, rename_outputs=False).graph


def graft(
    model: onnx.ModelProto, network: nn.Module, examples: Sequence[Tensor], inputs: Sequence[str], outputs: Sequence[str], prefix: str
) -> onnx.ModelProto:
    """Computes the tensors `outputs` of a model by `network` from its tensors `inputs`, in place.

    What only the old computation of `outputs` needed goes. `examples` are inputs of the network, for its export; `prefix` is put before
    the names of its nodes and weights.
    """
    part = _as_graph(network, examples, inputs, outputs, prefix)
    for node in model.graph.node:
        # The old nodes go when nothing needs them, since nothing reads what they give any more.
        node.output[:] = [f"{name}.old" if name in outputs else name for name in node.output]
    model.graph.node.extend(part.node)
    model.graph.initializer.extend(part.initializer)
    onnx.checker.check_model(without_unused(in_order(model)))
    return model
