"""A cold start of the predict function: ``cold_handler.py PATHS EVENT``, to the first response."""

import sys

sys.path[:0] = sys.argv[1].split(":")  # before the imports that come of it

import app  # noqa: E402


class Context:
    """What Lambda passes beside the event, as far as the function uses it."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time left before the timeout, in milliseconds."""
        return 29_000


import json  # noqa: E402

response = app.handler(json.loads(sys.argv[2]), Context())
assert response["statusCode"] == 200, response
sys.stdout.write(response["body"] + "\n")
