"""The other servers: how each is started and asked, as its own quickstart has it.

All hold the model as scikit-learn saved it, but for the one with onnxruntime, and respond with the
labels and the probabilities of all rows, as InferX does.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import processes, subject

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
Rows = list[list[float]]


@dataclass(frozen=True)
class Server:
    """One server, ready to be started.

    Attributes:
        body: makes a request's content of rows.
        budget: the largest share of its CPU for one row that InferX may take.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    port: int
    path: str
    body: Callable[[Rows], Any]
    budget: float | None = None


def of(model: subject.Subject) -> list[Server]:
    """Return all servers for a model, each with a port of its own."""
    return [
        _fastapi("FastAPI + scikit-learn", "fastapi_sklearn:app", model, 1 / 5),
        _fastapi("FastAPI + onnxruntime", "fastapi_onnxruntime:app", model),
        _mlserver("MLServer", 0, model, 1 / 8),
        _mlserver("MLServer with its pool", 1, model),
        _bentoml(model),
        _litserve(model),
    ]


def _fastapi(name: str, target: str, model: subject.Subject, budget: float | None = None) -> Server:
    port = processes.free_port()
    command = [str(ROOT / ".venv-fastapi/bin/python"), "-m", "uvicorn", "--app-dir", str(PEERS)]
    command += ["--port", str(port), target]
    return Server(name, command, _paths(model), model.folder, port, "/predict", _rows, budget)


def _bentoml(model: subject.Subject) -> Server:
    port = processes.free_port()
    command = [str(ROOT / ".venv-bentoml/bin/bentoml"), "serve", "bentoml_sklearn:Iris"]
    command += ["--working-dir", str(PEERS), "--port", str(port)]
    home = {"BENTOML_HOME": str(model.folder / "bentoml"), "BENTOML_DO_NOT_TRACK": "True"}
    environment = _paths(model) | home
    return Server("BentoML", command, environment, model.folder, port, "/predict", _rows)


def _litserve(model: subject.Subject) -> Server:
    port = processes.free_port()
    python = str(ROOT / ".venv-litserve/bin/python")
    command = [python, str(PEERS / "litserve_sklearn.py"), str(port)]
    return Server("LitServe", command, _paths(model), model.folder, port, "/predict", _rows)


def _mlserver(
    name: str, workers: int, model: subject.Subject, budget: float | None = None
) -> Server:
    """Return MLServer; without workers it predicts in its only process, which costs least."""
    port = processes.free_port()
    folder = model.folder / f"mlserver-{workers}"
    folder.mkdir()
    settings = {
        "debug": False,
        "parallel_workers": workers,
        "http_port": port,
        "grpc_port": processes.free_port(),
        "metrics_port": processes.free_port(),
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    implementation = "mlserver_sklearn.SKLearnModel"
    model_settings = {
        "name": "iris",
        "implementation": implementation,
        "parameters": {"uri": str(model.pickle)},
    }
    (folder / "model-settings.json").write_text(json.dumps(model_settings))
    command = [str(ROOT / ".venv-mlserver/bin/mlserver"), "start", str(folder)]
    return Server(name, command, {}, folder, port, "/v2/models/iris/infer", _tensors, budget)


def _paths(model: subject.Subject) -> dict[str, str]:
    return {"MODEL_PICKLE": str(model.pickle), "MODEL_ONNX": str(model.onnx)}


def _rows(rows: Rows) -> Any:
    return {"input": rows}


def _tensors(rows: Rows) -> Any:
    shape = [len(rows), len(rows[0])]
    outputs = [{"name": "predict"}, {"name": "predict_proba"}]
    tensor = {"name": "X", "shape": shape, "datatype": "FP64", "data": rows}
    return {"inputs": [tensor], "outputs": outputs}
