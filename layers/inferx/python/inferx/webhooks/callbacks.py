"""The address that one job's outcome is sent to."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Callback:
    """A job's own webhook.

    Attributes:
        url: where, as :func:`inferx.webhooks.new_callbacks.callback_to` has checked it.
        secret: signs the request (``whsec_…``); no representation shows it.
    """

    url: str
    secret: str = field(repr=False)
