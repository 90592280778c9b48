"""E-mail addresses: syntax, and comparison without case."""

import pytest

from inferx.identity.emails import fold_email, normalize_email


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com",
        "ada+tag@example.co.uk",
        "ünï@exämple.com",
        "a@b.cd",
        "ada@corp.internal",
    ],
)
def test_addresses_are_accepted(text: str) -> None:
    assert normalize_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "notanemail",
        "@example.com",
        "missing@domain",
        "spaces in@email.com",
        "two@at@example.com",
        "a@example..com",
        "a@[127.0.0.1]",
        "a\0b@example.com",
        "a\n@example.com",
        "\ud800@example.com",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 250}.com",
    ],
)
def test_an_invalid_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a valid email address"):
        normalize_email(text)


def test_addresses_are_the_same_in_any_case() -> None:
    spellings = ["Ada@Example.com", "ADA@EXAMPLE.COM", "ada@example.com"]

    assert len({fold_email(normalize_email(each)) for each in spellings}) == 1


def test_addresses_are_the_same_in_any_unicode_form() -> None:
    assert normalize_email("caf\u00e9@example.com") == normalize_email("cafe\u0301@example.com")
