"""The header ``Prefer``: how long a client waits for an asynchronous response (RFC 7240)."""

import re

DEFAULT_WAIT_S = 2.0
LONGEST_WAIT_S = 20.0
_PREFERENCE = re.compile(r'\s*([!#$%&\'*+.^_`|~\w-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s";,]*)))?')


def wait_seconds(prefer: str) -> float:
    """Return how long to wait before responding that the prediction is still to come.

    ``wait`` goes before ``respond-async``, as in the example of section 4.3. What is not
    understood is ignored, as section 2 has it; of a preference given twice the first counts.

    Args:
        prefer: the header's value; several headers joined by commas; empty when there is none.
    """
    given: dict[str, str] = {}
    for part in prefer.split(","):
        matched = _PREFERENCE.match(part)
        if matched:
            given.setdefault(matched[1].lower(), matched[2] or matched[3] or "")
    wait = given.get("wait", "")
    if wait.isascii() and wait.isdigit():
        return min(float(wait[:9]), LONGEST_WAIT_S)
    return 0.0 if "respond-async" in given else DEFAULT_WAIT_S
