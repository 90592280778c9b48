"""The owner's own rows and a part of a file, on the deployed stack."""

import os
import pickle
import subprocess
from typing import Any

import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import StandardScaler

from local.deployed import Deployed
from tests.e2e.conftest import Http

pytestmark = pytest.mark.slow

ROWS, LABELS = load_iris(return_X_y=True)
FOREST = RandomForestClassifier(5, random_state=0).fit(ROWS, LABELS)
CONTENT = pickle.dumps({"model": FOREST, "scaler": StandardScaler().fit(ROWS)})
CSV = "a,b,c,d\n" + "".join(f"{','.join(map(str, row))}\n" for row in ROWS[:60].tolist())


def upload(http: Http, *, samples: str = CSV, **fields: str) -> Any:
    parts: Any = {"file": ("iris.pkl", CONTENT), "samples": ("rows.csv", samples, "text/csv")}
    data = {"name": "iris", "model_type": "sklearn"} | fields
    return http.post("/api/v1/models/upload", data=data, files=parts)


def settled(http: Http, response: Any) -> Any:
    """Return an uploaded model once it has been converted."""
    model = response.json()["data"]["model"]
    while model["status"] == "converting":
        shown = http.get(f"/api/v1/models/{model['id']}", params={"wait": 20})
        model = shown.json()["data"]["model"]
    return model


def test_both_models_agree_on_the_rows_of_a_csv_file(user_http: Http, deployed: Deployed) -> None:
    model = settled(user_http, upload(user_http, part="model"))

    assert (model["status"], model["error"]) == ("ready", None)
    assert model["parity"]["samples"] == {"rows": 60, "agreed": 60}
    assert list(model["example"]["input"].values()) == ROWS[0].tolist()
    s3 = deployed.client("s3")
    kept = s3.list_object_versions(Bucket=deployed.resource("Bucket"), Prefix="samples/")
    left = [*kept.get("Versions", []), *kept.get("DeleteMarkers", [])]
    assert [each["Key"] for each in left if model["id"] in each["Key"]] == []


def test_each_program_predicts_the_example(base_url: str, user_http: Http) -> None:
    model = settled(user_http, upload(user_http, part="model"))
    created = user_http.post("/api/v1/auth/api-keys", json={"name": "programs"})
    environment = {
        "PATH": os.environ["PATH"],
        "INFERX_API_KEY": created.json()["data"]["api_key"]["key"],
    }

    programs = user_http.get(f"/api/v1/models/{model['id']}/snippets").json()["data"]

    assert all(f"{base_url}/api/v1/predict/{model['id']}" in each for each in programs.values())
    for command in (["bash", "-c", programs["curl"]], ["python3", "-c", programs["python"]]):
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert "prediction" in ran.stdout
        assert model["id"] in ran.stdout


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "upload it again with part=model"),
        ({"part": "modle"}, "The file has no part 'modle'"),
        ({"part": "model", "samples": "a,b\n1,2\n"}, "Sample 1 ({"),
    ],
)
def test_what_cannot_be_served_is_refused_with_what_to_do(
    user_http: Http, fields: dict[str, str], sentence: str
) -> None:
    response = upload(user_http, **fields)

    detail = response.json().get("detail") or settled(user_http, response)["error"]
    assert sentence in detail
