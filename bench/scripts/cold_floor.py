"""The floor of a cold start: imports, and the same two objects by botocore."""

import os
import sys
from typing import Any

import botocore.session
import numpy as np
import onnxruntime as ort

session: Any = botocore.session.get_session()
session.create_client("dynamodb").get_item(
    TableName="models", Key={"pk": {"S": f"model#{os.environ['MODEL_ID']}"}}
)
key = f"models/{os.environ['OWNER']}/{os.environ['MODEL_ID']}/model.onnx"
session.create_client("s3").get_object(Bucket="bucket", Key=key)["Body"].read()
sys.stdout.write(f"{np.__version__} {ort.__version__}\n")
