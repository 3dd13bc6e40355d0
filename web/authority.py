"""The one page without HTTPS: how a device gets to trust the hub's certificate."""

from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from web.pages import templates
from web.security import Shield
from web.tongue import preferred, tongues
from web.wording import Wording

_HERE: Final = Path(__file__).parent


def create_app(address: str, certificate: Path, fingerprint: str) -> Starlette:
    """Build the page around what it tells; it knows nothing of the study."""
    said = {"address": address, "fingerprint": fingerprint}
    pages = {
        name: templates(Wording(tongue)).get_template("authority.html").render(said)
        for name, tongue in tongues().items()
    }

    def show(request: Request) -> Response:
        accepted = request.headers.get("accept-language", "")
        return HTMLResponse(pages[preferred(accepted, list(pages))])

    def give(_request: Request) -> Response:
        return FileResponse(certificate, media_type="application/x-x509-ca-cert")

    routes = [
        Route("/", show),
        Route("/kindstep.crt", give),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Shield)])
