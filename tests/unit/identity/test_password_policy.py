"""The password policy: long enough and hard to guess, and nothing else."""

import pytest

from inferx.identity.password_policy import common_passwords, password_fault

ADA = "ada.lovelace@example.com"


@pytest.mark.parametrize(
    "password",
    [
        "SecurePass123!",
        "TestPass123!",
        "Pass123!",
        "DifferentPass123!",
        "correct horse battery staple",
        "пароль дня рождения",
        "密码短语很长很安全的",
        "x7" * 64,
        "ada sails at noon",
    ],
)
def test_good_passwords_are_accepted(password: str) -> None:
    assert password_fault(password, ADA) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "at least 8"),
        ("seven77", "at least 8"),
        ("x" * 64 + "y" * 65, "at most 128"),
        ("password", "common"),
        ("PassWord1", "common"),
        ("  qwertyuiop  ", "common"),
        ("zzzzzzzzzzzz", "common"),
        ("adalovelace", "email"),
        ("Ada.Lovelace1815", "email"),
        ("lovelace!!", "email"),
        ("ADA.LOVELACE@EXAMPLE.COM", "email"),
        ("\ud800" * 9, "Unicode"),
    ],
)
def test_bad_passwords_are_refused_with_the_reason(password: str, reason: str) -> None:
    assert reason in str(password_fault(password, ADA))


def test_length_is_counted_in_characters_not_bytes() -> None:
    assert password_fault("日本語の合言葉です") is None
    assert "at least 8" in str(password_fault("日本語の合言葉"))


@pytest.mark.parametrize("email", ["test@example.com", "testuser@example.com", "pa@example.com"])
def test_part_of_the_name_in_a_longer_password_does_not_matter(email: str) -> None:
    assert password_fault("TestPass123!", email) is None


def test_the_common_list_is_large_lower_case_and_holds_no_short_ones() -> None:
    words = common_passwords()

    assert len(words) >= 10_000
    assert all(len(word) >= 8 and word == word.casefold() for word in words)


def test_the_common_list_is_read_once() -> None:
    assert common_passwords() is common_passwords()
