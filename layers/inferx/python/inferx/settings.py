"""The environment variables of a function: typed, read once, checked when it starts.

Every name here is set in ``template.yaml`` for the functions that need it. Each function's ``app``
names its own to :func:`require`, and a test compares the two.
"""

import os
from functools import cached_property


class InvalidSetting(RuntimeError):
    """An environment variable that this function needs is not set, or has no valid value."""


class Settings:
    """The settings of this process; each is read when it is first needed and then kept."""

    @cached_property
    def region(self) -> str:
        """The AWS region that the function runs in; Lambda sets it."""
        return _text("AWS_REGION")

    @cached_property
    def users_table(self) -> str:
        """The DynamoDB table of users and the claims on their e-mail addresses."""
        return _text("USERS_TABLE")

    @cached_property
    def credentials_table(self) -> str:
        """The DynamoDB table of API keys, refresh-token families and failed logins."""
        return _text("CREDENTIALS_TABLE")

    @cached_property
    def models_table(self) -> str:
        """The DynamoDB table of model versions and names."""
        return _text("MODELS_TABLE")

    @cached_property
    def jobs_table(self) -> str:
        """The DynamoDB table of asynchronous and batch predictions."""
        return _text("JOBS_TABLE")

    @cached_property
    def jobs_queue_url(self) -> str:
        """The SQS queue of asynchronous predictions."""
        return _url("JOBS_QUEUE_URL")

    @cached_property
    def jobs_receives(self) -> int:
        """How many times the queue delivers an asynchronous prediction before it gives up."""
        return _whole_number("JOBS_RECEIVES", 2, 1_000)

    @cached_property
    def webhooks_table(self) -> str:
        """The DynamoDB table of webhook endpoints and deliveries."""
        return _text("WEBHOOKS_TABLE")

    @cached_property
    def events_queue_url(self) -> str:
        """The SQS queue of events for webhooks."""
        return _url("EVENTS_QUEUE_URL")

    @cached_property
    def deliveries_queue_url(self) -> str:
        """The SQS queue of attempts to deliver an event to one address."""
        return _url("DELIVERIES_QUEUE_URL")

    @cached_property
    def webhook_loopback(self) -> bool:
        """Whether webhooks may go to this machine over plain HTTP; only where tests need it."""
        return _switch("WEBHOOK_LOOPBACK")

    @cached_property
    def public_url(self) -> str:
        """The API's base URL where requests do not show it, as behind a proxy; usually empty."""
        return _text("PUBLIC_URL", may_be_empty=True)

    @cached_property
    def bucket(self) -> str:
        """The S3 bucket of uploads and converted models."""
        return _text("BUCKET")

    @cached_property
    def mail_queue_url(self) -> str:
        """The SQS queue of mail to be sent."""
        return _url("MAIL_QUEUE_URL")

    @cached_property
    def require_verified_email(self) -> bool:
        """Whether users have to verify their address before they log in."""
        return _switch("REQUIRE_VERIFIED_EMAIL")

    @cached_property
    def registrations_per_hour(self) -> int:
        """How many accounts may be registered in an hour from one IP address."""
        return _whole_number("REGISTRATIONS_PER_HOUR", 1, 1_000_000)

    @cached_property
    def account_page_url(self) -> str:
        """The page that mails with a token link to; empty where the mail names the route."""
        return _text("ACCOUNT_PAGE_URL", may_be_empty=True)

    @cached_property
    def mail_sender(self) -> str:
        """The verified SES address that mail comes from; empty where no mail is sent."""
        return _text("MAIL_SENDER", may_be_empty=True)

    @cached_property
    def signing_keys_secret(self) -> str:
        """The Secrets Manager secret that holds the access tokens' signing keys."""
        return _text("SIGNING_KEYS_SECRET")

    @cached_property
    def convert_function(self) -> str:
        """The name or ARN of the function that converts model files."""
        return _text("CONVERT_FUNCTION")

    @cached_property
    def convert_deep_function(self) -> str:
        """The function that converts Keras and PyTorch files; empty where there is none."""
        return _text("CONVERT_DEEP_FUNCTION", may_be_empty=True)

    @cached_property
    def reconcile_function(self) -> str:
        """The name or ARN of the nightly function, which also removes accounts."""
        return _text("RECONCILE_FUNCTION")

    @cached_property
    def ingest_queue_url(self) -> str:
        """The SQS queue of uploaded files."""
        return _url("INGEST_QUEUE_URL")

    @cached_property
    def ingest_receives(self) -> int:
        """How many times the queue delivers an upload before it gives up."""
        return _whole_number("INGEST_RECEIVES", 1, 1_000)

    @cached_property
    def batches_state_machine(self) -> str:
        """The ARN of the state machine that runs batch jobs."""
        return _text("BATCHES_STATE_MACHINE")

    @cached_property
    def memory_mb(self) -> int:
        """The memory of the whole function, in MB; Lambda sets it."""
        return _whole_number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 128, 10_240, default=1769)

    @cached_property
    def bcrypt_cost(self) -> int:
        """The bcrypt work factor, 4 to 31: each step doubles the time of one hash."""
        return _whole_number("BCRYPT_COST", 4, 31)


settings = Settings()


def require(function: str, *names: str) -> None:
    """Read settings now, so that a wrong deployment fails at its first start and not later.

    Args:
        function: the logical id in ``template.yaml``, for the error.
        names: attributes of :class:`Settings`.

    Raises:
        InvalidSetting: one or more are missing or invalid; the message names each.
    """
    faults = []
    for name in names:
        try:
            getattr(settings, name)
        except InvalidSetting as fault:
            faults.append(str(fault))
    if faults:
        raise InvalidSetting(f"{function} in template.yaml is not configured: {'; '.join(faults)}.")


def give(**values: str) -> None:
    """Set settings that the environment does not hold; for commands that operators run."""
    vars(settings).update(values)


def forget() -> None:
    """Read the environment afresh from now on; for tests."""
    vars(settings).clear()


def _text(name: str, *, may_be_empty: bool = False) -> str:
    value = os.environ.get(name)
    if value is None or not (value or may_be_empty):
        raise InvalidSetting(f"the environment variable {name} is not set")
    return value


def _url(name: str) -> str:
    value = _text(name)
    if not value.startswith(("https://", "http://")):
        raise InvalidSetting(f"the environment variable {name} is {value!r}, which is no URL")
    return value


def _switch(name: str) -> bool:
    value = _text(name)
    if value not in ("true", "false"):
        raise InvalidSetting(f"the environment variable {name} is {value!r}; use true or false")
    return value == "true"


def _whole_number(name: str, least: int, most: int, *, default: int | None = None) -> int:
    value = _text(name) if default is None else os.environ.get(name, str(default))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise InvalidSetting(
            f"the environment variable {name} is {value!r}; "
            f"it must be a whole number from {least} to {most}"
        )
    return int(value)
