"""`torchrun`: two processes learn what one learns, with the same batches."""

import csv
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TRAIN = Path(__file__).parents[1]
PHASES = Path(__file__).parent / "train_phases.py"


def run(words: list[str], processes: int) -> None:
    """Runs Python with these words, or `torchrun` with two processes on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    several = ["-m", "torch.distributed.run", f"--nproc-per-node={processes}", f"--master-port={port}"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(TRAIN)}
    done = subprocess.run([sys.executable, *(several if processes > 1 else []), *words], cwd=TRAIN, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def curve(path: Path) -> list[float]:
    """The losses of a log or of loss.csv, in the order of their steps."""
    if path.suffix == ".csv":
        return [float(row["loss"]) for row in csv.DictReader(path.open())]
    return [row["loss"] for row in map(json.loads, path.read_text().splitlines()) if "loss" in row]


@pytest.fixture(scope="module")
def phases(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folders = {processes: tmp_path_factory.mktemp(f"processes-{processes}") for processes in (1, 2)}
    for processes, folder in folders.items():
        run([str(PHASES), str(folder)], processes)
    return folders


@pytest.mark.parametrize("phase", ["stream", "landmark", "vectors", "fusion"])
def test_two_processes_have_the_loss_curve_of_one(phase: str, phases: dict[int, Path]) -> None:
    one, two = (curve(folder / phase / "log.jsonl") for folder in phases.values())
    assert len(one) == 3
    assert two == pytest.approx(one, rel=2e-3)


def test_two_processes_have_the_gradients_of_one(phases: dict[int, Path]) -> None:
    one, two = ([float(line) for line in (folder / "gradients.txt").read_text().split()] for folder in phases.values())
    assert len(one) == 12
    assert two == pytest.approx(one, rel=2e-2)


def test_own_training_with_torchrun_writes_what_one_process_writes(dataset: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    table, images = dataset
    for processes in (1, 2):
        words = ["-m", "grefel_train", "train", "--dataset", table, "--images", images, "--model", model, "--folds", 2, "--least-steps", 60, "--out", tmp_path / str(processes)]
        run([str(word) for word in words], processes)
    one, two = (curve(tmp_path / str(processes) / "loss.csv") for processes in (1, 2))
    assert len(one) == 3
    assert two == pytest.approx(one, rel=1e-2)
    reports = [json.loads((tmp_path / str(processes) / "report.json").read_text()) for processes in (1, 2)]
    assert reports[1]["accuracy"] == pytest.approx(reports[0]["accuracy"], abs=0.02)
    assert (tmp_path / "2/out-of-fold/manifest.json").exists() and (tmp_path / "2/own.onnx").exists()
