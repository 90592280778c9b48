"""The floor of a cold start: ``cold_floor.py PATHS``, imports, and the same two objects plainly.

Neither request is signed, nothing is checked, no session is opened and nothing is run.
"""

import json
import os
import sys

sys.path[:0] = sys.argv[1].split(":")  # before the imports that come of it

from http.client import HTTPConnection  # noqa: E402

import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402

host = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
connection = HTTPConnection(host)
wanted = {"TableName": "models", "Key": {"pk": {"S": f"model#{os.environ['MODEL_ID']}"}}}
headers = {
    "x-amz-target": "DynamoDB_20120810.GetItem",
    "content-type": "application/x-amz-json-1.0",
}
connection.request("POST", "/", json.dumps(wanted), headers)
item = json.loads(connection.getresponse().read())
assert "Item" in item
other = HTTPConnection(host)
other.request("GET", f"/bucket/models/{os.environ['OWNER']}/{os.environ['MODEL_ID']}/model.onnx")
assert other.getresponse().read()
sys.stdout.write(f"{np.__version__} {ort.__version__}\n")
