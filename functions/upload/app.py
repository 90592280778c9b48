"""POST /models/upload: reserve a version and presign its upload, or convert a small file."""

from typing import Any, Literal

from inferx.errors import WrongMediaType
from inferx.http import events
from inferx.http.entry import entry
from inferx.http.events import Event, Response
from inferx.http.form_view import PresignedFormView
from inferx.http.model_view import ModelResponse, ModelView
from inferx.http.response_model import ResponseModel
from inferx.http.web import Caller, web_app
from inferx.registry import uploads
from inferx.settings import require
from upload_fields import REQUEST_BODY, UploadFields
from upload_forms import read_form

require("UploadFunction", "users_table", "models_table", "bucket")

# The gateway gives up after 30 s; this leaves time for what comes before and after.
_WAIT_SECONDS = 25.0

app = web_app()


class ReservedData(ResponseModel):
    """A model without its file, and the form that uploads it."""

    model: ModelView
    upload: PresignedFormView


class ReservationResponse(ResponseModel):
    """A version has been reserved for a file."""

    success: Literal[True] = True
    data: ReservedData


@app.post(
    "/api/v1/models/upload",
    status_code=201,
    summary="Upload a model",
    description=(
        "With JSON: reserve the name's next version and return an S3 POST form for the file. "
        "Conversion starts when the file has been sent. With multipart/form-data (the same fields "
        "and a part `file` of up to 4 MB): store and convert the file, and return the model when "
        "it is ready, or as `converting` after 25 seconds."
    ),
    tags=["Models"],
    # The content type decides how the body is read, so the body is not a parameter of the route.
    openapi_extensions={"requestBody": REQUEST_BODY},
)
def upload_model(caller: Caller) -> ReservationResponse | ModelResponse:
    """Reserve a version, or convert a small file."""
    event = app.current_event.raw_event
    media_type = events.media_type(event)
    if media_type == "application/json":
        return _reserve(caller, events.body(event))
    if media_type == "multipart/form-data":
        return _take(caller, events.body(event), events.headers(event)["content-type"])
    raise WrongMediaType("Send Content-Type: application/json or multipart/form-data.")


def _reserve(caller: Caller, body: bytes) -> ReservationResponse:
    model, form = uploads.reserve(caller, UploadFields.from_json(body).as_new_version())
    shown = PresignedFormView.of(form)
    return ReservationResponse(data=ReservedData(model=ModelView.of(model), upload=shown))


def _take(caller: Caller, body: bytes, content_type: str) -> ModelResponse:
    form = read_form(body, content_type, UploadFields.model_fields)
    new = UploadFields.from_form(form).as_new_version()
    model = uploads.upload(caller, new, form.content, wait_seconds=_WAIT_SECONDS)
    return ModelResponse.of(model)


def _resolve(event: Event, context: Any) -> Response:
    # Before the body is looked at: a credential without the scope gets 403, whatever it sends.
    events.principal(event).require("models:write")
    return app.resolve(event, context)


handler = entry(_resolve)
