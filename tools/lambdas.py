"""The functions' handlers, loaded as Lambda loads them: ``app.handler`` of each folder."""

import importlib.util
import sys
from functools import cache
from types import ModuleType
from typing import Any
from uuid import uuid4

from tools.template import function_folders


class Context:
    """What Lambda passes beside the event, as far as the functions use it."""

    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:test"

    def __init__(self, function_name: str, seconds: float = 29) -> None:
        self.function_name = function_name
        self.aws_request_id = str(uuid4())
        self._milliseconds = int(seconds * 1000)

    def get_remaining_time_in_millis(self) -> int:
        """Return the time left before the timeout, in ms."""
        return self._milliseconds


@cache
def app(function: str) -> ModuleType:
    """Return the module ``app`` of the function with this logical id."""
    folder = function_folders()[function]
    spec = importlib.util.spec_from_file_location(f"{function}.app", folder / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def invoke(function: str, event: dict[str, Any]) -> Any:
    """Call a function's handler with an event, as Lambda does."""
    return app(function).handler(event, Context(function))
