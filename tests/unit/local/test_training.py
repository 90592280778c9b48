"""The demo's model."""

import pickle

from local.demo.training import train


def test_labels_are_species_names() -> None:
    assert set(train().labels) == {"setosa", "versicolor", "virginica"}


def test_held_out_rows_are_not_trained_on() -> None:
    trained = train()

    assert trained.training_rows + len(trained.rows) == 150


def test_the_pickle_predicts_as_the_pipeline_does() -> None:
    trained = train()

    restored = pickle.loads(trained.pickled())

    assert restored.predict(trained.rows).tolist() == trained.predicted()
