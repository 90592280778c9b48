"""Walks the whole way of a model, through the deployed local stack, and checks each response."""

import hashlib
import json
import secrets
import sys
import time
from typing import Any

from local import emulator
from local.demo.client import Client
from local.demo.display import show, step
from local.demo.training import Trained, train
from local.failure import Failure

NAME = "iris"
POLL_S = 5
CONVERSION_LIMIT_S = 300


def main() -> None:
    """Run the demo on the stack that is up.

    Raises:
        Failure: a response is not what it must be.
    """
    base_url = emulator.record().get("base_url")
    if base_url is None:
        raise Failure("The local stack is not up: `make up` starts it.")
    with step("Training a model") as current:
        trained = train()
        current.done = (
            "Trained StandardScaler → LogisticRegression on iris: "
            f"{trained.training_rows} rows, {len(trained.rows)} held out"
        )
    client = open_account(base_url)
    model = upload(client, trained)
    show_parity(model)
    predict_some_rows(client, trained, model["id"])
    predict_held_out_rows(client, trained, model["id"])
    list_models(client)
    upload_and_delete_second_version(client, trained)
    show_next_commands(client, trained)


def open_account(base_url: str) -> Client:
    """Register a new user and log in."""
    client = Client(base_url)
    email, password = f"demo-{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(16)
    with step("Registering") as current:
        client.register(email, password)
        current.done = f"Registered {email}"
    with step("Logging in") as current:
        client.log_in(email, password)
        current.done = "Logged in: access and refresh token"
    return client


def upload(client: Client, trained: Trained) -> Any:
    """Upload the model as a large one goes, straight to S3; return it once it is ready."""
    content = trained.pickled()
    with step("Reserving a version") as current:
        model, form = client.reserve(
            name=NAME,
            description="Iris species from four measurements",
            model_type="sklearn",
            file_name="model.pkl",
            file_size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        current.done = f"Reserved {model['name']} version {model['version']}"
    with step("Posting model.pkl to S3") as current:
        client.post_file(form, content)
        current.done = f"Posted model.pkl ({len(content):,} bytes) straight to S3"
    with step("Converting to ONNX") as current:
        give_up_at = time.monotonic() + CONVERSION_LIMIT_S
        while model["status"] in ("pending_upload", "converting"):
            check(time.monotonic() < give_up_at, "the conversion does not end: see `make logs`")
            current.doing(f"Converting to ONNX ({model['status']})")
            model = client.model(model["id"], wait_s=POLL_S)
        check(model["status"] == "ready", f"the conversion failed: {model['error']}")
        current.done = f"Converted {model['framework']} {model['framework_version']} to ONNX: ready"
    return model


def show_parity(model: Any) -> None:
    """Print how the ONNX model was compared with the original before it became ready."""
    parity = model["parity"]
    show(
        f"           parity on {parity['rows']} generated rows: "
        f"{parity['label_agreement']:.1%} of labels equal, "
        f"probabilities within {parity['max_abs_diff']:.1e} ({parity['dtype']})"
    )


def predict_some_rows(client: Client, trained: Trained, model_id: str) -> None:
    """Predict a row by names, a row by position and a batch."""
    row, expected = trained.rows[0], trained.predicted()
    with step("Predicting one row by names") as current:
        named = dict(zip(trained.feature_names, row, strict=True))
        response = client.predict(model_id, named)
        check(response["prediction"] == expected[0], f"{response} is not {expected[0]}")
        certainty = response["probabilities"][expected[0]]
        current.done = f"One row by names: {json.dumps(named)} → {expected[0]} ({certainty:.1%})"
    with step("Predicting one row by position") as current:
        response = client.predict(model_id, row)
        check(response["prediction"] == expected[0], f"{response} is not {expected[0]}")
        current.done = f"One row by position: {row} → {expected[0]}"
    with step("Predicting a batch") as current:
        response = client.predict(model_id, trained.rows[:3])
        check(response["prediction"] == expected[:3], f"{response} is not {expected[:3]}")
        current.done = f"A batch of 3: {', '.join(expected[:3])}"


def predict_held_out_rows(client: Client, trained: Trained, model_id: str) -> None:
    """Predict every row that training has not seen, and compare with scikit-learn."""
    with step("Predicting the held-out rows") as current:
        predicted = client.predict(model_id, trained.rows)["prediction"]
        expected = trained.predicted()
        differing = sum(a != b for a, b in zip(predicted, expected, strict=True))
        check(differing == 0, f"{differing} of {len(expected)} labels are not scikit-learn's")
        correct = sum(a == b for a, b in zip(predicted, trained.labels, strict=True))
        current.done = (
            f"All {len(predicted)} held-out rows: every label equals scikit-learn's, "
            f"accuracy {correct / len(predicted):.1%}"
        )


def list_models(client: Client) -> None:
    """List the user's models."""
    with step("Listing") as current:
        models = client.models()
        check([model["name"] for model in models] == [NAME], f"the list is {models}")
        current.done = f"Listed: {NAME} version {models[0]['version']}, {models[0]['status']}"


def upload_and_delete_second_version(client: Client, trained: Trained) -> None:
    """Upload the file again in one call, as a small one may go, and delete that version."""
    with step("Uploading a second version in one call") as current:
        second = client.upload_small(
            "model.pkl", trained.pickled(), name=NAME, model_type="sklearn"
        )
        check(second["status"] == "ready", f"the second version is {second['status']}")
        current.done = f"Uploaded {NAME} version {second['version']} in one call: ready"
    with step("Deleting it") as current:
        client.delete(second["id"])
        client.call("GET", f"/api/v1/models/{second['id']}", 404)
        current.done = f"Deleted version {second['version']}: 404 from now on"


def show_next_commands(client: Client, trained: Trained) -> None:
    """Print commands that can be pasted, with a new API key in them."""
    with step("Making an API key") as current:
        key = client.create_api_key("demo")
        current.done = "Made an API key for predictions"
    body = json.dumps({"input": dict(zip(trained.feature_names, trained.rows[-1], strict=True))})
    show(
        f"""
The stack is running (`make down` stops it). Go on with:

URL='{client.base_url}'
KEY={key}
curl -s $URL/api/v1/health
curl -s $URL/api/v1/predict/{NAME} -H "Authorization: Bearer $KEY" \\
  -H "Content-Type: application/json" -d '{body}'
"""
    )


def check(holds: bool, otherwise: str) -> None:
    """Raise a `Failure` with the sentence `otherwise` unless the claim `holds`."""
    if not holds:
        raise Failure(f"Something is wrong: {otherwise}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"The demo stopped. {failure}")
