"""E-mail addresses: which are valid, and which are the same."""

from email_validator import EmailNotValidError, validate_email


def normalize_email(text: str) -> str:
    """Return the address as it is stored and shown: the domain in lower case, Unicode in form NFC.

    Only the syntax is checked (RFC 5321, 5322 and 6531): no name is looked up, and domains that
    exist only inside a company are accepted.

    Raises:
        ValueError: it is not an address; the message says why.
    """
    try:
        checked = validate_email(
            text, check_deliverability=False, globally_deliverable=False, strict=True
        )
    except EmailNotValidError as error:
        raise ValueError(f"value is not a valid email address: {error}") from error
    if "." not in checked.domain:
        message = "value is not a valid email address: The part after the @-sign needs a period."
        raise ValueError(message)
    return checked.normalized


def fold_email(normalized: str) -> str:
    """Return the form in which addresses are compared: without case (Unicode, section 3.13)."""
    return normalized.casefold()
