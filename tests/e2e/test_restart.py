"""The local stack after `make down` and `make up`."""

import pickle
import subprocess

import pytest

from local.demo.training import train
from tests.e2e.conftest import REPOSITORY, Http, RegisteredUser


def make(target: str) -> str:
    done = subprocess.run(
        ["make", target], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_accounts_models_and_the_base_url_outlive_make_down(
    base_url: str, registered_user: RegisteredUser, user_http: Http
) -> None:
    trained = train()
    uploaded = user_http.post(
        "/api/v1/models/upload",
        data={"name": "kept", "model_type": "sklearn"},
        files={"file": ("model.pkl", pickle.dumps(trained.pipeline))},
    )
    assert uploaded.json()["data"]["model"]["status"] == "ready", uploaded.text

    make("down")
    again = make("up").splitlines()[-1]

    credentials = {"email": registered_user.email, "password": registered_user.password}
    login = user_http.post("/api/v1/auth/login", json=credentials)
    prediction = user_http.post("/api/v1/predict/kept", json={"input": trained.rows[0]})
    second = user_http.post(
        "/api/v1/models/upload",
        data={"name": "kept", "model_type": "sklearn"},
        files={"file": ("model.pkl", pickle.dumps(trained.pipeline))},
    )
    assert again == base_url
    assert login.status_code == 200, login.text
    assert prediction.json()["prediction"] == trained.predicted()[0]
    assert second.json()["data"]["model"]["status"] == "ready", second.text
