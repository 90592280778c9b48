"""Request bodies of the account routes, validated so that one response names every fault."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from inferx.http.fields import NotBoolean
from inferx.identity.emails import normalize_email
from inferx.identity.password_policy import MAX_LENGTH, MIN_LENGTH, password_fault
from inferx.identity.text import holds_link, is_printable

type Scope = Literal["predict", "models:read", "models:write"]


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


def _person(name: str) -> str:
    if holds_link(name):
        raise _fault(
            "must be a name and no web or e-mail address; write a space after a period, "
            "and none of / \\ @"
        )
    return name


Email = Annotated[
    str,
    AfterValidator(_email),
    Field(description="An e-mail address, in upper or lower case.", examples=["ada@example.com"]),
]
NewPassword = Annotated[
    str,
    AfterValidator(_new_password),
    Field(
        description=f"{MIN_LENGTH} to {MAX_LENGTH} characters of any script, spaces included. "
        "Common passwords are refused, and so are those made of the e-mail address.",
        examples=["correct horse battery staple"],
    ),
]
Password = Annotated[
    str, Field(description="The current password.", examples=["correct horse battery staple"])
]
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_label),
    Field(description="Printable text on one line."),
]
PersonName = Annotated[
    Label,
    AfterValidator(_person),
    Field(description="Printable text on one line, without web and e-mail addresses."),
]
MailedToken = Annotated[
    str,
    Field(max_length=200, description="The token in the mail. It works once."),
]
RefreshToken = Annotated[
    str, Field(description="The refresh token of the latest login or refresh.")
]


class Registration(BaseModel):
    """The e-mail address and password of a new account."""

    email: Email
    password: NewPassword
    full_name: PersonName | None = None


class Login(BaseModel):
    """An account's e-mail address and password."""

    email: Email
    password: Password


class Refresh(BaseModel):
    """The refresh token to exchange or to revoke."""

    refresh_token: RefreshToken


class PasswordChange(BaseModel):
    """The current password and the one that replaces it."""

    current_password: Password
    new_password: NewPassword


class AccountRemoval(BaseModel):
    """The current password, which the owner of the account knows."""

    current_password: Password


class Verification(BaseModel):
    """The token of a mail that verifies an address."""

    token: MailedToken


class ForgottenPassword(BaseModel):
    """The e-mail address of an account whose password is forgotten."""

    email: Email


class PasswordReset(BaseModel):
    """The token of a mail that resets a password, and the new password."""

    token: MailedToken
    password: NewPassword


class NewApiKey(BaseModel):
    """The name, scopes and lifetime of a new API key."""

    name: Label
    scopes: Annotated[
        list[Scope],
        Field(min_length=1, max_length=3, description="What the key may be used for."),
    ] = ["predict"]
    expires_in_days: Annotated[int, Field(ge=1, le=3650), NotBoolean] | None = Field(
        None, description="Without it the key is valid until it is revoked."
    )
