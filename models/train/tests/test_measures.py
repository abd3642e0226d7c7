"""Figures on values known by hand."""

import numpy as np
import pytest
import torch

from grefel_train.ablation import noisy, settings
from grefel_train.ablation_tables import tables
from grefel_train.calibration import expected_calibration_error, wilson_interval
from grefel_train.fer import truth
from grefel_train.flag_measures import area_under_roc, average_precision, flag_figures


def test_average_precision_is_one_when_wrong_labels_come_first() -> None:
    assert average_precision(np.array([0.9, 0.8, 0.1, 0.0]), np.array([True, True, False, False])) == 1
    assert average_precision(np.array([0.1, 0.9]), np.array([True, False])) == 0.5


def test_the_area_under_the_roc_counts_ties_as_half() -> None:
    assert area_under_roc(np.array([0.1, 0.2, 0.9]), np.array([False, False, True])) == 1
    assert area_under_roc(np.array([0.5, 0.5, 0.5, 0.5]), np.array([False, True, False, True])) == 0.5


def test_flags_leave_out_images_without_truth_or_given_label() -> None:
    distribution = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5], [0.5, 0.5]])
    votes = np.array([[8, 2], [3, 7], [9, 1], [5, 5]])
    report = flag_figures(distribution, np.array([1, 1, -1, 0]), np.array([0, 1, 0, -1]), votes)
    assert (report["flagsImages"], report["flagsRatio"], report["flagsImagesCertain"]) == (2, 1.0, 2)


def test_truth_leaves_out_ties_and_rejected_images() -> None:
    votes = np.array([[6, 4], [5, 5], [4, 1]])
    assert truth(votes, np.array([0, 0, 5])).tolist() == [0, -1, -1]


def test_a_calibrated_confidence_has_no_error() -> None:
    distribution = np.array([[0.75, 0.25]] * 4)
    assert expected_calibration_error(distribution, np.array([0, 0, 0, 1])) == pytest.approx(0)
    assert expected_calibration_error(distribution, np.array([1, 1, 1, 1])) == pytest.approx(0.75)


def test_an_interval_holds_its_share() -> None:
    low, high = wilson_interval(0.86, 1586)
    assert 0.84 < low < 0.86 < high < 0.88


def test_noise_changes_its_share_of_labels_to_other_classes() -> None:
    soft = torch.eye(8).repeat(500, 1)
    changed = noisy(soft, 0.1, 1).argmax(dim=1) != soft.argmax(dim=1)
    assert changed.float().mean().item() == pytest.approx(0.1, abs=0.02)


def test_every_row_of_the_tables_has_a_name_of_its_own() -> None:
    names = [(setting.table, setting.name) for setting in settings()]
    assert len(names) == len(set(names))


def test_tables_show_mean_and_spread_of_the_seeds() -> None:
    row = {"table": "6 anchors", "name": "K = 1", "primary": "0.5", "f1": "0.5", "logLoss": "1", "calibrationError": "0.1"}
    assert "| K = 1 | 85.00% ± 1.41% |" in tables([{**row, "accuracy": "0.84", "seed": "1"}, {**row, "accuracy": "0.86", "seed": "2"}])
