"""The mails' texts."""

from collections.abc import Callable

import pytest

from inferx import settings
from inferx.notifications.letter import Letter, letter
from inferx.notifications.token_letters import reset_letter, verification_letter
from inferx.notifications.welcome import welcome_letter

type Write = Callable[[str], Letter]
TOKEN = "ifv_0123_token"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give mails a page to link to."""
    monkeypatch.setenv("ACCOUNT_PAGE_URL", "https://example.com/account")
    settings.forget()


@pytest.fixture
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give mails no page."""
    monkeypatch.setenv("ACCOUNT_PAGE_URL", "")
    settings.forget()


def test_the_subject_says_welcome() -> None:
    assert "Welcome" in welcome_letter().subject


def test_text_and_html_hold_the_same_sentences() -> None:
    made = welcome_letter()

    assert made.text.startswith("Hello,\n")
    assert all(line in made.html for line in made.text.split("\n\n")[:2])


def test_what_looks_like_markup_is_shown_as_text() -> None:
    made = letter("s", ['<a href="https://evil.example">click</a>'])

    assert "<a" not in made.html
    assert "&lt;a" in made.html


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(
    ("write", "action"), [(verification_letter, "verify"), (reset_letter, "reset")]
)
def test_a_token_stands_behind_the_hash_of_the_operators_page(write: Write, action: str) -> None:
    made = write(TOKEN)

    link = f"https://example.com/account#{action}={TOKEN}"
    assert link in made.text.splitlines()
    assert f'<a href="{link}">{link}</a>' in made.html


@pytest.mark.usefixtures("no_page")
@pytest.mark.parametrize(
    ("write", "action"), [(verification_letter, "verify"), (reset_letter, "reset")]
)
def test_without_a_page_the_mail_names_the_route(write: Write, action: str) -> None:
    made = write(TOKEN)

    assert TOKEN in made.text.splitlines()
    assert f"POST /api/v1/auth/{action}:" in made.text
    assert "href" not in made.html
