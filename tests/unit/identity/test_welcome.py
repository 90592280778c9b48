"""The welcome mail's text."""

from inferx.notifications.welcome import welcome_letter


def test_the_subject_says_welcome() -> None:
    assert "Welcome" in welcome_letter("Ada").subject


def test_text_and_html_greet_by_name() -> None:
    letter = welcome_letter("Ada Lovelace")

    assert letter.text.startswith("Hello Ada Lovelace,")
    assert "Hello Ada Lovelace," in letter.html


def test_without_a_name_the_greeting_has_none() -> None:
    assert welcome_letter(None).text.startswith("Hello,\n")


def test_a_name_cannot_bring_markup_into_the_mail() -> None:
    letter = welcome_letter('<a href="https://evil.example">click</a>')

    assert "<a" not in letter.html
    assert "&lt;a" in letter.html
