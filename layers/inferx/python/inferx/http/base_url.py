"""The address at which a client reaches the API, known only when it is used."""

from urllib.parse import quote

from inferx.http import events
from inferx.http.events import Event
from inferx.settings import settings


def base_url(event: Event, route_path: str) -> str:
    """Return the API's base URL, without a slash at its end.

    ``rawPath`` begins with the stage, or with the base path of a custom domain's mapping, where
    there is one (API Gateway Developer Guide, "Working with API mappings for HTTP APIs").

    Args:
        event: a request to the API.
        route_path: the path of its route, as it was requested.
    """
    if settings.public_url:
        return settings.public_url
    headers = events.headers(event)
    scheme = "http" if headers.get("x-forwarded-proto") == "http" else "https"
    host = headers.get("host") or event["requestContext"]["domainName"]
    base_path = events.path(event).rstrip("/").removesuffix(route_path)
    return f"{scheme}://{host}{quote(base_path)}"
