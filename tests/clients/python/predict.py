"""Use the API by a generated client: ``predict.py BASE_URL EMAIL PASSWORD MODEL_FILE``.

``inferx_api`` is the package that openapi-python-client generates from the OpenAPI document.
Prints what the responses held, as JSON.
"""

import json
import sys
from pathlib import Path

import httpx
from inferx_api import AuthenticatedClient, Client
from inferx_api.api.accounts import log_in, register
from inferx_api.api.models import list_models, show_model, upload_model
from inferx_api.api.open_inference_protocol import infer
from inferx_api.api.predictions import predict
from inferx_api.models import (
    Datatype,
    Error,
    InferInput,
    InferRequest,
    InferResponse,
    LabelProbabilities,
    Login,
    Model,
    ModelListResponse,
    ModelResponse,
    ModelStatus,
    ModelType,
    NamedValues,
    PredictionRequest,
    PredictionResponse,
    RegisteredResponse,
    Registration,
    ReservationResponse,
    Tokens,
    UploadFields,
)

ROWS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]


def main(base_url: str, email: str, password: str, model_file: Path) -> dict[str, object]:
    """Register, log in, upload the model and predict with it."""
    anonymous = Client(base_url)
    registered = register.sync(client=anonymous, body=Registration(email, password))
    assert isinstance(registered, RegisteredResponse), registered
    tokens = log_in.sync(client=anonymous, body=Login(email, password))
    assert isinstance(tokens, Tokens), tokens
    client = AuthenticatedClient(base_url, tokens.access_token)
    model = upload(client, model_file)
    listed = list_models.sync(client=client, per_page=5)
    assert isinstance(listed, ModelListResponse), listed
    return {
        "registered": registered.data.user.email,
        "status": model.status.value,
        "classes": model.classes,
        "listed": [each.name for each in listed.data],
        **predictions(client, str(model.id)),
        "inferred": inference(client, model.name),
    }


def upload(client: AuthenticatedClient, model_file: Path) -> Model:
    """Reserve a version, send the file to S3 and wait for the conversion."""
    fields = UploadFields("iris", ModelType.SKLEARN, model_file.name)
    reserved = upload_model.sync(client=client, body=fields)
    assert isinstance(reserved, ReservationResponse), reserved
    form = reserved.data.upload
    files = {"file": model_file.read_bytes()}
    httpx.post(form.url, data=form.fields.additional_properties, files=files).raise_for_status()
    model = reserved.data.model
    while model.status in (ModelStatus.PENDING_UPLOAD, ModelStatus.CONVERTING):
        shown = show_model.sync(model.id, client=client.with_timeout(httpx.Timeout(30)), wait=20)
        assert isinstance(shown, ModelResponse), shown
        model = shown.data.model
    return model


def predictions(client: AuthenticatedClient, model_id: str) -> dict[str, object]:
    """Predict one row and a batch, and send rows that the model does not take."""
    row = predict.sync(model_id, client=client, body=PredictionRequest([*ROWS[0]]))
    assert isinstance(row, PredictionResponse), row
    assert isinstance(row.probabilities, LabelProbabilities)
    probabilities = row.probabilities.additional_properties
    batch = predict.sync("iris", client=client, body=PredictionRequest([*ROWS]))
    assert isinstance(batch, PredictionResponse), batch
    named = NamedValues.from_dict({"height": 1.0})
    refused = predict.sync("iris", client=client, body=PredictionRequest([named]))
    assert isinstance(refused, Error), refused
    return {
        "row": row.prediction,
        "likeliest": max(probabilities, key=lambda label: probabilities[label]),
        "batch": batch.prediction,
        "refused": refused.detail,
    }


def inference(client: AuthenticatedClient, name: str) -> object:
    """Run the model on a tensor, by the Open Inference Protocol."""
    tensor = InferInput("X", Datatype.FP32, shape=[2, 4], data=[*ROWS])
    response = infer.sync(name, client=client, body=InferRequest([tensor]))
    assert isinstance(response, InferResponse), response
    return response.outputs[0].data


if __name__ == "__main__":
    url, address, secret, file = sys.argv[1:]
    sys.stdout.write(json.dumps(main(url, address, secret, Path(file))))
