"""Fixtures of the predict function's tests."""

from pathlib import Path

import pytest

from inferx.serving.loading import Models
from tests.support.prediction import Server
from tools.cloud import Cloud
from tools.lambdas import app


@pytest.fixture
def server(db: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The function, with nothing loaded."""
    monkeypatch.setattr(app("PredictFunction").model_pool, "models", Models(1024, tmp_path))
    return Server()
