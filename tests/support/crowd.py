"""Many requests at once, and what the processor spends on one."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import requests

TIMEOUT_S = 300
REPEATS = 5


@dataclass
class Crowd:
    """Sends requests from several threads.

    A gateway whose functions got no processor in time reports 5xx, as AWS's does; the crowd then
    repeats the request, as clients do, so that a slow machine changes nothing but `repeated`.
    """

    callers: int
    repeated: list[int] = field(default_factory=list)
    """The status of each response after which a request was repeated; 0 for none in time."""

    def send[Item](
        self, request: Callable[[Item], requests.Response], items: Iterable[Item]
    ) -> list[requests.Response]:
        """Send a request for each item and return the responses in the items' order."""

        def persist(item: Item) -> requests.Response:
            for _ in range(REPEATS):
                try:
                    response = request(item)
                except requests.Timeout:
                    self.repeated.append(0)
                    continue
                if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return response
                self.repeated.append(response.status_code)
            raise AssertionError(f"no response but {self.repeated}")

        with ThreadPoolExecutor(self.callers) as pool:
            return list(pool.map(persist, items))


def processor_seconds(function_name: str) -> dict[str, float]:
    """Return what each living process of a deployed function has used of the processors.

    Args:
        function_name: the physical name, which each has in its environment.

    See proc(5), ``/proc/pid/task/tid/schedstat``: nanoseconds on a processor come first.
    """
    wanted = f"AWS_LAMBDA_FUNCTION_NAME={function_name}".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                tasks = [task.read_text() for task in process.glob("task/*/schedstat")]
                found[process.name] = sum(int(task.split()[0]) for task in tasks) / 1e9
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue  # it has ended, or is another user's
    return found


def spent_seconds(before: dict[str, float], after: dict[str, float]) -> float:
    """Return what the processes that live still have used between the two measurements."""
    return sum(seconds - before.get(process, 0.0) for process, seconds in after.items())
