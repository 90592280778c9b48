"""How containers and this machine reach each other."""

import platform
import subprocess
from ipaddress import ip_network
from typing import NamedTuple

_SUBNET = "{{(index .IPAM.Config 0).Subnet}}"


class Addresses(NamedTuple):
    """Where a server on this machine listens for containers, and what they call it."""

    listening: str
    name: str


def for_containers() -> Addresses:
    """Return the addresses of this machine on Docker's own network.

    No other machine can reach what listens there.
    """
    if platform.system() != "Linux":  # Docker Desktop
        return Addresses("127.0.0.1", "host.docker.internal")
    command = ["docker", "network", "inspect", "bridge", "--format", _SUBNET]
    subnet = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    gateway = str(ip_network(subnet)[1])  # the host's own address: Docker takes the first
    return Addresses(gateway, gateway)
