"""What ``ingest`` asks of a converter, and what a converter returns: both sides use this module.

The converter reads hostile files, so its outcome is untrusted: :func:`parse_outcome` checks every
field and refuses what a converter does not write.
"""

from dataclasses import asdict, dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from inferx.capacity import ARTIFACT_BYTES, SESSION_BYTES
from inferx.input_hints import InputHints
from inferx.manifest import Manifest
from inferx.samples import STORED_BYTES
from inferx.untrusted import fields_of, integer, optional, text, wrong

MAX_PART = 200
"""Characters of the name of a part."""

_OPTIONAL: dict[str, Any] = {
    "part": None,
    "samples_url": None,
    "samples_size": None,
    "input_hints": None,
}
_MAX_URL = 8_192
_MAX_SIZE = 1 << 40


@dataclass(frozen=True, slots=True)
class ConversionRequest:
    """One file to convert.

    Attributes:
        source_url: where to read it: presigned, good for that one object version.
        source_size: its size in bytes, which the download must have.
        result_url: where to write ``model.onnx``: presigned, good for that one object.
        part: which of several objects in the file to convert.
        samples_url: where to read rows of the owner's own: presigned, good for that one object.
        samples_size: their size in bytes, which the download must have.
        input_hints: what the owner says about the model's inputs.
    """

    source_url: str
    source_size: int
    result_url: str
    part: str | None = None
    samples_url: str | None = None
    samples_size: int | None = None
    input_hints: InputHints | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the request as JSON has it; what is optional only where there is some."""
        fields = {name: value for name, value in asdict(self).items() if value is not None}
        if self.input_hints is not None:
            fields["input_hints"] = self.input_hints.to_dict()
        return fields

    @classmethod
    def from_dict(cls, data: object) -> "ConversionRequest":
        """Check a request.

        Raises:
            Malformed: naming the field.
        """
        fields = fields_of(_OPTIONAL | data if isinstance(data, dict) else data, cls)
        return cls(
            source_url=_url(fields["source_url"], "source_url"),
            source_size=integer(fields["source_size"], "source_size", _MAX_SIZE),
            result_url=_url(fields["result_url"], "result_url"),
            part=optional(text, fields["part"], "part", MAX_PART),
            input_hints=_hints(fields["input_hints"]),
            **_samples(fields),
        )


@dataclass(frozen=True, slots=True)
class Converted:
    """The outcome of a conversion that wrote a model, which ``manifest`` describes."""

    manifest: Manifest

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON has it."""
        return {"status": "converted", "manifest": self.manifest.to_dict()}


@dataclass(frozen=True, slots=True)
class ConversionRefused:
    """The outcome of a conversion that wrote none, with a sentence for the model's owner."""

    detail: str

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON has it."""
        return {"status": "refused", "detail": self.detail}


@dataclass(frozen=True, slots=True)
class DeepNetwork:
    """The outcome of ``convert`` for a file of Keras or PyTorch: another converter takes it.

    Attributes:
        advice: a sentence that says what the file is and how to export it to ONNX, for an owner
            whose service has no such converter.
    """

    advice: str

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON has it."""
        return {"status": "deep", "advice": self.advice}


Outcome: TypeAlias = Converted | ConversionRefused | DeepNetwork


def parse_outcome(data: object) -> Outcome:
    """Check what a converter returned.

    Raises:
        Malformed: for anything that a converter does not write, and for a model that the predict
            function could not hold.
    """
    if not isinstance(data, dict):
        raise wrong("outcome")
    status, fields = data.get("status"), {key: data[key] for key in data if key != "status"}
    if status == "converted":
        manifest = Manifest.from_dict(fields_of(fields, Converted)["manifest"])
        integer(manifest.onnx_size, "onnx_size", ARTIFACT_BYTES)
        integer(manifest.session.memory_bytes, "memory_bytes", SESSION_BYTES)
        return Converted(manifest)
    if status == "deep":
        return DeepNetwork(_sentence(fields_of(fields, DeepNetwork)["advice"], "advice"))
    if status != "refused":
        raise wrong("status")
    return ConversionRefused(_sentence(fields_of(fields, ConversionRefused)["detail"], "detail"))


def _sentence(value: object, field: str) -> str:
    sentence = text(value, field)
    if not sentence:
        raise wrong(field)
    return sentence


def _hints(data: object) -> InputHints | None:
    return None if data is None else InputHints.from_dict(data)


def _samples(fields: dict[str, Any]) -> dict[str, Any]:
    url, size = fields["samples_url"], fields["samples_size"]
    if url is None and size is None:
        return {}
    return {
        "samples_url": _url(url, "samples_url"),
        "samples_size": integer(size, "samples_size", STORED_BYTES),
    }


def _url(value: object, field: str) -> str:
    url = text(value, field, _MAX_URL)
    if not url.isascii() or not url.isprintable() or " " in url:
        raise wrong(field)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise wrong(field) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise wrong(field)
    return url
