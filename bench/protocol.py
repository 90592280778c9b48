"""Predictions by the Open Inference Protocol through the handler, beside their floors."""

import os
from contextlib import redirect_stdout
from itertools import pairwise
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

from bench import fake_aws, prediction_requests, subject
from bench.figures import Figure, side_by_side
from bench.floor import Floor
from bench.warm import CONTEXT, Handler, handler_of
from tools import onnx_models

_SHAPE = (250, 1_000)  # of four bytes each: 1 MB
_ONE_ROW = 5
_ROUNDS = 45  # of the large ones: processes differ little, if the best is of so many
_LAYERS = {"a product alone": (), "one hidden layer of 256": (256,)}
_IDS = [f"01939d5e-0000-7000-8000-{number:012d}" for number in range(3, 3 + len(_LAYERS))]


def measure(model: subject.Subject) -> list[Figure]:
    """Measure one row in JSON, and tensors of 1 MB in binary."""
    files = {model_id: model.folder / f"{model_id}.onnx" for model_id in _IDS}
    with fake_aws.serving(model.onnx) as aws, Path(os.devnull).open("w") as nowhere:
        for (model_id, path), widths in zip(files.items(), _LAYERS.values(), strict=True):
            path.write_bytes(_network(widths))
            aws.models[model_id] = path.read_bytes()
        handler = handler_of(aws.environment())
        with redirect_stdout(nowhere):
            figures = [_json(handler, model)]
            for (model_id, path), layers in zip(files.items(), _LAYERS, strict=True):
                figures.append(_binary(handler, model_id, path, layers))
    return figures


def _json(handler: Handler, model: subject.Subject) -> Figure:
    event = prediction_requests.infer_event(model.rows[:1])
    body = prediction_requests.infer_body(model.rows[:1])
    assert handler(event, CONTEXT)["statusCode"] == 200
    floor = Floor(model.onnx)
    ours, theirs = side_by_side(lambda: handler(event, CONTEXT), lambda: floor.infer(body), 1_000)
    against = "orjson + run + orjson"
    return Figure("protocol, one row", ours * 1e6, against, theirs * 1e6, "µs", _ONE_ROW)


def _binary(handler: Handler, model_id: str, path: Path, layers: str) -> Figure:
    """Measure the whole way of 1 MB, out of base64 too, in which Lambda hands it on."""
    raw = np.random.default_rng(0).normal(size=_SHAPE).astype("<f4").tobytes()
    event = prediction_requests.binary_event(raw, _SHAPE, model_id)
    response = handler(event, CONTEXT)
    assert response["statusCode"] == 200, response
    floor = Floor(path)
    ours, theirs = side_by_side(
        lambda: handler(event, CONTEXT), lambda: floor.run_bytes(raw, _SHAPE), 20, _ROUNDS
    )
    budget = 1.5 if "hidden" in layers else None
    return Figure(
        f"protocol, 1 MB in binary, {layers}",
        ours * 1e6,
        "copy + run",
        theirs * 1e6,
        "µs",
        budget,
    )


def _network(widths: tuple[int, ...]) -> bytes:
    """Return a network of dense layers: ten scores of a thousand numbers."""
    about = onnx_models.signature(
        inputs=[onnx_models.tensor("X", shape=(None, _SHAPE[1]))],
        outputs=[onnx_models.tensor("variable", shape=(None, 10))],
        features=None,
    )
    sizes = [_SHAPE[1], *widths, 10]
    nodes = []
    for number, shape in enumerate(pairwise(sizes)):
        drawn = np.random.default_rng(number).normal(size=shape).astype(np.float32)
        weights = helper.make_tensor("", TensorProto.FLOAT, shape, drawn.tobytes(), raw=True)
        source = f"rectified{number - 1}" if number else "X"
        target = f"product{number}" if number < len(widths) else "variable"
        nodes += [
            helper.make_node("Constant", [], [f"weights{number}"], value=weights),
            helper.make_node("MatMul", [source, f"weights{number}"], [target]),
        ]
        if number < len(widths):
            nodes.append(helper.make_node("Relu", [target], [f"rectified{number}"]))
    return onnx_models.graph(nodes, about)
