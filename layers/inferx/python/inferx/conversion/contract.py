"""What ``ingest`` asks of a converter, and what a converter returns: both sides use this module.

The converter reads hostile files, so its outcome is untrusted: :func:`parse_outcome` checks every
field and refuses what a converter does not write.
"""

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from inferx.capacity import ARTIFACT_BYTES, SESSION_BYTES
from inferx.manifest import Manifest
from inferx.samples import STORED_BYTES
from inferx.untrusted import fields_of, integer, optional, text, wrong

MAX_PART = 200
"""Characters of the name of a part."""

_OPTIONAL: dict[str, Any] = {"part": None, "samples_url": None, "samples_size": None}
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
    """

    source_url: str
    source_size: int
    result_url: str
    part: str | None = None
    samples_url: str | None = None
    samples_size: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the request as JSON has it; what is optional only where there is some."""
        return {name: value for name, value in asdict(self).items() if value is not None}

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


type Outcome = Converted | ConversionRefused


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
    if status != "refused":
        raise wrong("status")
    detail = text(fields_of(fields, ConversionRefused)["detail"], "detail")
    if not detail:
        raise wrong("detail")
    return ConversionRefused(detail)


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
