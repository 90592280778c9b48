import numpy as np
import pytest

from converter.estimators.parity import compare
from converter.estimators.predictions import Predictions


def test_equal_labels_and_probabilities_pass() -> None:
    labels, chances = np.array(["a", "b"]), np.array([[0.9, 0.1], [0.2, 0.8]])

    verdict = compare(
        Predictions(labels, chances, margin=np.array([0.8, 0.6])),
        Predictions(labels.astype(object), chances.astype("float32")),
        "float32",
    )

    assert verdict.passed
    assert verdict.report.label_agreement == 1.0


def test_one_wrong_label_fails_and_its_row_is_found() -> None:
    original = Predictions(np.array([0, 1, 2]), margin=np.array([0.5, 0.5, 0.5]))

    verdict = compare(original, Predictions(np.array([0, 1, 1])), "float32")

    assert not verdict.passed
    assert verdict.worst_row == 2


def test_label_that_differs_in_a_proved_tie_does_not_count() -> None:
    original = Predictions(np.array([0, 1]), margin=np.array([0.5, 0.0]))

    verdict = compare(original, Predictions(np.array([0, 0])), "float32")

    assert verdict.passed
    assert verdict.report.ties == 1


@pytest.mark.parametrize(("difference", "passes"), [(0.9e-4, True), (1.1e-4, False)])
def test_probabilities_are_held_to_their_bar(difference: float, passes: bool) -> None:
    labels = np.array([0])

    verdict = compare(
        Predictions(labels, np.array([[0.7, 0.3]]), margin=np.array([0.4])),
        Predictions(labels, np.array([[0.7 - difference, 0.3 + difference]])),
        "float32",
    )

    assert verdict.passed is passes


@pytest.mark.parametrize(("value", "passes"), [(1_000.09, True), (1_000.2, False)])
def test_values_are_held_to_a_relative_bar(value: float, passes: bool) -> None:
    original = Predictions(values=np.array([[1_000.0]]))

    assert compare(original, Predictions(values=np.array([[value]])), "float32").passed is passes


def test_value_near_zero_is_measured_by_the_typical_size() -> None:
    original = Predictions(values=np.array([[1_000.0], [1e-9]]))

    assert compare(original, Predictions(values=np.array([[1_000.0], [2e-9]])), "float32").passed


def test_missing_on_one_side_only_fails() -> None:
    original = Predictions(values=np.array([[np.nan], [1.0]]))

    assert compare(original, original, "float32").passed
    assert not compare(original, Predictions(values=np.array([[0.0], [1.0]])), "float32").passed


def test_answers_of_another_shape_fail() -> None:
    labels = np.array([0])

    verdict = compare(
        Predictions(labels, np.array([[0.5, 0.5]]), margin=np.array([0.0])),
        Predictions(labels, np.array([[1.0]])),
        "float32",
    )

    assert not verdict.passed
