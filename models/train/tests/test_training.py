"""A run that is killed and started again ends as one that was not, and a shipped file gives its streams back."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from grefel_train import checkpoints
from grefel_train.checkpoints import Run, finished
from grefel_train.ablation import run_setting, settings
from grefel_train.config import Recipe, read_recipe
from grefel_train.data import Labelled
from grefel_train.export import Deployed, to_onnx
from grefel_train.face_network import MobileNetV1
from grefel_train.landmark_report import draw_sheet, load_landmark_learner
from grefel_train.marks import Marks
from grefel_train.model import Grefel
from grefel_train.phase_fusion import FusionOptions, train_fusion
from grefel_train.phase_streams import StreamLearner, StreamOptions, train_stream
from grefel_train.starts import recover_stream
from grefel_train.streams import MobileFaceNet
from grefel_train.training import TrainingData, train
from grefel_train.vectors import read_vectors

FIXTURES = Path(__file__).parents[3] / "test/fixtures/preprocessing"
RECIPES = sorted(Path(__file__).parents[1].glob("*.toml"))
STREAM = StreamOptions(epochs=2, batch=4, warmup_steps=1, validation_steps=3, save_steps=2)
FUSION = FusionOptions(epochs=2, batch=4, warmup_steps=1, validation_steps=3, save_steps=2)


class Killed(Exception):
    pass


def faces(count: int) -> Labelled:
    generator = torch.Generator().manual_seed(count)
    soft = torch.rand(count, 8, generator=generator).softmax(dim=1)
    pixels = torch.randint(0, 256, (count, 1, 112, 112), generator=generator, dtype=torch.uint8)
    return Labelled(pixels, soft, soft.argmax(dim=1))


def kill_after(saves: int, monkeypatch: pytest.MonkeyPatch) -> None:
    save, done = Run.save, []

    def saving(run: Run, name: str, state: object) -> None:
        save(run, name, state)
        done.append(name)
        if done.count("last.pt") == saves:
            raise Killed

    monkeypatch.setattr(checkpoints.Run, "save", saving)


def train_a_stream(folder: Path) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    train_stream(StreamLearner(MobileFaceNet()), faces(12), faces(6), folder, STREAM)
    return torch.load(folder / "last.pt", weights_only=True)["network"]


def train_a_fusion(folder: Path) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    train_fusion(Grefel(read_recipe(RECIPES[0]).model), faces(12), faces(6), folder, FUSION)
    return torch.load(folder / "last.pt", weights_only=True)["network"]


@pytest.mark.parametrize("run", [train_a_stream, train_a_fusion])
def test_a_killed_run_goes_on_to_the_same_result(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(tmp_path / "whole")
    with monkeypatch.context() as patched, pytest.raises(Killed):
        kill_after(1, patched)
        run(tmp_path / "killed")
    assert not finished(tmp_path / "killed")
    resumed = run(tmp_path / "killed")
    assert finished(tmp_path / "killed")
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, rtol=0, atol=0, msg=name)


def test_a_model_file_gives_its_streams_back(tmp_path: Path) -> None:
    torch.manual_seed(0)
    shape = next(read_recipe(path).model for path in RECIPES if path.stem == "small")
    model = Grefel(dataclasses.replace(shape, mirrored=False)).eval()
    image = torch.rand(2, 3, 112, 112) * 255
    for norm in (module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)):
        norm.running_mean.normal_(0, 0.1)
        norm.running_var.uniform_(0.5, 1.5)
    path = tmp_path / "model.onnx"
    path.write_bytes(to_onnx(Deployed(model.encoder, model.balancing)).SerializeToString())
    for name, stream in (("image_stream", MobileNetV1()), ("companion", MobileFaceNet()), ("landmark_stream", MobileFaceNet())):
        recover_stream(path, stream, (f"/encoder/streams/{name}/",))
        original = getattr(model.encoder.streams, name)
        with torch.no_grad():
            assert stream.eval()(image).high.numpy() == pytest.approx(original(image).high.numpy(), rel=1e-3, abs=1e-4)


def test_a_recipe_trains_from_end_to_end(tmp_path: Path) -> None:
    quick = FusionOptions(epochs=1, batch=4, warmup_steps=1)
    shape = next(read_recipe(path).model for path in RECIPES if path.stem == "small")
    marking = dataclasses.replace(STREAM, epochs=1, expression_share=0.0, landmark_every=1)
    stream = dataclasses.replace(STREAM, epochs=1)
    recipe = Recipe("quick", shape, stream, stream, marking, vectors=quick, fusion=quick)
    marks = [Marks(torch.rand(count, 68, 2), torch.zeros(count, dtype=torch.bool)) for count in (12, 6)]
    data = TrainingData(faces(12), faces(6), *marks)
    checkpoint = train(recipe, data, tmp_path, tmp_path)
    assert checkpoint == tmp_path / "fusion" / "best.pt"
    trained = Grefel(shape)
    trained.load_state_dict(torch.load(checkpoint, weights_only=True))
    streams = [(path, path.stat().st_mtime_ns) for path in sorted(tmp_path.glob("*/best.pt"))]
    without = train(recipe, data, tmp_path, tmp_path, balanced=False)
    assert [(path, path.stat().st_mtime_ns) for path in sorted(tmp_path.glob("*/best.pt"))] == streams
    bare = Grefel(dataclasses.replace(shape, anchors_per_class=0, attention=False))
    bare.load_state_dict(torch.load(without, weights_only=True))
    assert torch.equal(bare.encoder.streams.image_stream.state_dict()["c1.0.weight"], trained.encoder.streams.image_stream.state_dict()["c1.0.weight"])
    assert (tmp_path / "curves.csv").read_text().startswith("phase,step,")
    report = run_setting(
        dataclasses.replace(settings()[1], options=quick), read_vectors(tmp_path / "vectors/train.pt", faces(12)),
        read_vectors(tmp_path / "vectors/dev.pt", faces(6)), [torch.nn.Linear(1024, 8), torch.nn.Linear(512, 8)], 1,
    )  # fmt: skip
    assert 0 <= report["accuracy"] <= 1
    draw_sheet(load_landmark_learner(tmp_path / "landmark" / "best.pt"), FIXTURES, tmp_path / "sheet.png")


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_read(path: Path) -> None:
    assert read_recipe(path).name == f"grefel-{path.stem}"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("[image]\nepohcs = 1", "image.epohcs is not a setting"), ("[model]\nimage_stream = 'x'", "no stream 'x'"), ("name = 3", "name must be str")],
)
def test_a_mistake_in_a_recipe_is_named(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=complaint):
        read_recipe(path)


def test_the_killed_runs_average_is_what_ships(tmp_path: Path) -> None:
    train_a_stream(tmp_path)
    assert np.isfinite([value.float().sum().item() for value in torch.load(tmp_path / "best.pt", weights_only=True).values()]).all()
