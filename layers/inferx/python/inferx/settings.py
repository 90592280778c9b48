"""What the environment tells a function: typed, read once, with a clear error when missing.

Every name here is set for the functions that need it in ``template.yaml``.
"""

import os
from functools import cached_property


class MissingSetting(RuntimeError):
    """An environment variable that this function needs is not set."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The environment variable {name} is not set; template.yaml sets it.")


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSetting(name)
    return value


class Settings:
    """The settings of this process; each is read when first asked for and then kept."""

    @cached_property
    def region(self) -> str:
        """The AWS region that the function runs in."""
        return _required("AWS_REGION")

    @cached_property
    def users_table(self) -> str:
        """The DynamoDB table of users and their e-mails' claims."""
        return _required("USERS_TABLE")

    @cached_property
    def credentials_table(self) -> str:
        """The DynamoDB table of API keys, refresh-token families and failed logins."""
        return _required("CREDENTIALS_TABLE")

    @cached_property
    def models_table(self) -> str:
        """The DynamoDB table of model versions and names."""
        return _required("MODELS_TABLE")

    @cached_property
    def public_url(self) -> str:
        """The API's base URL where requests do not show it, as behind a proxy; usually empty."""
        return os.environ.get("PUBLIC_URL", "")

    @cached_property
    def bucket(self) -> str:
        """The S3 bucket of uploads and converted models."""
        return _required("BUCKET")

    @cached_property
    def mail_queue_url(self) -> str:
        """The SQS queue that the mailer empties."""
        return _required("MAIL_QUEUE_URL")

    @cached_property
    def mail_sender(self) -> str:
        """The verified SES address that mail comes from; empty means that mail is not sent."""
        return os.environ.get("MAIL_SENDER", "")

    @cached_property
    def signing_keys_secret(self) -> str:
        """The Secrets Manager secret that holds the access tokens' signing keys."""
        return _required("SIGNING_KEYS_SECRET")

    @cached_property
    def convert_function(self) -> str:
        """The name or ARN of the function that converts model files."""
        return _required("CONVERT_FUNCTION")

    @cached_property
    def memory_mb(self) -> int:
        """The memory of the whole function, in MB, as Lambda tells it."""
        return int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"))

    @cached_property
    def bcrypt_cost(self) -> int:
        """The bcrypt work factor: each step doubles the time of one hash."""
        return int(os.environ.get("BCRYPT_COST", "12"))


settings = Settings()


def forget() -> None:
    """Read the environment afresh from now on; for tests."""
    vars(settings).clear()
