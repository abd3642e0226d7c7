import numpy as np
import pytest

from conftest import TINY, picture
from failing_model import write_failing_model
from grefel_cluster.errors import ClusterError
from grefel_cluster.model import Model, open_session, read_facts
from grefel_cluster.scanning.facts import prepare
from grefel_cluster.scanning.table import encode_shard, facts_table, shard_table, similarities
from grefel_cluster.views import LOOKS, View, confidence, predict_in_views
from grefel_train.preprocessing import model_input


@pytest.fixture(scope="module")
def inputs():
    return np.stack([model_input(picture(seed)) for seed in range(7)])


@pytest.fixture(scope="module")
def model(tiny):
    return Model(open_session(tiny, "cpu", 1), read_facts(tiny).outputs, 4)


def test_reads_the_contract_of_a_model(tiny):
    facts = read_facts(tiny)
    assert facts.metadata["name"] == "tiny"
    assert facts.input_size == 112
    assert "features" not in facts.outputs


def test_refuses_a_file_that_is_no_model():
    with pytest.raises(ClusterError, match="cannot be loaded"):
        read_facts(b"nothing")


def test_predicts_an_image_alike_in_any_batch(model, inputs):
    together, _ = model.run(inputs)
    for place in range(len(inputs)):
        alone, _ = model.run(inputs[place : place + 1])
        for name, values in alone.items():
            np.testing.assert_allclose(values[0], together[name][place], atol=1e-5)


def test_blames_the_image_that_a_model_fails_on_alone(tmp_path, inputs, model):
    failing = write_failing_model(TINY, tmp_path / "failing.onnx").read_bytes()
    red = inputs.copy()
    red[4, 0, 0, 0] = 255
    outputs, problems = Model(open_session(failing, "cpu", 1), read_facts(failing).outputs, 4).run(red)
    assert [problem is None for problem in problems] == [True] * 4 + [False] + [True] * 2
    assert problems[4].startswith("the model failed on this image: ")
    expected, _ = model.run(red)
    good = [0, 1, 2, 3, 5, 6]
    np.testing.assert_allclose(outputs["corrected"][good], expected["corrected"][good], atol=1e-5)


def test_fails_on_every_image_without_an_output(tmp_path, inputs):
    failing = write_failing_model(TINY, tmp_path / "failing.onnx").read_bytes()
    red = inputs.copy()
    red[:, 0, 0, 0] = 255
    facts = read_facts(failing)
    outputs, problems = predict_in_views(Model(open_session(failing, "cpu", 1), facts.outputs, 4), red, "unsure")
    assert outputs == {}
    assert all(problems)
    pictures = [prepare(str(seed), None, b"", 112) for seed in range(2)]
    assert shard_table(facts_table(pictures), {}, [], facts)["corrected"].null_count == 2


def test_shows_a_view_mirrored_and_moved_with_its_edge_repeated():
    inputs = np.arange(2 * 22 * 22 * 3).reshape(2, 22, 22, 3).astype(np.uint8)
    view = View(True, 1 / 22).of(inputs)
    np.testing.assert_array_equal(view[:, :-1], inputs[:, 1:, ::-1])
    np.testing.assert_array_equal(view[:, -1], inputs[:, -1, ::-1])


def test_means_every_output_over_the_views(model, inputs):
    plain, _ = model.run(inputs)
    further = [model.run(view.of(inputs))[0] for view in LOOKS["all"].further]
    outputs, problems = predict_in_views(model, inputs, "all")
    assert problems == [None] * 7
    mean = np.mean([plain["corrected"], *(found["corrected"] for found in further)], axis=0)
    np.testing.assert_allclose(outputs["corrected"], mean, atol=1e-6)
    np.testing.assert_allclose(outputs["confidence_corrected"][:, 0], confidence(mean), atol=1e-6)


def test_shows_only_unsure_images_again(model, inputs):
    plain, _ = model.run(inputs)
    outputs, _ = predict_in_views(model, inputs, "unsure")
    sure = plain["confidence_corrected"][:, 0] >= 0.92
    np.testing.assert_array_equal(outputs["corrected"][sure], plain["corrected"][sure])
    assert (np.abs(outputs["embedding"][~sure] - plain["embedding"][~sure]).max(axis=1) > 0).all()
    assert not sure.all()


def test_keeps_the_nearest_anchors_and_the_distance_to_each_class(tiny, model, inputs):
    facts = read_facts(tiny)
    outputs, problems = model.run(inputs)
    pictures = [prepare(str(seed), None, b"", 112) for seed in range(7)]
    for prepared in pictures:
        prepared.problem = None
    table = shard_table(facts_table(pictures), outputs, problems, facts)
    distances = outputs["anchor_distance"]
    for row in range(7):
        nearest = table["anchor"][row].as_py()
        np.testing.assert_array_equal(distances[row][nearest], np.sort(distances[row])[:5])
        np.testing.assert_array_equal(table["class_distance"][row].as_py(), distances[row].reshape(8, 2).min(axis=1))
    assert similarities(distances, 1.0).sum(axis=1) == pytest.approx(1)
    halves = np.frombuffer(table["embedding"][3].as_py(), "<f2")
    np.testing.assert_array_equal(halves, outputs["embedding"][3].astype(np.float16))
    assert encode_shard(table, {}) == encode_shard(table, {})


def test_does_not_blame_images_for_a_session_that_is_dead(inputs):
    class DeadSession:
        def run(self, *_):
            raise RuntimeError("CUDA failure 700")

    with pytest.raises(ClusterError, match="blank image too: CUDA failure 700"):
        Model(DeadSession(), ["corrected"], 4).run(inputs)
