"""Reading ``multipart/form-data`` (RFC 7578): a few short fields, one file, and rows beside it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, create_form_parser

from inferx.errors import BadInput, Fault, Invalid, TooLarge
from inferx.registry.uploads import SMALL_FILE_BYTES
from inferx.samples import SENT_BYTES
from sample_parts import rows_in

_FIELD_BYTES = 256 * 1024
_FORM_BYTES = SMALL_FILE_BYTES + _FIELD_BYTES + SENT_BYTES
_PARTS = 32


@dataclass(frozen=True)
class Form:
    """What was sent: the fields by name, text but for ``samples``, and the part ``file``."""

    fields: dict[str, Any]
    file_name: str
    content: bytes


def read_form(body: bytes, content_type: str, field_names: Collection[str]) -> Form:
    """Parse a form.

    Args:
        body: the request's.
        content_type: the request's, its boundary included.
        field_names: the text fields that the form may have, each once.

    Raises:
        TooLarge: it is longer than a form with the largest file.
        BadInput: it is not what the content type says.
        Invalid: its part ``file`` is missing or has no file name, or another part is unknown,
            repeated or too long.
    """
    if len(body) > _FORM_BYTES:
        raise TooLarge(
            f"A form takes a file of up to {SMALL_FILE_BYTES:,} bytes and this request has "
            f"{len(body):,}; send the fields as JSON to get an upload form for a larger file."
        )
    parts = _Parts(field_names)
    try:
        headers = {"Content-Type": content_type.encode("latin-1")}
        # The whole body is in memory already, so no part of it needs a file on disk.
        config = {"MAX_MEMORY_FILE_SIZE": _FORM_BYTES}
        parser = create_form_parser(headers, parts.add_field, parts.add_file, config)
        parser.write(body)
        parser.finalize()
    except (FormParserError, UnicodeError) as error:
        raise BadInput("The request body is not a valid multipart/form-data form.") from error
    return parts.form()


class _Parts:
    """The parts of a form as the parser finds them."""

    def __init__(self, field_names: Collection[str]) -> None:
        self._field_names = field_names
        self._fields: dict[str, Any] = {}
        self._files: list[tuple[str, bytes]] = []
        self._faults: list[Fault] = []
        self._count = 0

    def add_field(self, field: Field) -> None:
        name, value = self._begin(field), field.value or b""
        if name == "file":
            self._refuse(name, "Send this part with a file name.", "value_error")
        elif name not in self._field_names:
            self._refuse(name, "The form has no such field.", "extra_forbidden")
        elif name in self._fields:
            self._refuse(name, "Send this field once.", "value_error")
        elif name == "samples":
            self._take_samples(value, field.content_type, "")
        elif len(value) > _FIELD_BYTES:
            self._refuse(name, f"May have at most {_FIELD_BYTES:,} bytes.", "string_too_long")
        else:
            self._fields[name] = value.decode()

    def add_file(self, file: File) -> None:
        name = self._begin(file)
        if name == "samples" and name not in self._fields:
            file.file_object.seek(0)
            content = file.file_object.read()
            self._take_samples(content, file.content_type, (file.file_name or b"").decode())
        elif name == "samples":
            self._refuse(name, "Send this field once.", "value_error")
        elif name != "file":
            sentence = "Only the parts file and samples may have a file name."
            self._refuse(name, sentence, "extra_forbidden")
        elif self._files:
            self._refuse(name, "Send one file.", "value_error")
        else:
            file.file_object.seek(0)
            self._files.append(((file.file_name or b"").decode(), file.file_object.read()))

    def form(self) -> Form:
        """Return the form, unless a part is missing or wrong.

        Raises:
            Invalid: listing each fault.
        """
        missing_file = not self._files and all(fault.loc[-1] != "file" for fault in self._faults)
        if missing_file:
            self._faults.insert(0, Fault(("body", "file"), "Field required", "missing"))
        if self._faults:
            raise Invalid(self._faults)
        path, content = self._files[0]
        # Some browsers send the whole path.
        return Form(self._fields, path.replace("\\", "/").rsplit("/", 1)[-1], content)

    def _take_samples(self, content: bytes, content_type: str | None, file_name: str) -> None:
        if not content.strip():
            return  # a form's empty field, as every blank optional one
        try:
            rows = rows_in(content, content_type=content_type or "", file_name=file_name)
        except Invalid as invalid:
            self._faults += invalid.faults
        else:
            self._fields["samples"] = rows

    def _begin(self, part: Field | File) -> str:
        self._count += 1
        if self._count > _PARTS:
            raise Invalid([Fault(("body",), f"A form may have at most {_PARTS} parts.")])
        return (part.field_name or b"").decode()

    def _refuse(self, name: str, sentence: str, kind: str) -> None:
        self._faults.append(Fault(("body", name), sentence, kind))
