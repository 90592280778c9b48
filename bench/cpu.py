"""CPU time of one prediction: ours, and that of other servers with the same model."""

import http.client
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stdout, suppress
from pathlib import Path
from statistics import median
from time import monotonic, process_time, sleep

from bench import fake_aws, prediction_requests, subject
from bench.figures import Figure
from bench.warm import CONTEXT, handler_of

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
_REQUESTS = 1_000
_ROUNDS = 3
_TICK = 1 / os.sysconf("SC_CLK_TCK")


def measure(model: subject.Subject) -> list[Figure]:
    """Measure one row each; seconds of CPU from the servers' own process times."""
    row = model.rows[0]
    v2 = {"inputs": [{"name": "X", "shape": [1, 4], "datatype": "FP64", "data": row}]}
    ours = _ours(model)
    paths = {"MODEL_PICKLE": str(model.pickle), "MODEL_ONNX": str(model.onnx)}
    uvicorn = [".venv-fastapi/bin/python", "-m", "uvicorn", "--app-dir", str(PEERS), "--port"]
    _write_mlserver(model)
    peers = [
        (
            "FastAPI + scikit-learn",
            uvicorn,
            "fastapi_sklearn:app",
            "/predict",
            {"input": row},
            1 / 5,
        ),
        (
            "FastAPI + onnxruntime",
            uvicorn,
            "fastapi_onnxruntime:app",
            "/predict",
            {"input": row},
            None,
        ),
        (
            "MLServer",
            [".venv-mlserver/bin/mlserver", "start"],
            "",
            "/v2/models/iris/infer",
            v2,
            1 / 8,
        ),
    ]
    figures = []
    for name, command, target, path, request, budget in peers:
        port = _free_port()
        full = [*command, str(port), target] if target else [*command, str(model.folder)]
        with _running(full, {**paths, "MLSERVER_HTTP_PORT": str(port)}) as process:
            _wait_for(port, path, json.dumps(request), process)
            theirs = _cpu_each(process.pid, port, path, json.dumps(request))
        what = "CPU, one row"
        figures.append(Figure(what, ours * 1e6, name, theirs * 1e6, "µs", budget))
    return figures


def _ours(model: subject.Subject) -> float:
    """Measure the handler, with the event parsed and the response dumped as Lambda does it."""
    text = json.dumps(prediction_requests.event(model.rows[0]))
    with fake_aws.serving(model.onnx) as aws, Path(os.devnull).open("w") as nowhere:
        handler = handler_of(aws.environment())
        with redirect_stdout(nowhere):
            handler(json.loads(text), CONTEXT)
            rounds = []
            for _ in range(_ROUNDS):
                started = process_time()
                for _ in range(_REQUESTS):
                    json.dumps(handler(json.loads(text), CONTEXT))
                rounds.append((process_time() - started) / _REQUESTS)
    return median(rounds)


def _write_mlserver(model: subject.Subject) -> None:
    settings = {
        "name": "iris",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": str(model.pickle)},
    }
    (model.folder / "model-settings.json").write_text(json.dumps(settings))
    ports = {"grpc_port": _free_port(), "metrics_port": _free_port()}
    # In one process, its cheapest form; its pool of workers does not start under Python 3.13.
    (model.folder / "settings.json").write_text(
        json.dumps({"debug": False, "parallel_workers": 0, **ports})
    )


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    log = subprocess.DEVNULL
    process = subprocess.Popen(
        [str(ROOT / command[0]), *command[1:]],
        env={**os.environ, **environment},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its workers with it
        process.wait()


def _wait_for(port: int, path: str, body: str, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + 90
    while monotonic() < until:
        assert process.poll() is None, "the server ended by itself"
        with suppress(OSError), closing(http.client.HTTPConnection("127.0.0.1", port)) as asking:
            if _ask(asking, path, body) == 200:
                return
        sleep(0.2)
    raise TimeoutError


def _ask(connection: http.client.HTTPConnection, path: str, body: str) -> int:
    connection.request("POST", path, body, {"content-type": "application/json"})
    response = connection.getresponse()
    response.read()
    return response.status


def _cpu_each(pid: int, port: int, path: str, body: str) -> float:
    rounds = []
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(_ROUNDS + 1):  # the first warms it up
        before = _cpu_of(pid)
        for _ in range(_REQUESTS):
            assert _ask(connection, path, body) == 200
        rounds.append((_cpu_of(pid) - before) / _REQUESTS)
    connection.close()
    return median(rounds[1:])


def _cpu_of(pid: int) -> float:
    """Return the seconds of CPU that a process and its children have used (proc(5), stat)."""
    total = 0.0
    for each in _family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) * _TICK
    return total


def _family(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [child for task in tasks for child in task.read_text().split()]
    return [pid, *(each for child in children for each in _family(int(child)))]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
