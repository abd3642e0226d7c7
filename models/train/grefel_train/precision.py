"""Smaller number formats of a model file: half precision, and 8 bits calibrated on Training images."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from .contract import INPUT
from .evaluate import figures
from .export import open_session, run_all
from .fer import Split, read_split, truth
from .flag_measures import flag_figures, given_labels
from .measures import as_inputs


class _Images(CalibrationDataReader):
    def __init__(self, images: np.ndarray, batch: int = 16) -> None:
        self.parts: Iterator[np.ndarray] = iter([images[start : start + batch] for start in range(0, len(images), batch)])

    def get_next(self) -> dict[str, np.ndarray] | None:
        part = next(self.parts, None)
        return None if part is None else {INPUT: part}


def to_half(path: Path, out: Path) -> None:
    """Weights and arithmetic in 16 bits; input and outputs keep their types."""
    from onnxconverter_common import float16

    onnx.save(float16.convert_float_to_float16(onnx.load(path), keep_io_types=True, op_block_list=["Cast", "Log", "Sqrt", "Softmax", "ReduceSum"]), out)


def to_eight_bits(path: Path, out: Path, images: np.ndarray) -> None:
    """Static QDQ: the streams' convolutions in 8 bits per channel, everything behind them as it was.

    Anchor distances and softmax stay in 32 bits: they are cheap, and their errors would reach the user as they are.
    """
    prepared = out.with_suffix(".prepared.onnx")
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    graph = onnx.load(prepared).graph
    convolutions = [node.name for node in graph.node if node.op_type == "Conv"]
    quantize_static(
        str(prepared), str(out), _Images(images), quant_format=QuantFormat.QDQ, per_channel=True, activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8, nodes_to_quantize=convolutions, calibrate_method=CalibrationMethod.MinMax,
        extra_options={"ActivationSymmetric": False},
    )  # fmt: skip
    prepared.unlink()


def compare(paths: dict[str, Path], split: Split, images: np.ndarray, given: np.ndarray, threads: int = 2) -> dict[str, Any]:
    """Accuracy, flags' average precision, size, and speed of each file, in turns, as a ratio to the first."""
    labels = truth(split.votes, split.rejected)
    report: dict[str, Any] = {}
    sessions = {name: open_session(path, threads) for name, path in paths.items()}
    for name, session in sessions.items():
        outputs = run_all(session, images)
        measured = figures(labels, outputs)
        flags = flag_figures(outputs["corrected"], given, labels, split.votes)
        report[name] = {
            "accuracy": measured["correctedAccuracy"], "logLoss": measured["correctedLogLoss"], "flagsRatio": flags["flagsRatio"],
            "megabytes": paths[name].stat().st_size / 1e6,
        }  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in sessions}
    for turn in range(9):
        for name, session in sessions.items():
            start = time.process_time()
            session.run(None, {INPUT: images[:32]})
            if turn >= 2:
                times[name].append(time.process_time() - start)
    first = next(iter(times))
    for name, values in times.items():
        report[name]["imagesPerCpuSecond"] = 32 / float(np.median(values))
        report[name]["speedRatio"] = float(np.median(times[first]) / np.median(values))
    return report


def compare_formats(path: Path, data: Path, folder: Path, calibration: int = 256) -> dict[str, Any]:
    """Writes the other formats of a model file into `folder` and compares all on `dev`."""
    folder.mkdir(parents=True, exist_ok=True)
    train, dev = read_split(data, "train"), read_split(data, "dev")
    chosen = np.zeros(len(train), bool)
    chosen[np.random.default_rng(1).choice(len(train), calibration, replace=False)] = True
    half, eight = folder / f"{path.stem}.fp16.onnx", folder / f"{path.stem}.int8.onnx"
    to_half(path, half)
    to_eight_bits(path, eight, as_inputs(train.keep(chosen)))
    return compare({"fp32": path, "fp16": half, "int8": eight}, dev, as_inputs(dev), given_labels(data, dev.images))
