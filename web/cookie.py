"""The session's cookie. Its name says that it came over TLS, where it did."""

from typing import Final

from fastapi import Request, Response

from web.accounts import SESSION_S

_PLAIN: Final = "kindstep"
_SECURE: Final = "__Host-kindstep"  # browsers hold it to https, to this host and to the path /


def read(request: Request) -> str | None:
    """Return the session id a request brings."""
    return request.cookies.get(_name(request))


def give(request: Request, response: Response, session_id: str) -> None:
    """Let the browser keep a session."""
    response.set_cookie(
        _name(request),
        session_id,
        max_age=SESSION_S,
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def take(request: Request, response: Response) -> None:
    """Let the browser forget the session."""
    response.delete_cookie(
        _name(request), secure=_is_secure(request), httponly=True, samesite="lax"
    )


def _name(request: Request) -> str:
    return _SECURE if _is_secure(request) else _PLAIN


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
