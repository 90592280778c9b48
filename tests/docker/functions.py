"""Every function in a container: the main path over HTTP, each sample event, the confinement."""

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local import emulator
from local.build import BUILT_TEMPLATE
from local.containers import deep_image, stack
from local.containers.addresses import for_containers
from local.containers.relay import relay
from local.containers.sam import GATEWAY_LAYER
from local.containers.seeding import Seeds
from local.containers.template import with_environments, with_lower_case_headers
from local.deployed import Deployed
from local.failure import Failure
from local.image import require_docker
from tests.docker import confinement, main_path
from tests.docker.emulated import Container, Functions, containers, free_port, marked, started
from tests.docker.measures import faults, measured, table, watched
from tests.docker.queues import deliver, paused
from tools import template
from tools.confinement.table import table as table_of_attempts
from tools.events.placeholders import Placeholders, filled
from tools.events.samples import Sample, samples
from tools.template import resources

_WARM = 3  # invocations after the first


@dataclass(frozen=True)
class _Stack:
    """The local stack, and `sam local` in front of it.

    Attributes:
        run: marks the containers.
        deployed: the stack itself.
        seeds: makes what events name.
        api_url: of the routes, in containers.
        functions: the functions, in containers.
    """

    run: str
    deployed: Deployed
    seeds: Seeds
    api_url: str
    functions: Functions


def run() -> list[str]:
    """Try everything, print it, and return a sentence for each fault."""
    require_docker()
    begun = time.monotonic()
    with _emulated() as emulated:
        _show("── The main path, each function in a container")
        main_path.walk(
            emulated.api_url,
            lambda queue, function: deliver(emulated.deployed, emulated.functions, queue, function),
            _show,
        )
        _show("── Each function's events")
        wrong = _send_samples(emulated)
        converter = _container(emulated, "ConvertFunction")
        with watched(converter) as peak:
            _convert_again(emulated)
        rows = measured(containers(emulated.run), {converter.function: peak()})
        _show(f"── What they took\n{table(rows)}")
        refused = confinement.tried(converter)
        shown = table_of_attempts({"in the container": refused})
        _show(f"── What a hostile file could try in the converter\n{shown}")
    _show(f"── Done in {time.monotonic() - begun:.0f} s")
    return [*wrong, *faults(rows), *refused.faults()]


@contextmanager
def _emulated() -> Iterator[_Stack]:
    running = emulator.record()
    if "base_url" not in running:
        raise Failure("The local stack is not up: `make up` starts it.")
    port, mark, addresses = int(running["port"]), secrets.token_hex(8), for_containers()
    deployed = Deployed(emulator.endpoint(port))
    lambda_port, api_port = free_port(), free_port()
    with relay(port, addresses) as endpoint, relay(lambda_port, addresses) as invoking:
        read = template.read(BUILT_TEMPLATE)
        names = sorted(resources("AWS::Serverless::Function"))
        variables = marked(stack.environments(read, names, deployed, endpoint), mark)
        variables["IngestFunction"] |= {
            "CONVERT_FUNCTION": "ConvertFunction",
            "AWS_ENDPOINT_URL_LAMBDA": invoking,
        }
        given = with_environments(read, variables)
        seeds = Seeds(running["base_url"], deployed, endpoint)
        seeds.real("")  # while the stack still converts by itself
        with (
            paused(deployed),
            started("start-lambda", given, lambda_port),
            started("start-api", with_lower_case_headers(given, GATEWAY_LAYER), api_port),
        ):
            api_url = f"http://127.0.0.1:{api_port}"
            yield _Stack(mark, deployed, seeds, api_url, Functions(lambda_port))


def _send_samples(emulated: _Stack) -> list[str]:
    wrong = []
    for sample in samples():
        if sample.function == deep_image.FUNCTION:  # another image; see deep_networks
            continue
        real = emulated.seeds.real(str(sample.event))
        response = _invoke(emulated, sample, real)
        expected = sample.is_expected(response, real)
        _show(f"  {'as expected' if expected else 'WRONG':<12}{sample.name}")
        if not expected:
            wrong.append(f"{sample.name}: {response}")
        if "-" not in sample.name:  # one of them is enough to measure the function warm
            for _ in range(_WARM):
                _invoke(emulated, sample, real)
    job = emulated.seeds.job(emulated.seeds.real(Placeholders().batch_id).batch_id)
    if job["status"] != "succeeded":
        wrong.append(f"the batch job's events leave it {job['status']}: {job}")
    return wrong


def _container(emulated: _Stack, function: str) -> Container:
    (only,) = (each for each in containers(emulated.run) if each.function == function)
    return only


def _convert_again(emulated: _Stack) -> None:
    (sample,) = (each for each in samples() if each.name == "convert")
    _invoke(emulated, sample, emulated.seeds.real(str(sample.event)))


def _invoke(emulated: _Stack, sample: Sample, real: Placeholders) -> Any:
    isolated = "TenancyConfig" in resources("AWS::Serverless::Function")[sample.function]
    tenant = real.user_id if isolated else None
    return emulated.functions.invoke(sample.function, filled(sample.event, real), tenant=tenant)


def _show(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
