"""Asks a model by KServe's REST client: ``kserve_rest.py BASE_URL CREDENTIAL MODEL binary|json``.

Prints what the client made of the responses, as JSON.
"""

import asyncio
import json
import sys

import httpx
import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

url, credential, model, form = sys.argv[1:]
binary = form == "binary"
headers = {"Authorization": f"Bearer {credential}"}
rows = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]], np.float32)


async def main() -> dict[str, object]:
    """Send the requests and return what came back."""
    given = InferInput("X", list(rows.shape), "FP32")
    given.set_data_from_numpy(rows, binary_data=binary)
    wanted = [
        RequestedOutput(name, parameters={"binary_data": binary})
        for name in ("label", "probabilities")
    ]
    request = InferRequest(
        model_name=model, infer_inputs=[given], request_outputs=wanted, request_id="7"
    )
    async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
        response = await client.infer(url, request, model_name=model, headers=dict(headers))
        try:
            await client.infer(url, request, model_name="unknown", headers=dict(headers))
            mistake = ""
        except httpx.HTTPStatusError as error:
            mistake = str(error)
        label, probabilities = (output.as_numpy() for output in response.outputs)
        return {
            "live": await client.is_server_live(url),
            "ready": await client.is_server_ready(url),
            "model_ready": await client.is_model_ready(url, model, headers=headers),
            "unknown_ready": await client.is_model_ready(url, "unknown", headers=headers),
            "id": response.id,
            "labels": [text.decode() if isinstance(text, bytes) else str(text) for text in label],
            "probabilities": probabilities.shape,
            "mistake": mistake,
        }


sys.stdout.write(json.dumps(asyncio.run(main())))
