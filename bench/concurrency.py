"""Predictions of two models of two owners at once, in threads of one process."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path
from time import perf_counter

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from bench import fake_aws, prediction_requests
from bench.figures import Figure
from bench.subject import Subject
from bench.warm import CONTEXT, Handler, handler_of
from tools import onnx_models

_IDS = [f"01939d5e-0000-7000-8000-00000000010{number}" for number in range(2)]
_OWNERS = [f"01939d5e-0000-7000-8000-00000000020{number}" for number in range(2)]
_COLUMNS = 10
_ROWS = 200
_TREES = 500
_REQUESTS = 40
_ROUNDS = 9
_LEAST_SPEEDUP = 1.7


def measure(subject: Subject) -> list[Figure]:
    """Measure 40 predictions one after the other, and in two threads; the best rounds of each.

    While a graph runs, Python's lock is free; the rest of a prediction holds it. So the gain is
    that of models that take a while, here forests of 500 trees; of a row that takes 30 µs in all
    there is none to be had in one process, and Lambda itself gives each request a process.
    """
    with fake_aws.serving(subject.onnx) as aws, Path(os.devnull).open("w") as nowhere:
        for model_id, owner, seed in zip(_IDS, _OWNERS, range(2), strict=True):
            aws.models[model_id] = _forest(seed)
            aws.owners[model_id] = owner
        handler = handler_of(aws.environment())
        work = [_prediction(handler, *each) for each in zip(_IDS, _OWNERS, strict=True)]
        with redirect_stdout(nowhere), ThreadPoolExecutor(2) as threads:
            for predict in work:
                predict()
            alone, beside = zip(*[_round(work, threads) for _ in range(_ROUNDS)], strict=True)
    return [
        Figure(
            "two threads, each prediction",
            min(beside) * 1e3,
            "one thread",
            min(alone) * 1e3,
            "ms",
            1 / _LEAST_SPEEDUP,
        )
    ]


def _round(work: list[Callable[[], None]], threads: ThreadPoolExecutor) -> tuple[float, float]:
    started = perf_counter()
    for _ in range(_REQUESTS // len(work)):
        for predict in work:
            predict()
    alone = (perf_counter() - started) / _REQUESTS
    started = perf_counter()
    list(threads.map(lambda predict: _often(predict, _REQUESTS // len(work)), work))
    return alone, (perf_counter() - started) / _REQUESTS


def _often(predict: Callable[[], None], times: int) -> None:
    for _ in range(times):
        predict()


def _prediction(handler: Handler, model_id: str, owner: str) -> Callable[[], None]:
    rows = np.random.default_rng(1).normal(size=(_ROWS, _COLUMNS)).round(3).tolist()
    event = prediction_requests.event(rows, model_id)
    event["requestContext"]["authorizer"]["lambda"]["user_id"] = owner

    def predict() -> None:
        assert handler(event, CONTEXT)["statusCode"] == 200

    return predict


def _forest(seed: int) -> bytes:
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(2_000, _COLUMNS))
    labels = (rows[:, 0] * rows[:, 1] + draw.normal(size=2_000) > 0).astype(int)
    about = onnx_models.signature(
        inputs=[onnx_models.tensor("X", shape=(None, _COLUMNS))],
        outputs=[
            onnx_models.tensor("label", "int64", (None,)),
            onnx_models.tensor("probabilities", shape=(None, 2)),
        ],
        features=[onnx_models.feature(None, column=column) for column in range(_COLUMNS)],
        prediction="label",
        probabilities="probabilities",
        classes=[0, 1],
    )
    forest = RandomForestClassifier(_TREES, max_depth=10, random_state=seed)
    return onnx_models.converted(forest.fit(rows, labels), about)
