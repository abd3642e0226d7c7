"""What the commands write of a model file: reports, other precisions, calibration, landmarks, tables."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from grefel_train.ablation import ablate, read_runs
from grefel_train.ablation_tables import size_of, write_tables
from grefel_train.contract import read_metadata
from grefel_train.data import Labelled
from grefel_train.evaluation_report import write_report
from grefel_train.landmark_probe import probe
from grefel_train.marks import Marks
from grefel_train.model import ModelShape
from grefel_train.parity import compare_files
from grefel_train.precision import compare
from grefel_train.reliability import ReliabilityBalancing, weigh_by_confidence
from grefel_train.streams import MobileFaceNet
from grefel_train.temperature import calibrate, temper
from grefel_train.vectors import Vectors, read_vectors

ROOT = Path(__file__).parents[3]


def test_a_report_has_every_class_and_its_pictures(model_file: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    report = write_report(model_file, data, "dev", out, None, changed=True)
    text = (out / "report.md").read_text()
    assert text.startswith("# small-one 1.0.0 on `dev`")
    assert "| contempt | 3 |" in text and "mouth covered" in text
    assert np.sum(report["confusion"]) == report["images"] == 24
    for name in ("confusion.svg", "reliability.svg", "distributions.svg"):
        assert (out / name).read_bytes().startswith(b"<?xml")


def test_other_precisions_keep_the_contract_and_stay_near(model_file: Path, data: Path, tmp_path: Path) -> None:
    table = compare(model_file, data, tmp_path / "out", threads=1)
    assert [line.split(" | ")[0] for line in table.splitlines()[2:5]] == ["| fp32", "| fp16", "| int8"]
    for kind in ("fp16", "int8"):
        converted = tmp_path / f"out/small-one.{kind}.onnx"
        made_of = {"precision": kind, "convertedFrom": hashlib.sha256(model_file.read_bytes()).hexdigest()}
        assert read_metadata(converted) == read_metadata(model_file) | made_of
    bytes_ = [numpy_helper.to_array(weight) for weight in onnx.load(tmp_path / "out/small-one.int8.onnx").graph.initializer if weight.data_type == onnx.TensorProto.INT8]
    weights = [values for values in bytes_ if values.ndim == 4]
    assert weights and max(int(np.abs(values.astype(int)).max()) for values in weights) <= 64, "two products of bytes have to fit 16 bits"
    parity = compare_files([model_file, tmp_path / "out/small-one.fp16.onnx", tmp_path / "out/small-one.int8.onnx"], ROOT, count=24)
    for line in parity.splitlines()[2:]:
        _, _, to_first, _, alone, twice, _ = (cell.strip() for cell in line.split("|"))
        assert float(to_first) < 0.02 and float(alone) < 1e-3 and twice == "yes"


def test_a_temperature_keeps_the_equations_and_the_primary_order(balancing: ReliabilityBalancing) -> None:
    embedding = torch.randn(20, 64)
    with torch.no_grad():
        plain, soft = balancing(embedding), temper(balancing, 2.0)(embedding)
    assert torch.equal(plain.primary.argmax(1), soft.primary.argmax(1))
    assert soft.primary.max(1).values.mean() < plain.primary.max(1).values.mean()
    expected = weigh_by_confidence(soft.primary, weigh_by_confidence(soft.geometric, soft.attentive))
    torch.testing.assert_close(soft.corrected, expected)
    similarities = (-soft.anchor_distance / (2.0 * balancing.delta)).softmax(dim=1).reshape(20, 8, -1).sum(dim=2)
    torch.testing.assert_close(soft.geometric, similarities)


def test_too_sure_distributions_are_softened(balancing: ReliabilityBalancing) -> None:
    embedding = torch.randn(400, 64)
    sharp = temper(balancing, 0.02)
    with torch.no_grad():
        drawn = torch.multinomial(balancing(embedding).corrected, 1).squeeze(1)
    report = calibrate(sharp, embedding.numpy(), drawn.numpy())
    assert report["temperature"] > 2 and report["logLossAfter"] < report["logLossBefore"]


def test_a_head_fitted_on_a_stream_finds_the_points_that_it_saw() -> None:
    torch.manual_seed(0)
    faces = torch.randint(0, 256, (30, 1, 112, 112), dtype=torch.uint8)
    points = 0.5 + 0.1 * torch.rand(30, 68, 2)
    points[:, 36, 0], points[:, 45, 0] = 0.3, 0.7
    marks = Marks(points, torch.zeros(30, dtype=torch.bool))
    reader = probe(MobileFaceNet(), Labelled(faces, torch.ones(30, 8) / 8, torch.zeros(30, dtype=torch.int64)), marks, count=30)
    with torch.no_grad():
        found = reader(faces[:4].float().expand(-1, 3, -1, -1))[1]
    assert found.shape == (4, 68, 2)
    assert (found - points[:4]).abs().mean() < (points[:4] - points.mean(dim=0)).abs().mean()


def vectors(count: int) -> Vectors:
    torch.manual_seed(count)
    soft = torch.rand(count, 8).softmax(dim=1)
    plain = torch.randn(count, 24)
    return Vectors(plain, plain + 0.1, soft, soft.argmax(dim=1))


def test_tables_go_on_where_they_were_cut_off(tmp_path: Path) -> None:
    train, held, classifiers = vectors(256), vectors(64), [torch.nn.Linear(16, 8), torch.nn.Linear(8, 8)]
    whole = ablate(train, held, classifiers, tmp_path / "whole", "23", (1,))
    (tmp_path / "cut").mkdir()
    lines = (tmp_path / "whole/runs.csv").read_text().splitlines(keepends=True)
    (tmp_path / "cut/runs.csv").write_text("".join(lines[:4]) + lines[4][:20])
    assert ablate(train, held, classifiers, tmp_path / "cut", "23", (1,)) == whole
    both, all_three = ({**row, "table": "", "name": ""} for row in whole if row["name"] in ("both", "all three"))
    assert both == all_three
    write_tables(whole, ModelShape(), tmp_path)
    assert "| class + anchor |" in (tmp_path / "tables.md").read_text()
    assert all((tmp_path / name).stat().st_size > 1000 for name in ("losses.svg", "balancing.svg"))
    assert {len(row["curve"].split()) for row in csv.DictReader((tmp_path / "whole/runs.csv").open())} <= {8, 9}
    assert read_runs(tmp_path / "none.csv") == []


def test_parts_that_are_switched_off_cost_nothing() -> None:
    parameters = [size_of(ModelShape(anchors_per_class=count))[0] for count in (0, 10)]
    assert parameters[1] - parameters[0] == 8 * 10 * ModelShape().encoder.size


def test_vectors_of_other_images_are_refused(tmp_path: Path) -> None:
    labelled = Labelled(torch.zeros(6, 1, 2, 2), torch.ones(6, 8) / 8, torch.arange(6))
    torch.save({"plain": torch.zeros(4, 2), "changed": torch.zeros(4, 2)}, tmp_path / "vectors.pt")
    with pytest.raises(ValueError, match="vectors of 4 images, the data 6"):
        read_vectors(tmp_path / "vectors.pt", labelled)
    torch.save({"plain": torch.zeros(2, 2), "changed": torch.zeros(2, 2), "index": torch.tensor([5, 1])}, tmp_path / "vectors.pt")
    assert read_vectors(tmp_path / "vectors.pt", labelled).truth.tolist() == [5, 1]
