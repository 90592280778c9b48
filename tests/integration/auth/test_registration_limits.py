"""Registrations are counted by IP address and by network, before anything is done for them."""

import bcrypt
import boto3
import pytest

from inferx import settings
from tests.integration.auth.conftest import AUTH, Clock
from tests.support.gateway import Client
from tools.cloud import Cloud


@pytest.fixture(autouse=True)
def three_an_hour(db: Cloud, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three registrations an hour from an address, and fifteen from a network."""
    monkeypatch.setenv("REGISTRATIONS_PER_HOUR", "3")
    settings.forget()
    time.pass_seconds(3600 - time.now().timestamp() % 3600)  # all in one hour


class Visitor:
    """Registers one new address after the other."""

    def __init__(self) -> None:
        self.count = 0

    def register(self, ip: str) -> int:
        self.count += 1
        body = {"email": f"u{self.count}@example.com", "password": "SecurePass123!"}
        return Client(source_ip=ip).post(f"{AUTH}/register", json=body).status_code


def test_an_address_registers_only_so_many_accounts_in_an_hour() -> None:
    visitor = Visitor()

    statuses = [visitor.register("192.0.2.1") for _ in range(5)]

    assert statuses == [201] * 3 + [429] * 2


def test_the_refusal_says_when_to_try_again(client: Client, time: Clock) -> None:
    visitor = Visitor()
    for _ in range(3):
        visitor.register(client.source_ip)
    time.pass_seconds(600)

    refused = client.post(
        f"{AUTH}/register", json={"email": "late@example.com", "password": "SecurePass123!"}
    )

    assert 2999 <= int(refused.headers["retry-after"]) <= 3000
    assert refused.json()["detail"].startswith("Too many such requests have come from this network")


def test_the_next_hour_takes_registrations_again(time: Clock) -> None:
    visitor = Visitor()
    for _ in range(4):
        visitor.register("192.0.2.1")
    time.pass_seconds(3600)

    assert visitor.register("192.0.2.1") == 201


def test_another_network_is_not_affected() -> None:
    visitor = Visitor()
    for _ in range(4):
        visitor.register("192.0.2.1")

    assert visitor.register("198.51.100.1") == 201


def test_a_network_of_24_bits_registers_five_times_as_many() -> None:
    visitor = Visitor()

    statuses = [visitor.register(f"192.0.2.{number}") for number in range(17)]

    assert statuses == [201] * 15 + [429] * 2


def test_the_addresses_of_a_64_bit_network_count_as_one() -> None:
    visitor = Visitor()

    statuses = [visitor.register(f"2001:db8::{number}") for number in range(1, 6)]

    assert statuses == [201] * 3 + [429] * 2


def test_a_site_with_many_64_bit_networks_registers_five_times_as_many() -> None:
    visitor = Visitor()

    statuses = [visitor.register(f"2001:db8:0:{number}::1") for number in range(17)]

    assert statuses == [201] * 15 + [429] * 2


def test_addresses_that_are_taken_cannot_be_tried_without_end(client: Client) -> None:
    body = {"email": "ada@example.com", "password": "SecurePass123!"}

    statuses = [client.post(f"{AUTH}/register", json=body).status_code for _ in range(4)]

    assert statuses == [201, 409, 409, 429]


def test_a_refused_registration_hashes_no_password(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor()
    for _ in range(3):
        visitor.register(client.source_ip)
    hashed: list[bytes] = []
    monkeypatch.setattr(bcrypt, "hashpw", lambda password, _: hashed.append(password))

    assert visitor.register(client.source_ip) == 429
    assert hashed == []


def test_no_address_is_stored(db: Cloud) -> None:
    Visitor().register("192.0.2.1")

    stored = str(boto3.client("dynamodb").scan(TableName=db.physical["CredentialsTable"]))

    assert "limit#register#" in stored
    assert "192.0.2" not in stored
