"""E-mail and webhooks, by Apprise."""

from typing import Protocol, cast
from urllib.parse import quote, urlsplit

from apprise import Apprise

from coaching.post.channels import Parcel, Undelivered

_TITLE = "kindstep"
#: Webhooks that can carry a header.
_HTTP = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})


class WebhookChannel:
    """Sends to the address that an operator entered for a person, as an Apprise URL."""

    def send(self, parcel: Parcel, now_us: int) -> None:
        del now_us
        _notify(_with_key(parcel.address, parcel.key), parcel)

    def receipt_us(self, ref: str) -> int | None:
        del ref
        return None


class EmailChannel:
    """Sends by the operator's mail server, given as an Apprise URL without a receiver."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url

    def send(self, parcel: Parcel, now_us: int) -> None:
        del now_us
        _notify(_with(self._server_url, f"to={quote(parcel.address)}"), parcel)

    def receipt_us(self, ref: str) -> int | None:
        del ref
        return None


class _Notifier(Protocol):
    """What we use of Apprise, which leaves its types open."""

    def add(self, services: str) -> bool: ...

    def notify(self, body: str, title: str) -> object: ...


def _notify(url: str, parcel: Parcel) -> None:
    out = cast("_Notifier", Apprise())
    if not out.add(url):
        raise Undelivered("no such address", gone=True)
    if not out.notify(title=_TITLE, body=parcel.lock_text):
        raise Undelivered("it was not taken")


def _with_key(url: str, key: str) -> str:
    """Return the URL with a header that is the same for every try of one parcel."""
    if urlsplit(url).scheme not in _HTTP:
        return url
    return _with(url, f"+Idempotency-Key={quote(key)}")


def _with(url: str, more: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{more}"
