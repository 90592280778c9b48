"""A cold start of the predict function: ``cold_handler.py EVENT``, to the first response."""

import json
import sys

import app


class Context:
    """What Lambda passes beside the event, as far as the function uses it."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time left before the timeout, in milliseconds."""
        return 29_000


response = app.handler(json.loads(sys.argv[1]), Context())
assert response["statusCode"] == 200, response
sys.stdout.write(response["body"] + "\n")
