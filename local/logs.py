"""`make logs`: what the functions have written since the stack came up."""

import json
import sys
from datetime import UTC, datetime
from itertools import chain

import boto3

from local import emulator
from local.failure import Failure


def main() -> None:
    """Print each line that a function logged, oldest first, after its time and the function."""
    running = emulator.record()
    if not running:
        raise Failure("The local stack is not up: `make up` starts it.")
    session = boto3.Session(emulator.ROOT_KEY_ID, emulator.ROOT_SECRET, region_name=emulator.REGION)
    logs = session.client("logs", endpoint_url=emulator.endpoint(running["port"]))
    groups = logs.get_paginator("describe_log_groups").paginate()
    lines = []
    for group in chain.from_iterable(page["logGroups"] for page in groups):
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        name = group["logGroupName"].removeprefix("/aws/lambda/inferx-").split("-")[0]
        events = chain.from_iterable(page["events"] for page in pages)
        lines += [(event["timestamp"], name, _readable(event["message"])) for event in events]
    for timestamp, name, message in sorted(lines):
        print(f"{datetime.fromtimestamp(timestamp / 1000, UTC):%H:%M:%S} {name}: {message}")


def _readable(message: str) -> str:
    """Return a log line as it is, but the stack of an error as a line for each call."""
    try:
        content = json.loads(message)
        calls = content.pop("stack", [])
    except (ValueError, AttributeError):  # not JSON, or no object
        return message.rstrip()
    return "\n    ".join([json.dumps(content), *calls])


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
