"""The functions' handlers, loaded as Lambda loads them: ``app.handler`` of each folder."""

import importlib.util
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import ModuleType
from typing import Any
from uuid import uuid4

from tools.template import function_folders

_running: ContextVar[str | None] = ContextVar("_running", default=None)
_last: dict[str, str | None] = {"begun": None}


class Context:
    """What Lambda passes along with the event, as far as the functions use it."""

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


def invoke(function: str, event: dict[str, Any], *, seconds: float = 29) -> Any:
    """Call a function's handler with an event and so much time, as Lambda does."""
    with acting_as(function):
        return app(function).handler(event, Context(function, seconds))


@contextmanager
def acting_as(function: str | None) -> Iterator[None]:
    """Let what is called within be a function's, or with ``None`` that of no function."""
    before = _last["begun"]
    token = _running.set(function)
    _last["begun"] = function
    try:
        yield
    finally:
        _last["begun"] = before
        _running.reset(token)


def running() -> str | None:
    """Return the function whose handler runs here; ``None`` outside of any.

    A thread that a handler starts has no context of it, so there it is the one begun last.
    """
    if _running.get() is not None or threading.current_thread() is threading.main_thread():
        return _running.get()
    return _last["begun"]
