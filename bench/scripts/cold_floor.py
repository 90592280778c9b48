"""The floor of a cold start: imports, and the same two objects plainly.

Neither request is signed, nothing is checked, no session is opened and nothing is run.
"""

import json
import os
import sys
from http.client import HTTPConnection

import numpy as np
import onnxruntime as ort

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
