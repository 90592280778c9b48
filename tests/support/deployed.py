"""The deployed stack from inside the account: its resources, and its functions' own roles."""

from dataclasses import dataclass
from typing import Any

import boto3

from local import emulator


@dataclass(frozen=True)
class Deployed:
    """The stack on the emulator that listens at `endpoint`."""

    endpoint: str

    def client(self, service: str, session: boto3.Session | None = None) -> Any:
        """Return a client of `service` for `session`, else for the account's root user."""
        return (session or self._session(emulator.ROOT_KEY_ID, emulator.ROOT_SECRET)).client(
            service,  # type: ignore[call-overload]  # stubs know literal names only
            endpoint_url=self.endpoint,
        )

    def resource(self, logical_id: str) -> str:
        """Return the physical id of a resource of the template."""
        found = self.client("cloudformation").describe_stack_resource(
            StackName="inferx", LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def acting_as(self, function: str) -> boto3.Session:
        """Return a session with the permissions that the function's code has."""
        name = self.resource(function)
        role = self.client("lambda").get_function_configuration(FunctionName=name)["Role"]
        keys = self.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return self._session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    @staticmethod
    def _session(key_id: str, secret: str, token: str | None = None) -> boto3.Session:
        return boto3.Session(key_id, secret, token, region_name=emulator.REGION)
