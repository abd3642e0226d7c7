"""Changes of a model's graph that keep what it computes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def in_order(model: onnx.ModelProto) -> onnx.ModelProto:
    """Puts each node, in place, after those whose outputs it reads; onnxruntime's quantizer leaves them in any order."""
    made_by = {name: place for place, node in enumerate(model.graph.node) for name in node.output}
    nodes, order, seen = list(model.graph.node), [], set()
    for start in range(len(nodes)):
        waiting = [start]
        while waiting:
            place = waiting[-1]
            missing = [made_by[name] for name in nodes[place].input if name in made_by and made_by[name] not in seen]
            if missing:
                waiting.extend(missing)
                continue
            waiting.pop()
            if place not in seen:
                seen.add(place)
                order.append(nodes[place])
    del model.graph.node[:]
    model.graph.node.extend(order)
    return model


def without_unused(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drops, in place, nodes and weights that no output needs. Nodes are in order."""
    needed, kept = {output.name for output in model.graph.output}, []
    for node in reversed(model.graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    weights = [weight for weight in model.graph.initializer if weight.name in needed]
    del model.graph.node[:], model.graph.initializer[:], model.graph.value_info[:]
    model.graph.node.extend(reversed(kept))
    model.graph.initializer.extend(weights)
    return model


def computing(model: onnx.ModelProto, names: Sequence[str], kind: int = TensorProto.FLOAT) -> onnx.ModelProto:
    """A copy that computes these tensors, all of one type, and nothing else. Raises ValueError where the graph has none of a name."""
    known = {name for node in model.graph.node for name in node.output}
    missing = [name for name in names if name not in known]
    if missing:
        raise ValueError(f"the model has no tensor {missing[0]}")
    part = onnx.ModelProto()
    part.CopyFrom(model)
    del part.graph.output[:]
    part.graph.output.extend(helper.make_tensor_value_info(name, kind, None) for name in names)
    return without_unused(in_order(part))


def _whole_numbers(model: onnx.ModelProto, names: Sequence[str]) -> dict[str, np.ndarray]:
    stored = {weight.name: numpy_helper.to_array(weight) for weight in model.graph.initializer if weight.name in names}
    computed = [name for name in names if name not in stored]
    if not computed:
        return stored
    part = computing(model, computed, TensorProto.INT64)
    del part.graph.input[:]
    session = onnxruntime.InferenceSession(part.SerializeToString(), providers=["CPUExecutionProvider"])
    return stored | dict(zip(computed, session.run(computed, {}), strict=True))


def fold_pads(model: onnx.ModelProto) -> onnx.ModelProto:
    """Lets convolutions pad by themselves, in place, where zeros are put around a map before them.

    PyTorch has no convolution that pads one side only, ONNX has; onnxruntime copies and reorders the whole map for a node Pad.
    """
    convolutions = {node.input[0]: node for node in model.graph.node if node.op_type == "Conv"}
    readers = [name for node in model.graph.node for name in node.input]
    pads = [
        node for node in model.graph.node
        if node.op_type == "Pad" and node.output[0] in convolutions and readers.count(node.output[0]) == 1 and not any(node.input[2:])
    ]  # fmt: skip
    if not pads:
        return model
    sizes = _whole_numbers(model, [node.input[1] for node in pads])
    for node in pads:
        begin, end = np.split(sizes[node.input[1]], 2)
        convolution = convolutions[node.output[0]]
        own = next(attribute for attribute in convolution.attribute if attribute.name == "pads")
        own.ints[:] = [int(size) for size in np.array(own.ints) + np.concatenate([begin[2:], end[2:]])]
        convolution.input[0] = node.input[0]
    return without_unused(in_order(model))
