"""Latency and CPU of predictions by their rows: ours, and those of other servers."""

import http.client
import json
import os
import subprocess
from contextlib import ExitStack, closing, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, process_time, sleep
from typing import Any, Protocol

from bench import fake_aws, prediction_requests, processes, servers, subject
from bench.figures import Figure
from bench.points import KINDS, Kind, Point
from bench.warm import CONTEXT, handler_of

TIMES = {1: 1_000, 10: 500, 100: 200, 1_000: 50, 10_000: 10}
"""By rows of a request, how many requests a turn has."""

_ROUNDS = 5
_START_S = 120


class Contender(Protocol):
    """What is measured: requests of some rows, one at a time."""

    name: str

    def turn(self, rows: servers.Rows, times: int) -> "Turn":
        """Predict the rows so many times, a tenth more unmeasured before."""


@dataclass(frozen=True)
class Turn:
    """What one turn measured: seconds of each request, and of CPU of one."""

    latencies: list[float]
    cpu: float


@dataclass
class Handler:
    """Our function as Lambda's runtime calls it: parses the event, dumps the response."""

    handle: Any
    name: str = "InferX"

    def turn(self, rows: servers.Rows, times: int) -> Turn:
        """Call the handler; its log line goes nowhere, as the others' do."""
        event = json.dumps(prediction_requests.event(rows if len(rows) > 1 else rows[0]))
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            for _ in range(times // 10 + 1):
                response = self.handle(json.loads(event), CONTEXT)
                assert response["statusCode"] == 200, response["body"]
            latencies = []
            before = process_time()
            for _ in range(times):
                started = perf_counter()
                json.dumps(self.handle(json.loads(event), CONTEXT))
                latencies.append(perf_counter() - started)
        return Turn(latencies, (process_time() - before) / times)


@dataclass
class Peer:
    """A server that runs, asked over one kept connection."""

    server: servers.Server
    process: subprocess.Popen[bytes]
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.server.name

    def turn(self, rows: servers.Rows, times: int) -> Turn:
        """Send the requests; the CPU is that of all of the server's processes."""
        body = json.dumps(self.server.body(rows))
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port)) as connection:
            for _ in range(times // 10 + 1):
                status = self._ask(connection, body)
                assert status == 200, f"{self.name} responded with {status} to {len(rows)} rows"
            latencies = []
            before = processes.cpu_seconds(self.process.pid)
            for _ in range(times):
                started = perf_counter()
                self._ask(connection, body)
                latencies.append(perf_counter() - started)
            cpu = processes.cpu_seconds(self.process.pid) - before
        return Turn(latencies, cpu / times)

    def wait(self, rows: servers.Rows) -> None:
        """Wait until the server predicts the rows."""
        body = json.dumps(self.server.body(rows))
        until = monotonic() + _START_S
        while monotonic() < until:
            assert self.process.poll() is None, f"{self.name} ended by itself"
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
            with suppress(OSError, http.client.HTTPException), closing(connection):
                if self._ask(connection, body) == 200:
                    return
            sleep(0.2)
        raise TimeoutError(f"{self.name} has not predicted {_START_S} s after its start")

    def _ask(self, connection: http.client.HTTPConnection, body: str) -> int:
        connection.request("POST", self.server.path, body, {"content-type": "application/json"})
        response = connection.getresponse()
        response.read()
        return response.status


def measure(model: subject.Subject) -> list[Figure]:
    """Measure all servers in turns: CPU of one row with its budgets, and a point for each size."""
    with ExitStack() as stack:
        peers = []
        for server in servers.of(model):
            run = processes.running(server.command, server.environment, server.folder)
            peers.append(Peer(server, stack.enter_context(run)))
        for peer in peers:
            peer.wait(model.rows[:1])
        aws = stack.enter_context(fake_aws.serving(model.onnx))
        ours = Handler(handler_of(aws.environment()))
        turns = _in_turns([ours, *peers], model.rows)
    figures: list[Figure] = []
    for peer in peers:
        one = (_micros("CPU", turns[each.name, 1]) for each in (ours, peer))
        figures.append(
            Figure("CPU, one row", next(one), peer.name, next(one), "µs", peer.server.budget)
        )
    return [*figures, *_points(ours, peers, turns)]


def _in_turns(
    contenders: list[Contender], given: servers.Rows
) -> dict[tuple[str, int], list[Turn]]:
    """Measure each in each round, so that a busy machine slows all of them."""
    turns: dict[tuple[str, int], list[Turn]] = {}
    for _ in range(_ROUNDS):
        for size, times in TIMES.items():
            rows = (given * (size // len(given) + 1))[:size]
            for each in contenders:
                turns.setdefault((each.name, size), []).append(each.turn(rows, times))
    return turns


def _points(
    ours: Handler, peers: list[Peer], turns: dict[tuple[str, int], list[Turn]]
) -> list[Figure]:
    return [
        Point(
            f"{kind}, {size:,} rows",
            _micros(kind, turns[ours.name, size]),
            peer.name,
            _micros(kind, turns[peer.name, size]),
            "µs",
            kind=kind,
            rows=size,
        )
        for peer in peers
        for kind in KINDS
        for size in TIMES
    ]


def _micros(kind: Kind, turns: list[Turn]) -> float:
    """Return the median of all requests' latencies, or of the rounds' CPU, in microseconds."""
    if kind == "latency":
        return median(latency for turn in turns for latency in turn.latencies) * 1e6
    return median(turn.cpu for turn in turns) * 1e6
