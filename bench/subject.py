"""The model that everything here serves."""

from dataclasses import dataclass
from pathlib import Path

import joblib

from tools import onnx_models


@dataclass(frozen=True)
class Subject:
    """A scaler and a logistic regression over irises, as a pickle and as ONNX, in a folder."""

    folder: Path
    rows: list[list[float]]

    @property
    def pickle(self) -> Path:
        """The file that scikit-learn saved."""
        return self.folder / "model.joblib"

    @property
    def onnx(self) -> Path:
        """The file that the conversion made of it."""
        return self.folder / "model.onnx"


def make(folder: Path) -> Subject:
    """Fit the model and write both files."""
    estimator, rows, content = onnx_models.iris()
    subject = Subject(folder, rows.tolist())
    joblib.dump(estimator, subject.pickle)
    subject.onnx.write_bytes(content)
    return subject
