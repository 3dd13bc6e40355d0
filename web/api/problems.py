"""What a program is told when it does not get what it asked for: problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from people.authorize import Refused

MEDIA_TYPE: Final = "application/problem+json"

#: In the OpenAPI, under components.
SCHEMA: Final[Mapping[str, Any]] = {
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 has it.",
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}

_UNUSABLE: Final = "The request cannot be used."
_EVERYWHERE: Final = {
    401: "There is no token, or it is not good any more.",
    403: "The token was not made for this.",
    404: "There is nothing here that the token's person may see.",
    422: "A part of the request cannot be used; `errors` says which, and why.",
    429: "Too many requests; `Retry-After` says for how many seconds to wait.",
}


@dataclass(frozen=True, slots=True)
class Error:
    """One part of a request that cannot be used."""

    where: str  # such as query/after, or body/batches/3/device
    what: str


class Problem(Exception):
    """Ends a request with this answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[Error] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def documented(**more: str) -> dict[int | str, dict[str, Any]]:
    """Return the answers that any route may give, for the OpenAPI; more as s503="why"."""
    says = _EVERYWHERE | {int(status[1:]): why for status, why in more.items()}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": why, "content": content} for status, why in says.items()}


def install(app: FastAPI) -> None:
    """Answer every failure with a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _unusable)
    app.add_exception_handler(HTTPException, _http)


def not_there() -> Problem:
    """Return what is said of what is not there and of what may not be seen alike."""
    return Problem(404, "There is nothing here that you may see.")


def unusable(where: str, what: str) -> Problem:
    """Return what is said of one part of a request that cannot be used."""
    return Problem(422, _UNUSABLE, [Error(where, what)])


def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - it is installed for these alone
    said: dict[str, Any] = {
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.detail,
    }
    if error.errors:
        said["errors"] = error.errors
    return Response(msgspec.json.encode(said), error.status, error.headers, MEDIA_TYPE)


def _refused(request: Request, _error: Exception) -> Response:
    return _problem(request, not_there())


def _unusable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    errors = [
        Error("/".join(str(part) for part in each["loc"]), each["msg"])
        for each in error.errors()
    ]
    return _problem(request, Problem(422, _UNUSABLE, errors))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's, of bytes that are no text
        return _problem(request, unusable("body", "is no JSON"))
    return _problem(request, Problem(error.status_code, str(error.detail), (), error.headers))
