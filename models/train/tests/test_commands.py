"""The commands as a user types them, on faces made up for the test."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from grefel_train.contract import read_metadata

ROOT = Path(__file__).parents[3]
RECIPE = """
name = "quick"
[model]
image_stream = "mobile_face_net"
landmark_stream = "mobile_face_net"
[landmark]
expression_share = 0.0
landmark_share = 1.0
landmark_every = 1
"""


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    path = tmp_path / "marks.npz"
    points = 0.5 + 0.05 * np.random.default_rng(0).random((24, 68, 2), np.float32)
    points[:, 36, 0], points[:, 45, 0] = 0.3, 0.7
    np.savez(path, train=points, dev=points)
    return path


def test_a_recipe_becomes_a_model_with_its_reports(command, data: Path, marks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe, run, out = tmp_path / "quick.toml", tmp_path / "run", tmp_path / "models"
    recipe.write_text(RECIPE)
    training = ("train", "--config", recipe, "--data", data, "--marks", marks, "--weights", tmp_path, "--out", run, "--trial", 2)
    command(*training)
    command(*training, "--without-balancing")
    checkpoint, without = run / "fusion/best.pt", run / "without-balancing/fusion/best.pt"
    command("export", "--config", recipe, "--data", data, "--checkpoint", checkpoint, "--out", out, "--version", "0.0.1", "--temper", "--report", tmp_path / "report.json")
    metadata, report = read_metadata(out / "quick.onnx"), json.loads((tmp_path / "report.json").read_text())
    assert metadata["delta"] == pytest.approx(report["calibration"]["temperature"])
    assert (out / "quick.card.md").read_text().startswith("# quick 0.0.1")
    assert report["differences"]["torch"] < 1e-4
    command("ablate", "--config", recipe, "--data", data, "--run", run, "--out", tmp_path / "tables", "--tables", "2", "--images", 16)
    assert "**Table 2 balancing**" in (tmp_path / "tables/tables.md").read_text()
    for kept in (run / "landmark/best.pt", checkpoint, out / "quick.onnx"):
        capsys.readouterr()
        command("landmarks", "--data", data, "--marks", marks, "--checkpoint", kept, "--faces", ROOT / "test/fixtures/preprocessing", "--out", tmp_path / "sheet.png")
        assert 0 < json.loads(capsys.readouterr().out)["mean"] < 2
    command("evaluate", out / "quick.onnx", "--data", data, "--out", tmp_path / "evaluated", "--without", without, "--config", recipe, "--temper")
    assert "| | corrected | primary | trained without balancing |" in (tmp_path / "evaluated/report.md").read_text()
    with pytest.raises(SystemExit, match="is no checkpoint of this recipe"):
        command("evaluate", out / "quick.onnx", "--data", data, "--out", tmp_path / "evaluated", "--without", checkpoint, "--config", recipe)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("evaluate", "none.onnx", "--data", "nowhere", "--out", "."), "none.onnx"),
        (("parity", "--model", "none.onnx", "--root", ".", "--checkpoint", "a.pt"), "--config and --checkpoint belong together"),
    ],
)
def test_a_mistake_is_one_line(command, words: tuple[str, ...], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=complaint) as stopped:
        command(*words)
    assert "\n" not in str(stopped.value)
