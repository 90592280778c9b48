"""Many threads in one process, and several processes that share one folder."""

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from onnx import helper

from bench import fake_aws
from bench.prediction_requests import OWNER, body
from inferx import settings
from inferx.errors import Forbidden
from inferx.serving.artifacts import Artifacts
from inferx.serving.loading import Models
from inferx.serving.predictor import predict
from inferx.serving.routing import Router
from inferx.serving.sessions import SessionCache
from inferx.storage.signed import exchange
from tools import onnx_models

STRANGER = "01939d5e-0000-7000-8000-00000000ffff"
MODELS = 12


def adding(number: int) -> bytes:
    """Return a model whose prediction is the sum of each row and this number."""
    nodes = [
        helper.make_node("Constant", [], ["axis"], value_ints=[1]),
        helper.make_node("Constant", [], ["more"], value_floats=[float(number)]),
        helper.make_node("ReduceSum", ["X", "axis"], ["sum"], keepdims=1),
        helper.make_node("Add", ["sum", "more"], ["variable"]),
    ]
    return onnx_models.graph(nodes, onnx_models.signature())


def model_id(number: int) -> str:
    return f"01939d5e-0000-7000-8000-{number:012d}"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake_aws.FakeAws]:
    """Return AWS over HTTP, with models of two owners in turns."""
    with fake_aws.serving() as served:
        for number in range(MODELS):
            served.models[model_id(number)] = adding(number)
            served.owners[model_id(number)] = (OWNER, STRANGER)[number % 2]
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        settings.forget()
        exchange.forget()
        yield served
        exchange.forget()
    settings.forget()


def test_threads_get_the_right_predictions_while_models_of_two_owners_are_opened_and_closed(
    aws: fake_aws.FakeAws, tmp_path: Path
) -> None:
    models = Models(4_096, tmp_path)
    seconds = count()
    models._router = Router(lambda: next(seconds) / 4)  # records are read again all the time
    models._opener._sessions = SessionCache(3_500_000, lambda: 0)  # for three models
    models._opener._artifacts = Artifacts(tmp_path, 5 * len(adding(0)))

    def ask(thread: int) -> int:
        draw = random.Random(thread)
        for _ in range(40):
            number = draw.randrange(MODELS)
            owner = (OWNER, STRANGER)[number % 2]
            text, _ = predict(models.load(owner, model_id(number)), body([thread, 1]).encode())
            assert json.loads(text)["prediction"] == thread + 1 + number
            with pytest.raises(Forbidden):
                models.load((STRANGER, OWNER)[number % 2], model_id(number))
        return thread

    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(ask, range(32))) == list(range(32))

    assert len(models._opener._sessions) <= 3
    assert len(models._opener._flights) == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {".onnx"}


PROCESS = """
import hashlib, random, sys
from inferx.serving.artifacts import Artifacts

folder, capacity, owner, *models = sys.argv[1:]
artifacts = Artifacts(folder, int(capacity))
draw = random.Random()
for _ in range(150):
    model_id, sha256 = draw.choice(models).split("=")
    with (
        artifacts.fetch(owner, model_id) as fetch,
        artifacts.taken(fetch, owner, model_id, sha256) as path,
    ):
        artifacts.drop(draw.choice(models).split("=")[0])
        with open(path, "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == sha256
"""


@pytest.mark.slow
def test_processes_share_one_folder_and_remove_each_others_files(
    aws: fake_aws.FakeAws, tmp_path: Path
) -> None:
    size = len(adding(0))
    named = [f"{each}={hashlib.sha256(held).hexdigest()}" for each, held in aws.models.items()]
    command = [sys.executable, "-c", PROCESS, str(tmp_path), str(3 * size), OWNER, *named]

    running = [
        subprocess.Popen(command, env=aws.environment(), stderr=subprocess.PIPE) for _ in range(3)
    ]
    errors = [each.communicate()[1].decode() for each in running]

    assert errors == ["", "", ""]
    left = list(tmp_path.iterdir())
    assert {path.suffix for path in left} <= {".onnx"}
    # Each process may have found room before another one's file was there.
    assert len(left) <= 3 + len(running)


def test_a_file_that_another_process_removes_is_read_again(
    aws: fake_aws.FakeAws, tmp_path: Path
) -> None:
    artifacts, other = Artifacts(tmp_path, 1_000_000), Artifacts(tmp_path, 1_000_000)
    sha256 = hashlib.sha256(adding(0)).hexdigest()
    Path(artifacts.path(model_id(0))).write_bytes(adding(0))

    with artifacts.fetch(OWNER, model_id(0)) as fetch:
        other.drop(model_id(0))
        with artifacts.taken(fetch, OWNER, model_id(0), sha256) as path:
            other.drop(model_id(0))
            content = Path(path).read_bytes()

    assert content == adding(0)
    assert aws.calls == ["GetObject"]


def test_what_ended_processes_left_is_removed(aws: fake_aws.FakeAws, tmp_path: Path) -> None:
    abandoned, current = tmp_path / "a.held/model.onnx", tmp_path / "b.held/model.onnx"
    for path in (abandoned, current):
        path.parent.mkdir()
        path.write_bytes(b"part of a model")
    os.utime(abandoned, (0, 0))

    with Artifacts(tmp_path, 1_000_000).fetch(OWNER, model_id(0)) as fetch:
        fetch.finish()

    assert not abandoned.parent.exists()
    assert current.exists()
