"""Every route that the face answers, pages and API, and who is let in by it."""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount


def routes_of(app, prefix=""):
    """Give (path, route) of whatever an app answers, also below what it mounts."""
    found: list[tuple[str, BaseRoute]] = []
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        for each in [*inner.routes] if inner is not None else [route]:
            found += _below(each, prefix)
    return found


def _below(route, prefix):
    path = prefix + route.path
    if isinstance(route, Mount) and isinstance(route.app, FastAPI):
        return routes_of(route.app, path)
    return [(path, route)]


def requests_of(app):
    """Give (method, path) of each question that the app answers itself."""
    return [
        (method, path)
        for path, route in routes_of(app)
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]
