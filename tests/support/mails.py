"""The mails that the mailer has sent in a test, and the tokens in them."""

import re
from typing import Any

from moto.ses.models import ses_backends

from tools.cloud import REGION, Cloud


def sent(db: Cloud) -> list[Any]:
    """Deliver what is queued, and return every mail that was sent so far."""
    db.deliver("MailQueue", "MailerFunction")
    return list(ses_backends["123456789012"][REGION].sent_messages)


def token_in(mail: Any) -> str:
    """Return the token that a mail brings."""
    return tokens_in(mail)[0]


def tokens_in(mail: Any) -> list[str]:
    """Return the tokens in a mail, of which moto keeps the HTML; none unless it brings one."""
    return re.findall(r"\bif[vp]_[0-9a-z_]+", mail.body)
