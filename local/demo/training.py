"""The demo's model: a scikit-learn pipeline on the iris data set, species as its labels."""

import pickle
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler


@dataclass(frozen=True)
class Trained:
    """A fitted pipeline with the rows that it has not seen."""

    pipeline: Pipeline
    feature_names: list[str]
    training_rows: int
    rows: list[list[float]]
    """The held-out rows: measurements in cm, in the order of `feature_names`."""
    labels: list[str]
    """The true species of each held-out row."""

    def predicted(self) -> list[str]:
        """Return the species that scikit-learn itself predicts for each held-out row."""
        return [str(label) for label in self.pipeline.predict(self.rows)]

    def pickled(self) -> bytes:
        """Return what a data scientist would have on disk as `model.pkl`."""
        return pickle.dumps(self.pipeline)


def train() -> Trained:
    """Fit a scaler and a logistic regression on 60 % of the data."""
    iris = load_iris()
    species = iris.target_names[iris.target]
    rows, held_out, labels, true_labels = train_test_split(
        iris.data, species, test_size=0.4, random_state=7, stratify=species
    )
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    pipeline.fit(rows, np.asarray(labels))
    return Trained(
        pipeline=pipeline,
        feature_names=[name.removesuffix(" (cm)").replace(" ", "_") for name in iris.feature_names],
        training_rows=len(rows),
        rows=held_out.tolist(),
        labels=true_labels.tolist(),
    )
