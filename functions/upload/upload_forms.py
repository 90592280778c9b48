"""Reading ``multipart/form-data`` (RFC 7578): a few short fields and one file."""

from dataclasses import dataclass
from io import BytesIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, create_form_parser

from inferx.errors import BadInput, Fault, Invalid

# Lambda takes 6 MB of event, base64 included, so every file that gets here fits in memory.
_IN_MEMORY = 8 * 1024**2


@dataclass(frozen=True)
class Form:
    """What was sent: the text fields by name, and the part ``file``."""

    fields: dict[str, str]
    file_name: str
    content: bytes


def read_form(body: bytes, content_type: str) -> Form:
    """Take a form apart.

    Args:
        body: the request's.
        content_type: the request's, its boundary included.

    Raises:
        BadInput: it is not what the content type says.
        Invalid: it has no part ``file`` with a file name.
    """
    fields: dict[str, str] = {}
    files: list[tuple[str, bytes]] = []

    def keep_field(field: Field) -> None:
        fields[_text(field.field_name)] = _text(field.value)

    def keep_file(file: File) -> None:
        if file.field_name == b"file":
            assert isinstance(file.file_object, BytesIO)
            files.append((_text(file.file_name), file.file_object.getvalue()))

    headers = {"Content-Type": content_type.encode("latin-1")}
    try:
        config = {"MAX_MEMORY_FILE_SIZE": _IN_MEMORY}
        parser = create_form_parser(headers, keep_field, keep_file, config)
        parser.write(body)
        parser.finalize()
    except (FormParserError, UnicodeDecodeError) as error:
        raise BadInput("The request body is not a valid multipart/form-data form.") from error
    if not files:
        raise Invalid([Fault(("body", "file"), "Field required", "missing")])
    # Some browsers send the whole path.
    file_name = files[0][0].replace("\\", "/").rsplit("/", 1)[-1]
    return Form(fields, file_name, files[0][1])


def _text(value: bytes | None) -> str:
    return (value or b"").decode()
