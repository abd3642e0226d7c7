"""The same model in other number formats, and what each costs and gains in onnxruntime on the CPU.

fp16 halves the file; int8 is static, QDQ, calibrated on Training images.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16

from .calibration import expected_calibration_error
from .contract import INPUT, METADATA_KEY
from .evaluate import figures
from .export import open_session, run_all
from .fer import read_split, truth
from .flag_measures import flag_figures, given_labels
from .measures import as_inputs

DISTRIBUTIONS = ("primary", "geometric", "attentive", "corrected")
HALF, BYTE = "fp16", "int8"
CALIBRATED, CALIBRATION_BATCH = 256, 32
METHODS = {"minmax": CalibrationMethod.MinMax, "percentile": CalibrationMethod.Percentile, "entropy": CalibrationMethod.Entropy}


@dataclass(frozen=True)
class ByteOptions:
    """Which operators become int8, and how their ranges are found. `kept` are parts of node names that stay in fp32.

    Reliability balancing stays: distances and softmax of small numbers cost little and lose much. So do the first
    convolutions, which read pixels of a wide range.
    """

    method: str = "minmax"
    operators: tuple[str, ...] = ("Conv",)
    kept: tuple[str, ...] = ("/balancing/", "/quality/")
    images: int = CALIBRATED


class _Calibration(CalibrationDataReader):
    """Model inputs uint8 [N, 112, 112, 3] in batches."""

    def __init__(self, images: np.ndarray) -> None:
        self.batches: Iterator[np.ndarray] = iter(np.array_split(images, max(1, len(images) // CALIBRATION_BATCH)))

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {INPUT: batch}


def _metadata(model: onnx.ModelProto, of: onnx.ModelProto) -> onnx.ModelProto:
    """Gives a converted model the contract's metadata of the original."""
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {entry.key: entry.value for entry in of.metadata_props if entry.key == METADATA_KEY})
    return model


def write_half(source: Path, target: Path) -> None:
    """Weights and arithmetic in fp16; inputs and outputs stay as the contract says."""
    model = onnx.load(source)
    half = convert_float_to_float16(onnx.load(source), keep_io_types=True, op_block_list=["Log", "Pow", "Sqrt", "ReduceL2", "Resize"])
    onnx.save(_metadata(half, model), target)


def write_bytes(source: Path, target: Path, images: np.ndarray, options: ByteOptions) -> None:
    """Static int8 in QDQ form, weights per channel. `images` uint8 [N, 112, 112, 3] give the ranges."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        graph = onnx.load(prepared).graph
        kept = [node.name for node in graph.node if any(part in node.name for part in options.kept)]
        quantize_static(
            prepared, target, _Calibration(images[: options.images]), quant_format=QuantFormat.QDQ, per_channel=True,
            op_types_to_quantize=list(options.operators), nodes_to_exclude=kept, calibrate_method=METHODS[options.method],
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        )  # fmt: skip
    onnx.save(_metadata(onnx.load(target), onnx.load(source)), target)


def convert(source: Path, data: Path, folder: Path, options: ByteOptions) -> dict[str, Path]:
    """Writes NAME.fp16.onnx and NAME.int8.onnx of a model file into `folder`. -> the files by precision, the original as fp32."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"fp32": source} | {kind: folder / f"{source.stem}.{kind}.onnx" for kind in (HALF, BYTE)}
    write_half(source, files[HALF])
    train = read_split(data, "train")
    chosen = np.isin(np.arange(len(train)), np.random.default_rng(1).choice(len(train), min(len(train), options.images), replace=False))
    write_bytes(source, files[BYTE], as_inputs(train.keep(chosen)), options)
    return files


def rates(files: dict[str, Path], images: np.ndarray, threads: int, rounds: int = 10) -> dict[str, list[float]]:
    """Images per second of each file, taken in turns, so that other work slows all alike; the first two rounds warm up."""
    sessions = {name: open_session(path, threads) for name, path in files.items()}
    found: dict[str, list[float]] = {name: [] for name in files}
    for turn in range(rounds + 2):
        for name, session in sessions.items():
            start = time.perf_counter()
            session.run(None, {INPUT: images})
            if turn >= 2:
                found[name].append(len(images) / (time.perf_counter() - start))
    return found


def compare(source: Path, data: Path, folder: Path, role: str = "dev", threads: int = 2) -> str:
    """Converts a model file and measures each precision; writes `precision.json` and `precision.md` into `folder`. -> the table."""
    options = ByteOptions()
    files, split = convert(source, data, folder, options), read_split(data, role)
    images, labels, given = as_inputs(split), truth(split.votes, split.rejected), given_labels(data, split.images)
    speed = rates(files, images[:32], threads)
    report: dict[str, dict[str, float]] = {}
    reference: dict[str, np.ndarray] = {}
    for name, path in files.items():
        outputs = run_all(open_session(path, threads), images)
        reference = reference or outputs
        report[name] = {
            "accuracy": figures(labels, outputs)["correctedAccuracy"], "logLoss": figures(labels, outputs)["correctedLogLoss"],
            "calibrationError": expected_calibration_error(outputs["corrected"], labels),
            "flags": flag_figures(outputs["corrected"], given, labels, split.votes)["flagsRatio"],
            "imagesPerSecond": float(np.median(speed[name])),
            "ratio": float(np.median(np.array(speed[name]) / np.array(speed["fp32"]))),
            "megabytes": path.stat().st_size / 1e6,
            "largestDifference": max(float(np.abs(outputs[kind] - reference[kind]).max()) for kind in DISTRIBUTIONS),
        }  # fmt: skip
    (folder / "precision.json").write_text(json.dumps({"role": role, "byteOptions": asdict(options), "files": report}, indent=1) + "\n")
    table = _table(report, role)
    (folder / "precision.md").write_text(table)
    return table


def _table(report: dict[str, dict[str, float]], role: str) -> str:
    lines = [
        f"| `{role}` | accuracy | log loss | ECE | flags | images/s | to fp32 | MB | largest difference |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, row in report.items():
        lines.append(
            f"| {name} | {row['accuracy']:.1%} | {row['logLoss']:.3f} | {row['calibrationError']:.1%} | {row['flags']:.3f} "
            f"| {row['imagesPerSecond']:.1f} | {row['ratio']:.2f} | {row['megabytes']:.1f} | {row['largestDifference']:.3f} |"
        )
    return "\n".join(lines) + "\n"
