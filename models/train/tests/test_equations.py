"""Eq. 10 to 22 on values known by hand, with parts switched off, and without a batch."""

import numpy as np
import pytest
import torch

from grefel_train.losses import anchor_loss, centre_loss
from grefel_train.model import Grefel, ModelShape
from grefel_train.reliability import ReliabilityBalancing, confidence, geometric_correction, weigh_by_confidence

CLASSES, SIZE = 8, 192


def balancing(anchors: int, attention: bool) -> ReliabilityBalancing:
    torch.manual_seed(0)
    return ReliabilityBalancing(SIZE, CLASSES, anchors, attention, 1.0, 2, 0.5).eval()


def test_confidence_is_zero_for_uniform_and_one_for_one_hot() -> None:
    assert confidence(torch.full((1, CLASSES), 1 / CLASSES)).item() == pytest.approx(0, abs=1e-6)
    assert confidence(torch.eye(CLASSES)).numpy() == pytest.approx(np.ones(CLASSES), abs=1e-5)


def test_two_uniform_distributions_get_equal_weights_and_no_nan() -> None:
    uniform = torch.full((2, CLASSES), 1 / CLASSES)
    assert weigh_by_confidence(uniform, uniform).numpy() == pytest.approx(uniform.numpy())


@pytest.mark.parametrize("anchors", [0, 1, 10])
@pytest.mark.parametrize("attention", [False, True])
def test_every_combination_of_parts_gives_distributions(anchors: int, attention: bool) -> None:
    outputs = balancing(anchors, attention)(torch.randn(5, SIZE) * 0.35)
    assert outputs.corrected.sum(dim=-1).detach().numpy() == pytest.approx(np.ones(5), abs=1e-5)
    assert torch.isfinite(outputs.corrected).all()
    if not anchors and not attention:
        assert torch.equal(outputs.corrected, outputs.primary)


def test_geometric_correction_goes_to_the_class_of_the_nearest_anchor() -> None:
    distances = torch.full((1, CLASSES * 2), 9.0)
    distances[0, 5] = 0.0
    assert geometric_correction(distances, CLASSES, 1.0).argmax().item() == 2


def test_anchor_loss_is_bounded_and_ignores_anchors_of_one_class() -> None:
    together = torch.zeros(CLASSES, 10, SIZE, requires_grad=True)
    assert anchor_loss(together, 5.0).item() == pytest.approx(1, abs=1e-4)
    apart = torch.zeros(CLASSES, 10, SIZE)
    apart[range(CLASSES), :, range(CLASSES)] = 100.0
    assert anchor_loss(apart, 5.0).item() == 0
    anchor_loss(together, 5.0).backward()
    assert together.grad is not None and torch.isfinite(together.grad).all()


def test_centre_loss_takes_the_nearest_anchor_of_the_label() -> None:
    distances = torch.tensor([[3.0, 1.0, 7.0, 5.0]])
    loss = centre_loss(distances, torch.tensor([[0.0, 1.0]]), torch.ones(1), 4)
    assert loss.item() == pytest.approx(5 / 2)


def test_a_result_does_not_depend_on_the_batch() -> None:
    torch.manual_seed(0)
    model = Grefel(ModelShape()).eval()
    images = torch.rand(4, 3, 112, 112) * 255
    with torch.no_grad():
        together = model(images)[0].corrected
        alone = torch.cat([model(image[None])[0].corrected for image in images])
    assert together.numpy() == pytest.approx(alone.numpy(), abs=1e-5)
