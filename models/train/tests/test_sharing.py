"""A model file whose landmark network gives way to a branch, and the changes of graphs that this needs."""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from grefel_train.contract import ModelDescription, describe, read_metadata
from grefel_train.export import Deployed, open_session, run_all, to_onnx
from grefel_train.face_network import MobileNetV1
from grefel_train.features import FEATURES, add_features, principal_projection, side_by_side
from grefel_train.file_maps import COMPANION_MAPS, FileLandmarks, open_tensors
from grefel_train.graphs import fold_pads
from grefel_train.model import Grefel, ModelShape
from grefel_train.shared_landmarks import LandmarkBranch, SharingOptions, has_branch, train_branch

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 112, 112, 3), dtype=np.uint8)


@pytest.fixture
def three_networks(tmp_path: Path, data: Path) -> Path:
    """An untrained model of grefel-small's shape, with `features`."""
    torch.manual_seed(0)
    model = Grefel(ModelShape(companion="mobile_face_net", anchors_per_class=2)).eval()
    anchors = model.balancing.anchors.detach().flatten(0, 1).numpy()
    description = ModelDescription("three", "1.0.0", "MIT", anchors, "nothing", [], 2)
    path = describe(to_onnx(Deployed(model.encoder, model.balancing)), description, tmp_path / "three")
    add_features(path, path, *principal_projection(side_by_side(path, data, 24), 16), {})
    return path


def _outputs(path: Path) -> dict[str, np.ndarray]:
    return run_all(open_session(path), IMAGES)


def test_a_branch_takes_the_place_of_the_landmark_network(command, three_networks: Path, data: Path, tmp_path: Path) -> None:
    words = ("share", three_networks, "--data", data, "--out", tmp_path / "shared", "--version", "1.1.0", "--epochs", 1)
    command(*words)
    shared = tmp_path / "shared/three.onnx"
    assert has_branch(shared) and not has_branch(three_networks)
    assert not [node.name for node in onnx.load(shared).graph.node if "landmark_stream" in node.name and node.op_type == "Conv"]
    assert read_metadata(shared) == read_metadata(three_networks) | {"version": "1.1.0", "metrics": {}}
    before, after = _outputs(three_networks), _outputs(shared)
    assert list(after) == list(before)
    assert np.array_equal(after[FEATURES], before[FEATURES])
    assert all(np.isfinite(values).all() for values in after.values())
    branch = LandmarkBranch()
    branch.load_state_dict(torch.load(tmp_path / "shared/last.pt", weights_only=True)["average"])
    read = open_tensors(three_networks, COMPANION_MAPS).run(COMPANION_MAPS, {"image": IMAGES})
    with torch.no_grad():
        expected = branch.eval()(*map(torch.from_numpy, read))
    found = FileLandmarks(shared)(torch.from_numpy(IMAGES).permute(0, 3, 1, 2).float())
    for level, taught in zip(found, expected, strict=True):
        assert level.numpy() == pytest.approx(taught.numpy(), rel=1e-3, abs=1e-4)
    alone = run_all(open_session(shared), IMAGES, batch=1)
    assert max(float(np.abs(alone[name] - after[name]).max()) for name in after) < 1e-4
    written = shared.stat().st_mtime_ns
    (tmp_path / "shared/three.onnx").unlink()
    command(*words)
    assert shared.stat().st_mtime_ns > written
    assert np.array_equal(_outputs(shared)["corrected"], after["corrected"]), "a second run goes on from the last checkpoint"


def test_the_branch_learns_what_it_is_taught(tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    read = [torch.randn(64, channels, side, side, generator=generator) for channels, side in ((64, 8), (128, 4), (128, 2))]
    narrow = [torch.randn(count, level.shape[1], generator=generator) / level.shape[1] ** 0.5 for count, level in zip((32, 64, 128), read, strict=True)]
    taught = [torch.einsum("nchw,oc->nohw", level, weight) for level, weight in zip(read, narrow, strict=True)]
    maps = {"train": read + taught, "held": read + taught}
    train_branch(maps, tmp_path, SharingOptions(epochs=40, batch=16))
    last = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert max(last[level] for level in ("low", "middle", "high")) < 0.8


def test_convolutions_pad_by_themselves_with_the_same_result() -> None:
    torch.manual_seed(0)
    network = MobileNetV1().eval()
    image = torch.rand(2, 3, 112, 112) * 255
    buffer = io.BytesIO()
    torch.onnx.export(network, (image,), buffer, input_names=["image"], opset_version=18, dynamo=False)
    padded = onnx.load_from_string(buffer.getvalue())
    pads = [node for node in padded.graph.node if node.op_type == "Pad"]
    before = open_session(padded).run(None, {"image": image.numpy()})
    folded = fold_pads(padded)
    after = open_session(folded).run(None, {"image": image.numpy()})
    assert pads and not [node for node in folded.graph.node if node.op_type == "Pad"]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_a_changed_file_is_measured_again(command, model_file: Path, data: Path) -> None:
    byte, card = model_file.with_name("small-one.int8.onnx"), model_file.with_name("small-one.card.md")
    byte.write_bytes(model_file.read_bytes())
    command("measure", model_file, "--data", data, "--landmark-error", 0.094)
    assert card.read_text().startswith("# small-one 1.0.0") and "held-out faces 9.4% of the distance" in card.read_text()
    metrics = read_metadata(model_file)["metrics"]
    assert metrics["landmarkError"] == 0.094 and 0 <= metrics["testAccuracy"] <= 1
    assert read_metadata(byte)["metrics"] == metrics
    assert read_metadata(byte)["convertedFrom"] == hashlib.sha256(model_file.read_bytes()).hexdigest()
