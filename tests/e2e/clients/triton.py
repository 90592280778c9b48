"""Asks a model by tritonclient: ``triton.py HOST_AND_PATH CREDENTIAL MODEL binary|json``.

Prints what the client made of the responses, as JSON.
"""

import json
import sys

import numpy as np
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException

url, credential, model, form = sys.argv[1:]
binary = form == "binary"
headers = {"Authorization": f"Bearer {credential}"}
client = InferenceServerClient(url)
rows = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]], np.float32)

metadata = client.get_model_metadata(model, headers=headers)
given = InferInput(metadata["inputs"][0]["name"], list(rows.shape), "FP32")
given.set_data_from_numpy(rows, binary_data=binary)
wanted = [
    InferRequestedOutput(output["name"], binary_data=binary) for output in metadata["outputs"]
]
result = client.infer(model, [given], outputs=wanted, request_id="7", headers=headers)
default = client.infer(model, [given], headers=headers)
label, probabilities = (output["name"] for output in metadata["outputs"])
compressed = {
    algorithm: client.infer(
        model,
        [given],
        request_compression_algorithm=algorithm,
        headers=dict(headers),  # the client adds its Content-Encoding to them
    )
    for algorithm in ("gzip", "deflate")
}
try:
    client.infer("unknown-name", [given], headers=headers)
    mistake = ""
except InferenceServerException as error:
    mistake = error.message()
try:
    unknown_is_ready = client.is_model_ready("unknown-name", headers=headers)
except InferenceServerException:
    unknown_is_ready = False

sys.stdout.write(
    json.dumps(
        {
            "server": client.get_server_metadata()["name"],
            "live": client.is_server_live(),
            "ready": client.is_server_ready(),
            "model_ready": client.is_model_ready(model, headers=headers),
            "unknown_ready": unknown_is_ready,
            "id": result.get_response()["id"],
            "labels": [
                text.decode() if isinstance(text, bytes) else str(text)
                for text in result.as_numpy(label)
            ],
            "probabilities": result.as_numpy(probabilities).shape,
            "compressed": [
                algorithm
                for algorithm, each in compressed.items()
                if (each.as_numpy(probabilities) == default.as_numpy(probabilities)).all()
            ],
            "same": bool((result.as_numpy(probabilities) == default.as_numpy(probabilities)).all()),
            "mistake": mistake,
        }
    )
)
