import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.neighbors import KNeighborsRegressor
from sklearn.svm import LinearSVC

from converter.estimators.parity import TIE, compare
from converter.estimators.predictions import Predictions, original_predictions


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


def test_numbers_and_their_text_are_different_labels() -> None:
    original = Predictions(np.array(["1", "2"], dtype=object))

    assert not compare(original, Predictions(np.array([1, 2])), "float32").passed


def test_integer_labels_beyond_2_to_the_53_are_compared_exactly() -> None:
    original = Predictions(np.array([2**53, 2**53 + 2]))

    assert not compare(original, Predictions(np.array([2**53 + 1, 2**53 + 2])), "float32").passed


def test_few_large_values_do_not_hide_differences_of_the_others() -> None:
    original = np.ones((100, 1))
    original[:10] = 1e9
    graph = original.copy()
    graph[50] += 0.01

    verdict = compare(Predictions(values=original), Predictions(values=graph), "float64")

    assert not verdict.passed
    assert verdict.worst_row == 50


def test_large_output_does_not_hide_differences_of_a_small_one() -> None:
    original = np.tile([1e6, 2.0], (10, 1))
    original[:, 0] *= np.linspace(-1, 1, 10)
    graph = original.copy()
    graph[3, 1] = 2.5

    assert not compare(Predictions(values=original), Predictions(values=graph), "float64").passed


def test_infinite_value_hides_no_difference() -> None:
    original = np.array([[np.inf], [1.0], [2.0]])

    assert compare(Predictions(values=original), Predictions(values=original), "float64").passed
    graph = Predictions(values=np.array([[np.inf], [1.0], [2.1]]))
    assert not compare(Predictions(values=original), graph, "float64").passed
    finite = Predictions(values=np.array([[1e300], [1.0], [2.0]]))
    assert not compare(Predictions(values=original), finite, "float64").passed


def test_tie_excuses_only_the_classes_that_tie() -> None:
    scores = np.array([[0.45, 0.45, 0.1]])
    original = Predictions(
        np.array([0]), scores, margin=np.array([0.0]), scores=scores, classes=np.array([0, 1, 2])
    )

    assert compare(original, Predictions(np.array([1]), scores), "float32").passed
    assert not compare(original, Predictions(np.array([2]), scores), "float32").passed
    assert not compare(original, Predictions(np.array([7]), scores), "float32").passed


def test_probabilities_that_the_original_does_not_give_fail() -> None:
    labels = np.array([0, 1])

    assert not compare(Predictions(labels), Predictions(labels, np.eye(2)), "float32").passed


def test_small_scores_are_no_ties() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 2)) * 1e6
    model = LinearSVC().fit(rows / 1e6, rows[:, 0] > 0)
    model.coef_, model.intercept_ = model.coef_ * 1e-9, model.intercept_ * 1e-9

    margin = original_predictions(model, rows / 1e6, "classification").margin

    assert (margin > TIE).mean() > 0.9


def test_tie_of_a_tuned_threshold_is_beside_that_threshold() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 1))
    model = FixedThresholdClassifier(LogisticRegression(), threshold=0.3)
    model.fit(rows, rows[:, 0] > 0)
    inner = model.estimator_
    odds = np.log([0.3 / 0.7, 0.3000001 / 0.6999999, 0.5 / 0.5])
    asked = ((odds - inner.intercept_) / inner.coef_[0]).reshape(-1, 1)

    margin = original_predictions(model, asked, "classification").margin

    assert margin[1] < TIE < margin[2]


def test_rows_whose_last_neighbours_are_equally_far_are_ties() -> None:
    model = KNeighborsRegressor(2).fit([[0.0], [1.0], [2.0], [5.0]], [0.0, 1.0, 2.0, 3.0])
    rows = np.array([[1.0], *[[0.4]] * 99])

    original = original_predictions(model, rows, "regression")

    assert original.undecided.tolist() == [True, *[False] * 99]
    changed = original.values + np.array([[1.0], *[[0.0]] * 99])
    assert compare(original, Predictions(values=changed), "float32").passed
    assert not compare(original, Predictions(values=original.values + 1), "float32").passed


def test_no_tie_is_excused_where_many_rows_differ_in_one() -> None:
    model = KNeighborsRegressor(2).fit([[0.0], [1.0], [2.0], [5.0]], [0.0, 1.0, 2.0, 3.0])
    original = original_predictions(model, np.array([[1.0], [0.4]]), "regression")
    changed = original.values + np.array([[1.0], [0.0]])

    verdict = compare(original, Predictions(values=changed), "float32")

    assert not verdict.passed
    assert verdict.among_equals


def test_rows_between_two_centres_are_ties() -> None:
    model = KMeans(2, random_state=0).fit([[0.0], [0.2], [1.0], [1.2]])

    margin = original_predictions(model, np.array([[0.6], [0.9]]), "clustering").margin

    assert margin[0] < TIE < margin[1]
