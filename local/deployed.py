"""The deployed stack from inside the account: its resources, and its functions' own roles."""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

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

    def has(self, logical_id: str) -> bool:
        """Return whether the stack has a resource of the template; some are conditional."""
        try:
            self.resource(logical_id)
        except ClientError:
            return False
        return True

    def environment(self, function: str) -> dict[str, str]:
        """Return the environment variables that the template gives to a function."""
        return dict(self._configuration(function)["Environment"]["Variables"])

    def acting_as(self, function: str, *, seconds: int = 3600) -> boto3.Session:
        """Return a session with the permissions that the function's code has, for so long."""
        keys = self.client("sts").assume_role(
            RoleArn=self._configuration(function)["Role"],
            RoleSessionName="test",
            DurationSeconds=seconds,
        )["Credentials"]
        return self._session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    def _configuration(self, function: str) -> Any:
        name = self.resource(function)
        return self.client("lambda").get_function_configuration(FunctionName=name)

    @staticmethod
    def _session(key_id: str, secret: str, token: str | None = None) -> boto3.Session:
        return boto3.Session(key_id, secret, token, region_name=emulator.REGION)
