"""What a job is asked besides its file: which part of it, what its inputs are, which rows agree.

It lies beside the file, in the job's directory. The job reads them once it is confined; this
process never parses the owner's rows.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from inferx.conversion.contract import MAX_PART
from inferx.input_hints import InputHints
from inferx.samples import STORED_BYTES, Row
from inferx.samples import read as read_rows
from inferx.untrusted import boolean, fields_of, optional, text, wrong

REQUEST, SAMPLES = "request.json", "samples.json"
_REQUEST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What the owner asks of a conversion.

    Attributes:
        part: which of several objects in the file to convert.
        samples: rows on which the original and the converted model must agree.
        hints: what the owner says about the model's inputs.
    """

    part: str | None = None
    samples: tuple[Row, ...] = ()
    hints: InputHints = field(default_factory=InputHints)


@dataclass(frozen=True, slots=True)
class _Written:
    part: str | None
    samples: bool
    hints: InputHints


def write(
    directory: Path, part: str | None, *, samples: bool, hints: InputHints | None = None
) -> None:
    """Write the request of a job.

    Args:
        directory: the job's.
        part: which of several objects in the file to convert.
        samples: whether ``samples.json`` holds rows.
        hints: what the owner says about the model's inputs.
    """
    asked = {"part": part, "samples": samples, "hints": (hints or InputHints()).to_dict()}
    (directory / REQUEST).write_text(json.dumps(asked))


def read(directory: Path) -> JobRequest:
    """Read the request of a job; nothing is asked where there is none.

    Raises:
        Malformed: for anything that :func:`write` does not write, or rows that no upload stores.
    """
    path = directory / REQUEST
    if not path.exists():
        return JobRequest()
    content = _bounded(path, _REQUEST_BYTES)
    try:
        fields = fields_of(json.loads(content), _Written)
    except (ValueError, RecursionError):
        raise wrong(REQUEST) from None
    samples: list[Row] = []
    if boolean(fields["samples"], "samples"):
        samples = read_rows(_bounded(directory / SAMPLES, STORED_BYTES))
    return JobRequest(
        optional(text, fields["part"], "part", MAX_PART),
        tuple(samples),
        InputHints.from_dict(fields["hints"]),
    )


def _bounded(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise wrong(path.name)
    return content
