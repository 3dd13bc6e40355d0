"""The one page without HTTPS: how a device gets to trust the hub's certificate."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from web.security import Shield

_HERE: Final = Path(__file__).parent


def create_app(address: str, certificate: Path, fingerprint: str) -> Starlette:
    """Build the page around what it tells; it knows nothing of the study."""
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"), undefined=StrictUndefined, autoescape=True
    )
    said = {"lang": "en", "address": address, "fingerprint": fingerprint}
    page = templates.get_template("authority.html").render(said)

    def show(_request: Request) -> Response:
        return HTMLResponse(page)

    def give(_request: Request) -> Response:
        return FileResponse(certificate, media_type="application/x-x509-ca-cert")

    routes = [
        Route("/", show),
        Route("/kindstep.crt", give),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Shield)])
