"""What programs ask for and bring: `/api/v1`, behind the same question as the pages.

It is an app of its own below the pages: it knows tokens and no cookies, answers in JSON and in
problems, and tells what it offers as OpenAPI.
"""

import re
from typing import Any, Final

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from starlette.routing import Mount

from web.api import (
    activity,
    coaching,
    gateways,
    measurements,
    people,
    problems,
    vital_signs,
    webhooks,
)
from web.parts import Parts
from web.security import API

_ABOUT: Final = """\
Read what the person who made your token may see, bring measurements, and be told of news.
Consent is asked at every request: what may not be seen is not found. Times are RFC 3339; a
value that is not known is null, never zero."""
_PARTS: Final = (people, activity, vital_signs, coaching, measurements, webhooks, gateways)


def mounted(parts: Parts) -> Mount:
    """Return the API where it lies below the pages: it answers whatever is asked for there."""
    mount = Mount(API, create_api(parts))
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)  # also over line breaks
    return mount


def create_api(parts: Parts) -> FastAPI:
    """Build the API around what the pages work with."""
    api = FastAPI(
        title="kindstep",
        version="1",
        description=_ABOUT,
        openapi_url="/openapi.json",
        docs_url=None,  # a page of script from elsewhere: the policy of our pages forbids it
        redoc_url=None,
        dependencies=[Depends(HTTPBearer(auto_error=False, description=_BEARER))],
    )
    api.state.parts = parts
    for part in _PARTS:
        api.include_router(part.router)
    problems.install(api)
    api.openapi = lambda: _described(api)
    return api


_BEARER: Final = "A token from the page `/account`."


def _described(api: FastAPI) -> dict[str, Any]:
    if api.openapi_schema is None:
        made = get_openapi(
            title=api.title,
            version=api.version,
            description=api.description,
            routes=api.routes,
            servers=[{"url": API}],
        )
        components = made.setdefault("components", {}).setdefault("schemas", {})
        components["Problem"] = problems.SCHEMA
        components |= activity.account_schemas() | measurements.schemas()
        _tell_unchanged(made)
        api.openapi_schema = made
    return api.openapi_schema


def _tell_unchanged(made: dict[str, Any]) -> None:
    """Every read has an ETag, and may be asked for whether it changed."""
    for path in made["paths"].values():
        if "get" in path:
            path["get"]["responses"]["304"] = {"description": "You have it already."}
