"""The way of a model over HTTP, each of its functions in a container."""

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any

from local.demo.client import Client
from local.demo.training import train

_NAME = "iris"


def walk(base_url: str, deliver: Callable[[str, str], Any], show: Callable[[str], None]) -> None:
    """Register, upload, convert, predict, list and delete.

    Args:
        base_url: of the API.
        deliver: hands a queue's messages to a function.
        show: takes a line for each step.

    Raises:
        Failure: a response has another status than it must have.
    """
    client, trained = Client(base_url), train()
    content = trained.pickled()
    email, password = f"{secrets.token_hex(8)}@example.com", secrets.token_urlsafe(16)
    steps = _Steps(show)
    steps.take("registered", lambda: client.register(email, password))
    sent = steps.take("mail sent", lambda: deliver("MailQueue", "MailerFunction"))
    assert sent == [{"batchItemFailures": []}], sent
    steps.take("logged in", lambda: client.log_in(email, password))
    model, form = steps.take(
        "version reserved",
        lambda: client.reserve(
            name=_NAME,
            model_type="sklearn",
            file_name="model.pkl",
            file_size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        ),
    )
    steps.take("file posted to S3", lambda: client.post_file(form, content))
    ingested = steps.take("converted", lambda: deliver("IngestQueue", "IngestFunction"))
    assert ingested == [{"batchItemFailures": []}], ingested
    shown = client.model(model["id"])
    assert shown["status"] == "ready", shown
    predicted = steps.take("predicted", lambda: client.predict(model["id"], trained.rows))
    assert predicted["prediction"] == trained.predicted(), predicted
    listed = steps.take("listed", client.models)
    assert [each["id"] for each in listed] == [model["id"]], listed
    steps.take("deleted", lambda: client.delete(model["id"]))
    client.call("GET", f"/api/v1/models/{model['id']}", 404)


class _Steps:
    """Times steps."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show

    def take[T](self, done: str, step: Callable[[], T]) -> T:
        started = time.monotonic()
        result = step()
        self._show(f"{time.monotonic() - started:6.2f} s  {done}")
        return result
