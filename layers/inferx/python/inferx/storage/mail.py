"""Mail, through SES."""

from botocore.exceptions import BotoCoreError, ClientError

from inferx.errors import Unavailable
from inferx.storage import aws


def send(sender: str, recipient: str, *, subject: str, text: str, html: str) -> None:
    """Send one mail.

    Raises:
        Unavailable: SES did not take it.
    """
    try:
        aws.ses().send_email(
            Source=sender,
            Destination={"ToAddresses": [recipient]},
            Message={
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": text, "Charset": "UTF-8"},
                    "Html": {"Data": html, "Charset": "UTF-8"},
                },
            },
        )
    except (BotoCoreError, ClientError) as error:
        raise Unavailable from error
