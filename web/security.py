"""What holds for every response and every change, in front of all routes."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer, Origin would be null on our own forms
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
API: Final = "/api/v1"
_ONLY_TLS: Final = "max-age=31536000"
_WORKER: Final = "/static/worker.js"  # it keeps pages, which are above its own folder
_READS: Final = ("GET", "HEAD", "OPTIONS")


class Shield:
    """Security headers on everything; a change only from one of our own pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), scope)
            await send(message)

        if scope["method"] in _READS or _is_program(scope) or is_ours(Headers(scope=scope)):
            await self._app(scope, receive, send_shielded)
        else:
            refusal = PlainTextResponse("This request did not come from our pages.", 403)
            await refusal(scope, receive, send_shielded)


def _is_program(scope: Scope) -> bool:
    """Tell whether the API is asked: it knows no cookies, so no browser can be misused."""
    return scope["path"].startswith(f"{API}/")


def is_ours(headers: Headers) -> bool:
    """Tell whether a browser says that one of our own pages asks; silence is a no."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    _, _, host = headers.get("origin", "").partition("://")
    return bool(host) and host == headers.get("host")


def _add_headers(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in _HEADERS.items():
        headers[name] = value
    if scope["scheme"] == "https":
        headers["strict-transport-security"] = _ONLY_TLS
    if scope["path"] == _WORKER:
        headers["service-worker-allowed"] = "/"
    if not scope["path"].startswith("/static/"):
        headers.setdefault("cache-control", "no-store")
