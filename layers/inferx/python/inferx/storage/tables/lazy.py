"""What all tables' models share: names read from the settings, short timeouts, one client."""

from functools import cache

from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from inferx.settings import settings

_CONNECT_TIMEOUT_S = 2
_READ_TIMEOUT_S = 5


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
    connect_timeout_seconds = _CONNECT_TIMEOUT_S
    read_timeout_seconds = _READ_TIMEOUT_S


@cache
def connection() -> Connection:
    """The connection for what is no single model's, transactions; and its client is everyone's."""
    return Connection(
        connect_timeout_seconds=_CONNECT_TIMEOUT_S, read_timeout_seconds=_READ_TIMEOUT_S
    )


class TableModel(Model):
    """A model that shares one client with all others.

    pynamodb gives each model a botocore session and client of its own, and each takes 50 ms of
    a cold start.
    """

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        table.connection._client = connection().client
        return table
