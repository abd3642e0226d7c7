"""The tiny model with a graph that fails wherever a picture of the batch begins with a pure red pixel."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def write_failing_model(source: Path, target: Path) -> Path:
    """Gather from beyond a vector, as a broken export might, where the first pixel's red is 255."""
    model = onnx.load(source)
    graph = model.graph
    for node in graph.node:
        for place, name in enumerate(node.output):
            if name == "primary":
                node.output[place] = "primary_before"
        for place, name in enumerate(node.input):
            if name == "primary":
                node.input[place] = "primary_before"
    constants = {
        "zero_vector": np.zeros(1, np.float32),
        "from_0": np.zeros(4, np.int64),
        "to_1": np.array([2**31, 1, 1, 1], np.int64),
        "full": np.array(255, np.int64),
        "nine": np.array(9, np.int64),
    }
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    graph.node.extend(
        [
            helper.make_node("Cast", ["image"], ["image_int"], to=TensorProto.INT64),
            helper.make_node("Slice", ["image_int", "from_0", "to_1"], ["first_pixel"]),
            helper.make_node("ReduceMax", ["first_pixel"], ["brightest"], keepdims=0),
            helper.make_node("Equal", ["brightest", "full"], ["is_red"]),
            helper.make_node("Cast", ["is_red"], ["is_red_int"], to=TensorProto.INT64),
            helper.make_node("Mul", ["is_red_int", "nine"], ["place"]),
            helper.make_node("Gather", ["zero_vector", "place"], ["nothing"]),
            helper.make_node("Add", ["primary_before", "nothing"], ["primary"]),
        ]
    )
    onnx.save(model, target)
    return target
