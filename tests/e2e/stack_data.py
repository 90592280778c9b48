"""The local stack's own data, for tests that must set it right before or after."""

import os
from typing import Any
from urllib.parse import urlsplit

import boto3

from inferx.identity.throttle import address_key

STACK = "inferx"


class StackData:
    """The emulator behind an API's base URL, with its root credentials."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.environment = {
            "AWS_ENDPOINT_URL": f"{parts.scheme}://{parts.netloc}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "PATH": os.environ["PATH"],
        }
        self._session = boto3.Session("test", "test", region_name="us-east-1")

    def forget_failures(self, ip: str) -> None:
        """Forget the failed logins of an address."""
        key = {"pk": {"S": address_key(ip)}}
        self._client("dynamodb").delete_item(TableName=self._find("CredentialsTable"), Key=key)

    def signing_keys(self) -> str:
        """Return the secret's present text."""
        secret = self._client("secretsmanager").get_secret_value(SecretId=self._find("SigningKeys"))
        return str(secret["SecretString"])

    def set_signing_keys(self, text: str) -> None:
        """Put the secret's text back."""
        self._client("secretsmanager").put_secret_value(
            SecretId=self._find("SigningKeys"), SecretString=text
        )

    def _client(self, service: str) -> Any:
        return self._session.client(  # type: ignore[call-overload]  # the name is a variable
            service, endpoint_url=self.environment["AWS_ENDPOINT_URL"]
        )

    def _find(self, logical_id: str) -> str:
        found = self._client("cloudformation").describe_stack_resource(
            StackName=STACK, LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])
