"""A cold start of the predict function: from nothing to the first answer."""

import json
import sys

import app

event = json.loads(sys.argv[1])
response = app.handler(event, None)
assert response["statusCode"] == 200, response
sys.stdout.write(response["body"] + "\n")
