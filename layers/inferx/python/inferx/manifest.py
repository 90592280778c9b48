"""What a conversion reports about the model it made: the record that serving relies on.

A manifest comes out of the sandbox that reads untrusted files, so :meth:`Manifest.from_dict` trusts
nothing: every field is checked for type, length and range, and unknown fields are refused.
Standard library only: the predict function imports this on every cold start.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from inferx.examples import example_of
from inferx.samples import MOST_ROWS
from inferx.signature import DTYPES, KINDS, METADATA_KEY, Feature, Label, Signature, TensorSpec
from inferx.untrusted import (
    MAX_NAME,
    MAX_TEXT,
    Malformed,
    fields_of,
    integer,
    items,
    number,
    one_of,
    optional,
    plain,
    text,
    wrong,
)

__all__ = [
    "DTYPES",
    "FRAMEWORKS",
    "KINDS",
    "MAX_WARNINGS",
    "METADATA_KEY",
    "PROBES",
    "TASKS",
    "Feature",
    "Label",
    "Malformed",
    "Manifest",
    "ParityReport",
    "SampleReport",
    "SessionCost",
    "Signature",
    "TensorSpec",
]

MANIFEST_VERSION = 1
FRAMEWORKS = ("sklearn", "xgboost", "lightgbm", "catboost", "onnx", "keras", "pytorch")
TASKS = (
    "classification",
    "regression",
    "clustering",
    "outlier_detection",
    "transformation",
    "unknown",
)
PROBES = (
    "typical",
    "thresholds",
    "categories",
    "missing",
    "infinite",
    "magnitudes",
    "texts",
    "boundaries",
    "differential",
)
"""The kinds of generated rows on which a model and its original are compared."""
MAX_WARNINGS = 20
_MAX_SIZE = 1 << 40


@dataclass(frozen=True, slots=True)
class SessionCost:
    """What one open session costs, as measured: milliseconds to open, bytes at its peak."""

    open_ms: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class SampleReport:
    """On how many of the owner's own rows the two models agreed."""

    rows: int
    agreed: int


@dataclass(frozen=True, slots=True)
class ParityReport:
    """How the ONNX model's predictions compare with the original's on the same generated rows.

    ``probes`` counts the rows of each kind, and ``reason`` says why inputs of ``dtype`` are safe;
    manifests of old have neither.
    """

    rows: int
    label_agreement: float | None
    ties: int
    max_abs_diff: float | None
    max_rel_diff: float | None
    dtype: str
    probes: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    samples: SampleReport | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON has it; ``samples`` only where there were any."""
        fields = asdict(self)
        if self.samples is None:
            del fields["samples"]
        return fields


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything known about one converted model; ``example`` is a request body it predicts."""

    framework: str
    framework_version: str | None
    estimator: str | None
    task: str
    signature: Signature
    opset: Mapping[str, int]
    source_size: int
    onnx_size: int
    onnx_sha256: str
    session: SessionCost
    parity: ParityReport | None
    warnings: tuple[str, ...]
    manifest_version: int = MANIFEST_VERSION
    example: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest as JSON has it; ``example`` only where there is one."""
        signature = self.signature
        bare = replace(signature, features=None, classes=None, texts=(), categories=())
        fields = asdict(replace(self, signature=bare), dict_factory=plain)
        fields["signature"] = signature.to_dict()  # written once
        fields["parity"] = None if self.parity is None else self.parity.to_dict()
        if self.example is None:
            del fields["example"]
        return fields

    @classmethod
    def from_dict(cls, data: object) -> "Manifest":
        """Check a manifest of unknown origin.

        Raises:
            Malformed: for anything a conversion does not write.
        """
        fields = fields_of({"example": None, **data} if isinstance(data, dict) else data, cls)
        if fields["manifest_version"] != MANIFEST_VERSION:
            raise wrong("manifest_version")
        return cls(
            framework=one_of(fields["framework"], FRAMEWORKS, "framework"),
            framework_version=optional(text, fields["framework_version"], "framework_version", 50),
            estimator=optional(text, fields["estimator"], "estimator", MAX_NAME),
            task=one_of(fields["task"], TASKS, "task"),
            signature=Signature.from_dict(fields["signature"]),
            opset=_opset(fields["opset"]),
            source_size=integer(fields["source_size"], "source_size", _MAX_SIZE),
            onnx_size=integer(fields["onnx_size"], "onnx_size", _MAX_SIZE),
            onnx_sha256=_sha256(fields["onnx_sha256"]),
            session=_session(fields["session"]),
            parity=None if fields["parity"] is None else _parity(fields["parity"]),
            warnings=items(fields["warnings"], _warning, "warnings", MAX_WARNINGS),
            example=None if fields["example"] is None else example_of(fields["example"]),
        )


def _warning(value: object) -> str:
    return text(value, "warnings")


def _opset(data: object) -> dict[str, int]:
    if not isinstance(data, dict) or len(data) > 10:
        raise wrong("opset")
    return {
        text(domain, "opset", 100): integer(version, "opset", 1_000)
        for domain, version in data.items()
    }


def _sha256(value: object) -> str:
    digest = text(value, "onnx_sha256", 64)
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise wrong("onnx_sha256")
    return digest


def _session(data: object) -> SessionCost:
    fields = fields_of(data, SessionCost)
    return SessionCost(
        open_ms=number(fields["open_ms"], "open_ms"),
        memory_bytes=integer(fields["memory_bytes"], "memory_bytes", _MAX_SIZE),
    )


def _parity(data: object) -> ParityReport:
    added: dict[str, Any] = {"probes": {}, "reason": None, "samples": None}
    fields = fields_of({**added, **data} if isinstance(data, dict) else data, ParityReport)
    differences = [
        None if fields[name] is None else number(fields[name], name)
        for name in ("label_agreement", "max_abs_diff", "max_rel_diff")
    ]
    return ParityReport(
        rows=integer(fields["rows"], "rows", 1_000_000),
        label_agreement=differences[0],
        ties=integer(fields["ties"], "ties", 1_000_000),
        max_abs_diff=differences[1],
        max_rel_diff=differences[2],
        dtype=one_of(fields["dtype"], ("float32", "float64"), "dtype"),
        probes=_probes(fields["probes"]),
        reason=optional(text, fields["reason"], "reason", MAX_TEXT),
        samples=None if fields["samples"] is None else _samples(fields["samples"]),
    )


def _probes(data: object) -> dict[str, int]:
    if not isinstance(data, dict):
        raise wrong("probes")
    return {
        one_of(kind, PROBES, "probes"): integer(rows, "probes", 1_000_000)
        for kind, rows in data.items()
    }


def _samples(data: object) -> SampleReport:
    fields = fields_of(data, SampleReport)
    rows = integer(fields["rows"], "samples", MOST_ROWS)
    return SampleReport(rows=rows, agreed=integer(fields["agreed"], "samples", rows))
