"""What all tables' models share: names read from the settings, and short timeouts."""

from inferx.settings import settings


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
    connect_timeout_seconds = 2
    read_timeout_seconds = 5
