"""The code that docs/webhooks.md shows, against a request as it is sent."""

import re
from typing import Any

from tests.support.receivers import Receiver
from tests.support.webhooks import Webhooks
from tools.template import ROOT


def test_the_python_of_the_document_verifies_what_is_sent(
    webhooks: Webhooks, receiver: Receiver, owner: str
) -> None:
    (code,) = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "docs/webhooks.md").read_text(), re.MULTILINE | re.DOTALL
    )
    shown: dict[str, Any] = {}
    exec(code, shown)
    webhook = webhooks.created(receiver.url)
    webhooks.send(owner, "m1")
    (request,) = receiver.received
    headers = dict(request.headers.items())

    event = shown["receive"](request.body, headers, webhook["secret"])
    forged = shown["receive"](request.body + b" ", headers, webhook["secret"])
    broken = shown["receive"](
        request.body, headers | {"webhook-signature": "nonsense"}, webhook["secret"]
    )

    assert event["data"] == {"id": "m1"}
    assert forged is None
    assert broken is None
