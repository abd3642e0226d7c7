"""The same model in other number formats, and what each costs and gains in onnxruntime on the CPU.

fp16 halves the file; int8 is static, QDQ, calibrated on Training images, with the blocks that it would hurt left in fp32.
Its weights have seven bits: a processor without VNNI adds two products of bytes in 16 bits, and eight would overflow there
(https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QDQQuantizer, QuantType, create_calibrator
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16

from .calibration import expected_calibration_error
from .contract import DISTRIBUTIONS, INPUT, METADATA_KEY, read_metadata
from .evaluate import figures
from .export import open_session, run_all
from .fer import read_split, truth
from .flag_measures import flag_figures, given_labels
from .measures import as_inputs

HALF, BYTE = "fp16", "int8"
CALIBRATION_BATCH = 32
METHODS = {"minmax": CalibrationMethod.MinMax, "percentile": CalibrationMethod.Percentile}
_BLOCK = re.compile(r"^(/encoder/(?:streams/)?[^/]+/[^/]+)")


@dataclass(frozen=True)
class ByteOptions:
    """How convolutions become int8. Everything else stays in fp32: it costs little and loses much.

    Percentiles of what `images` Training images give are the ranges. Blocks that hurt most stay in fp32 too, until the
    distributions are near those of fp32: their mean Kullback-Leibler divergence on `compared` other Training images at most `divergence`.
    """

    method: str = "percentile"
    percentile: float = 99.99
    images: int = 64
    compared: int = 96
    divergence: float = 0.002


class _Calibration(CalibrationDataReader):
    """Model inputs uint8 [N, 112, 112, 3] in batches."""

    def __init__(self, images: np.ndarray) -> None:
        self.batches: Iterator[np.ndarray] = iter(np.array_split(images, max(1, len(images) // CALIBRATION_BATCH)))

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {INPUT: batch}


def _save(model: onnx.ModelProto, source: Path, precision: str, path: Path) -> None:
    """Writes a converted model with the contract's metadata of the original, and the file it was made from."""
    metadata = read_metadata(source) | {"precision": precision, "convertedFrom": hashlib.sha256(source.read_bytes()).hexdigest()}
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {METADATA_KEY: json.dumps(metadata)})
    onnx.save(model, path)


def write_half(source: Path, target: Path) -> None:
    """Weights and arithmetic in fp16; inputs and outputs stay as the contract says."""
    half = convert_float_to_float16(onnx.load(source), keep_io_types=True, op_block_list=["Log", "Pow", "Sqrt", "ReduceL2", "Resize"])
    _save(half, source, HALF, target)


def _blocks(graph: onnx.GraphProto) -> dict[str, list[str]]:
    """Names of the convolutions, by the block of the network they are in."""
    found: dict[str, list[str]] = {}
    for node in graph.node:
        if node.op_type == "Conv":
            block = _BLOCK.match(node.name)
            found.setdefault(block[1] if block else node.name, []).append(node.name)
    return found


class ByteWriter:
    """Static int8 in QDQ form, weights per channel and of seven bits, by ranges that are found once. `images` uint8 [N, 112, 112, 3]."""

    def __init__(self, source: Path, images: np.ndarray, options: ByteOptions, folder: Path) -> None:
        self.source, self.prepared, self.trial = source, folder / "prepared.onnx", folder / "trial.onnx"
        quant_pre_process(source, self.prepared, skip_symbolic_shape=True)
        calibrating = len(images) * options.images // (options.images + options.compared)
        extra = {"percentile": options.percentile} if options.method == "percentile" else {}
        calibrator = create_calibrator(
            self.prepared, ["Conv"], augmented_model_path=str(folder / "augmented.onnx"), calibrate_method=METHODS[options.method],
            extra_options=extra,
        )  # fmt: skip
        with contextlib.redirect_stdout(io.StringIO()):
            calibrator.collect_data(_Calibration(images[:calibrating]))
            self.ranges = calibrator.compute_data()
        self.blocks = _blocks(onnx.load(self.prepared).graph)
        self.compared = images[calibrating:]
        self.expected = run_all(open_session(source, 1), self.compared)["corrected"]

    def write(self, path: Path, kept: Iterable[str]) -> None:
        """All blocks in int8 but the `kept` ones."""
        excluded = [name for block in kept for name in self.blocks[block]]
        quantizer = QDQQuantizer(
            onnx.load(self.prepared), True, True, QuantType.QInt8, QuantType.QUInt8, self.ranges, [], excluded, ["Conv"], {}
        )
        quantizer.quantize_model()
        _save(quantizer.model.model, self.source, BYTE, path)

    def divergence(self, kept: Iterable[str]) -> float:
        """Mean KL divergence of the corrected distributions from those of fp32, with some blocks kept."""
        self.write(self.trial, kept)
        found = run_all(open_session(self.trial, 1), self.compared)["corrected"]
        ratio = np.log(np.maximum(self.expected, 1e-8) / np.maximum(found, 1e-8))
        return float((self.expected * ratio).sum(axis=1).mean())

    def choose_kept(self, limit: float) -> list[str]:
        """The fewest blocks to keep in fp32, the most harmful first, that bring the divergence to `limit`."""
        if self.divergence([]) <= limit:
            return []
        harm = {block: self.divergence(other for other in self.blocks if other != block) for block in self.blocks}
        ordered = sorted(self.blocks, key=lambda block: -harm[block])
        fewest, most = 1, len(ordered)
        while fewest < most:
            middle = (fewest + most) // 2
            if self.divergence(ordered[:middle]) <= limit:
                most = middle
            else:
                fewest = middle + 1
        return ordered[:fewest]


def convert(source: Path, data: Path, folder: Path, options: ByteOptions) -> tuple[dict[str, Path], list[str]]:
    """Writes NAME.fp16.onnx and NAME.int8.onnx of a model file into `folder`. -> the files by precision, the original as fp32, and the
    blocks that int8 keeps in fp32."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"fp32": source} | {kind: folder / f"{source.stem}.{kind}.onnx" for kind in (HALF, BYTE)}
    write_half(source, files[HALF])
    train = read_split(data, "train")
    seen = np.random.default_rng(1).permutation(len(train))[: options.images + options.compared]
    with tempfile.TemporaryDirectory() as aside:
        writer = ByteWriter(source, as_inputs(train.keep(np.isin(np.arange(len(train)), seen))), options, Path(aside))
        kept = writer.choose_kept(options.divergence)
        writer.write(files[BYTE], kept)
    return files, kept


def rates(files: dict[str, Path], images: np.ndarray, threads: int, rounds: int = 10) -> dict[str, list[float]]:
    """Images per second of each file, alternating, so that other work slows all of them equally; the first two rounds warm up."""
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
    (files, kept), split = convert(source, data, folder, options), read_split(data, role)
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
    (folder / "precision.json").write_text(json.dumps({"role": role, "byteOptions": asdict(options), "keptInFp32": kept, "files": report}, indent=1) + "\n")
    table = _table(report, role) + (
        f"\nImages a second in Python's onnxruntime with {threads} CPU threads, all files alternating: on a busy machine only the ratio counts. Flags:\n"
        "average precision of wrong FER2013 labels, log(best other / given). Largest difference: of any of the four distributions from fp32.\n"
        f"int8 has weights of seven bits and keeps these layers in fp32: {', '.join(kept) or 'no convolution'}.\n"
    )
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
