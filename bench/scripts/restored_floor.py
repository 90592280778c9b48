"""The floor of a restored environment: ``restored_floor.py EVENT ROUNDS``, as restored_handler.py.

A copy of a process that has imported numpy and onnxruntime, and opened one session, reads the same
two objects plainly, opens the model's session and runs it. Nothing is signed or checked.
"""

import gc
import json
import os
import sys
from http.client import HTTPConnection
from time import perf_counter, process_time

import numpy as np

from inferx import onnx_session
from inferx.onnx_session import PROVIDERS, ort, session_options

HOST = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
WANTED = {"TableName": "models", "Key": {"pk": {"S": f"model#{os.environ['MODEL_ID']}"}}}
HEADERS = {
    "x-amz-target": "DynamoDB_20120810.GetItem",
    "content-type": "application/x-amz-json-1.0",
}
PATH = f"/bucket/models/{os.environ['OWNER']}/{os.environ['MODEL_ID']}/model.onnx"


def respond(row: list[float]) -> str:
    """Return the milliseconds to the response, and those of processor time."""
    began, began_work = perf_counter(), process_time()
    connection = HTTPConnection(HOST)
    connection.request("POST", "/", json.dumps(WANTED), HEADERS)
    assert "Item" in json.loads(connection.getresponse().read())
    other = HTTPConnection(HOST)
    other.request("GET", PATH)
    content = other.getresponse().read()
    session = ort.InferenceSession(content, session_options(), PROVIDERS)
    outputs = session.run(None, {session.get_inputs()[0].name: np.array([row])})
    assert json.dumps({"prediction": outputs[0].tolist()})
    work, taken = process_time() - began_work, perf_counter() - began
    return f"{taken * 1000:.3f} {work * 1000:.3f}"


asked = json.loads(json.loads(sys.argv[1])["body"])["input"]
onnx_session.prime()
gc.freeze()
for _ in range(int(sys.argv[2])):
    child = os.fork()
    if child == 0:
        os.write(1, f"restored {respond(asked)}\n".encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
