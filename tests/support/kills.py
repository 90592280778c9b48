"""Processes that die in the middle: before or after any of their calls to AWS."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from inferx.settings import settings
from inferx.storage import files
from inferx.storage.signed import json_api, s3

type Moment = Literal["before", "after"]


class Killed(BaseException):
    """The process is gone: nothing that catches exceptions may go on."""


@dataclass
class Calls:
    """The hand-signed calls to AWS, counted; one of them ends the process.

    Attributes:
        fatal: which call, from 0; ``None`` for none.
        moment: whether AWS has done what that call asks for.
    """

    fatal: int | None = None
    moment: Moment = "before"
    made: list[str] = field(default_factory=list)

    def through(self, name: str, call: Callable[[], Any]) -> Any:
        """Make one call, or die."""
        is_fatal = len(self.made) == self.fatal
        self.made.append(name)
        if is_fatal and self.moment == "before":
            raise Killed
        result = call()
        if is_fatal:
            raise Killed
        return result


@contextmanager
def counted(calls: Calls) -> Iterator[None]:
    """Send the hand-signed calls that concern jobs through ``calls`` for a while.

    Reading a model is left out: it changes nothing, and is done in another thread.
    """
    call, put_object = json_api.call, s3.put_object
    write, complete = files.write, files.MultipartUpload.complete

    def counted_call(service: str, operation: str, parameters: Any) -> Any:
        if parameters.get("TableName") == settings.models_table:
            return call(service, operation, parameters)
        return calls.through(operation, lambda: call(service, operation, parameters))

    def counted_put(bucket: str, key: str, content: bytes) -> None:
        calls.through("PutObject", lambda: put_object(bucket, key, content))

    def counted_write(key: str, content: bytes) -> None:
        calls.through("PutObject", lambda: write(key, content))

    def counted_complete(upload: files.MultipartUpload, tags: list[str]) -> None:
        calls.through("CompleteMultipartUpload", lambda: complete(upload, tags))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "write", counted_write)
        patch.setattr(files.MultipartUpload, "complete", counted_complete)
        patch.setattr(json_api, "call", counted_call)
        patch.setattr(s3, "put_object", counted_put)
        yield
