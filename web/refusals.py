"""What is shown to whoever is not let in. Who may not see a person learns nothing of them."""

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from people.authorize import Refused
from web import sign_in
from web.guard import NotFresh
from web.parts import parts_of
from web.reader import asked_for
from web.sight import home


def install(app: FastAPI) -> None:
    """Answer refusals with pages."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(NotFresh, _not_fresh)
    app.add_exception_handler(404, _not_found)


def _refused(request: Request, error: Exception) -> Response:
    actor = error.actor if isinstance(error, Refused) else None
    if actor is None:
        return _stranger(request)
    if request.url.path == "/" and home(actor) != "/":
        return RedirectResponse(home(actor), 303)
    return _nothing(request, home(actor))


def _not_fresh(request: Request, _error: Exception) -> Response:
    return sign_in.ask_again(request)


def _not_found(request: Request, _error: Exception) -> Response:
    return _nothing(request, "/")


def _stranger(request: Request) -> Response:
    if "hx-request" in request.headers:  # the session ended under an open page
        return Response(status_code=401, headers={"HX-Refresh": "true"})
    return parts_of(request).pages.show(
        "no_way_in.html", {"lang": asked_for(request), "reason": "stranger"}, 401
    )


def _nothing(request: Request, back: str) -> Response:
    said = {"lang": asked_for(request), "back": back}
    return parts_of(request).pages.show("nothing.html", said, 404)
