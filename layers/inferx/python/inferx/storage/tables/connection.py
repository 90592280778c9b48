"""What all tables' models share: names read from the settings, one client, one way to fail.

Every call to DynamoDB goes through :class:`_Connection`, so that every failure, be it a timeout,
throttling or a missing permission, leaves it as the domain's :class:`~inferx.errors.Unavailable`.
Only a failed condition and a cancelled transaction stay pynamodb's own exceptions.
"""

from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.aws import require_time

# An attempt takes 3 s at most and a call, with its pauses, 12 s.
_CONNECT_TIMEOUT_S = 1.0
_READ_TIMEOUT_S = 4.0
_RETRIES = 2
_TRANSACTION = "TransactWriteItems"
# A transaction in the way of a single write is no failed condition: it says nothing of the item.
_OUTCOMES_OF_CONDITIONS = {"ConditionalCheckFailedException"}
_OUTCOMES_OF_TRANSACTIONS = {
    "TransactionCanceledException",
    "TransactionConflictException",
    "TransactionInProgressException",
}


class _Connection(Connection):
    def __init__(self) -> None:
        super().__init__(
            connect_timeout_seconds=_CONNECT_TIMEOUT_S,
            read_timeout_seconds=_READ_TIMEOUT_S,
            max_retry_attempts=_RETRIES,
        )

    @property
    def client(self) -> Any:
        # Made when first needed, and credentials are fetched then.
        try:
            return super().client
        except BotoCoreError as error:
            raise Unavailable from error

    def _before_send(self, request: Any, **details: Any) -> None:
        # pynamodb calls it before each attempt, so retries end with the invocation's time, too.
        require_time()
        super()._before_send(request, **details)

    def _make_api_call(self, operation_name: str, operation_kwargs: dict[str, Any]) -> Any:
        try:
            return super()._make_api_call(operation_name, operation_kwargs)
        except ClientError as error:
            is_transaction = operation_name == _TRANSACTION
            outcomes = _OUTCOMES_OF_TRANSACTIONS if is_transaction else _OUTCOMES_OF_CONDITIONS
            if error.response["Error"]["Code"] in outcomes:
                raise
            raise Unavailable from error
        except BotoCoreError as error:
            raise Unavailable from error


class _NamedBySetting(type):
    # pynamodb reads Meta.table_name at every use, not at import, so a property does: importing
    # a model needs no environment, and tests may change it.
    setting: str

    @property
    def table_name(cls) -> str:
        return str(getattr(settings, cls.setting))


class TableMeta(metaclass=_NamedBySetting):
    """The base of each model's ``Meta``: ``setting`` is the name's attribute in the settings."""

    setting = ""


@cache
def connection() -> Connection:
    """Return the connection of transactions, which are no single table's; all share its client."""
    return _Connection()


class TableModel(Model):
    """A model that shares one client with all others.

    pynamodb gives each model a botocore session and client of its own, and each takes 50 ms of
    a cold start.
    """

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        if not isinstance(table.connection, _Connection):
            shared = _Connection()
            shared.add_meta_table(table.get_meta_table())
            table.connection = shared
        table.connection._client = connection().client
        return table
