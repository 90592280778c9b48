"""Networks, converted by the image under `sam local`, and their predictions compared."""

import json
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from inferx.onnx_session import PROVIDERS, ort
from local.build import BUILT_TEMPLATE
from local.containers import deep_image, stack
from local.containers.template import with_environments, with_image
from local.image import require_docker
from tests.docker.emulated import Functions, containers, free_port, marked, started
from tests.docker.measures import faults, measured, table, watched
from tests.docker.storage import served
from tests.support.deep_files import NAMES, DeepFile, write_files
from tools import template

_FUNCTION = deep_image.FUNCTION
_TENANT = "test"


def run() -> list[str]:
    """Convert each file, and return a sentence for each fault."""
    require_docker()
    read = template.read(BUILT_TEMPLATE)
    mark, port = secrets.token_hex(8), free_port()
    variables = marked({_FUNCTION: stack.plain_environment(read, _FUNCTION)}, mark)
    given = with_image(with_environments(read, variables), _FUNCTION, deep_image.prepared())
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, started("start-lambda", given, port):
        files, functions = write_files(Path(folder)), Functions(port)
        for name in NAMES:
            verdict = _verdict(files[name], functions)
            if verdict != "equal":
                found.append(f"{name}: {verdict}")
            sys.stdout.write(f"{name}: {verdict}\n")
        (container,) = containers(mark)
        with watched(container) as peak:
            _verdict(files[NAMES[0]], functions)
        rows = measured([container], {_FUNCTION: peak()})
        sys.stdout.write(f"{table(rows)}\n")
    return [*found, *faults(rows)]


def _verdict(file: DeepFile, functions: Functions) -> str:
    with served(file.path.read_bytes()) as storage:
        request = {
            "source_url": f"{storage.url}/source",
            "source_size": len(storage.source),
            "result_url": f"{storage.url}/result",
        }
        outcome = functions.invoke(_FUNCTION, request, tenant=_TENANT)
    if outcome.get("status") != "converted" or storage.result is None:
        return json.dumps(outcome)
    session = ort.InferenceSession(storage.result, providers=PROVIDERS)
    found = session.run(None, _feed(session, file.input))
    expected = _arrays(file.prediction)
    equal = all(
        np.allclose(ours.squeeze(), theirs.squeeze(), rtol=1e-4, atol=1e-5)
        for ours, theirs in zip(found, expected, strict=True)
    )
    return "equal" if equal else "another prediction"


def _feed(session: ort.InferenceSession, given: Any) -> dict[str, Any]:
    dtypes = {"tensor(float)": "float32", "tensor(int64)": "int64"}
    inputs = session.get_inputs()
    named = given if isinstance(given, dict) else {inputs[0].name: given}
    return {each.name: np.array(named[each.name], dtypes[each.type]) for each in inputs}


def _arrays(prediction: list[Any]) -> list[Any]:
    if not isinstance(prediction[0], dict):
        return [np.array(prediction)]
    return [np.array([row[name] for row in prediction]) for name in prediction[0]]
