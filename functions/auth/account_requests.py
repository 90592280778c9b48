"""What the account routes take, validated so that one answer names every fault of a body."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from inferx.http.fields import NotBoolean
from inferx.identity.emails import normalize_email
from inferx.identity.password_policy import MAX_LENGTH, MIN_LENGTH, password_fault
from inferx.identity.text import is_printable

Scope = Literal["predict", "models:read", "models:write"]


def _fault(sentence: str) -> PydanticCustomError:
    # pydantic would put "Value error, " before the text of a ValueError.
    return PydanticCustomError("value_error", "{sentence}", {"sentence": sentence})


def _email(text: str) -> str:
    try:
        return normalize_email(text)
    except ValueError as error:
        raise _fault(str(error)) from error


def _new_password(password: str, info: ValidationInfo) -> str:
    fault = password_fault(password, info.data.get("email", ""))
    if fault:
        raise _fault(fault)
    return password


def _label(text: str) -> str:
    if not is_printable(text):
        raise _fault("must be printable text on one line")
    return text


Email = Annotated[
    str,
    AfterValidator(_email),
    Field(description="An e-mail address; case does not matter.", examples=["user@example.com"]),
]
NewPassword = Annotated[
    str,
    AfterValidator(_new_password),
    Field(
        description=f"{MIN_LENGTH} to {MAX_LENGTH} characters of any script, spaces included. "
        "Refused when it is on the list of common passwords or made of the e-mail's name.",
        examples=["correct horse battery staple"],
    ),
]
Password = Annotated[str, Field(description="The password.")]
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_label),
]
RefreshToken = Annotated[str, Field(description="The refresh token of the last login or refresh.")]


class Registration(BaseModel):
    """A new account."""

    email: Email
    password: NewPassword
    full_name: Label | None = None


class Login(BaseModel):
    """An account's address and password."""

    email: Email
    password: Password


class Refresh(BaseModel):
    """A refresh token."""

    refresh_token: RefreshToken


class PasswordChange(BaseModel):
    """The present password and its successor."""

    current_password: Password
    new_password: NewPassword


class NewApiKey(BaseModel):
    """A new API key."""

    name: Label
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3)] = ["predict"]
    expires_in_days: Annotated[int, Field(ge=1, le=3650), NotBoolean] | None = None
