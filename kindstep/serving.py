"""Where browsers reach the pages, and by which certificate."""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kindstep.folder import Folder
from kindstep.local_ca import LocalCa, may_vouch_for
from kindstep.settings import Settings

_NOWHERE: Final = ("192.0.2.1", 9)  # RFC 5737: nothing is sent, only a route is looked up


@dataclass(frozen=True, slots=True)
class Serving:
    """How the pages are served."""

    host: str  # listened on
    port: int
    address: str  # what people open
    certificate: Path | None = None
    key: Path | None = None
    authority: LocalCa | None = None  # whose page is served one port higher


def of(settings: Settings) -> Serving:
    """Return it as the settings have it; a local authority's certificate is made if need be."""
    web, folder = settings.web, Folder(settings.data)
    host = "0.0.0.0" if web.lan else web.host  # noqa: S104 - the network is asked for
    if web.certificate is None and not web.lan:
        return Serving(host, web.port, f"http://{web.host}:{web.port}")
    names = [*web.names, *(_here() if web.lan else (web.host,))]
    address = f"https://{names[0]}:{web.port}"
    if web.certificate is not None:
        return Serving(host, web.port, address, web.certificate, web.certificate_key)
    authority = LocalCa(folder.secrets / "tls")
    authority.ensure(names)
    made = (authority.host_certificate, authority.host_key)
    return Serving(host, web.port, address, *made, authority)


def _here() -> Iterator[str]:
    """Yield the names and addresses of this machine in its network, the best first."""
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe,
    ):
        probe.connect(_NOWHERE)
        address = probe.getsockname()[0]
        if may_vouch_for(address):
            yield address
    name = socket.gethostname().partition(".")[0]
    yield from dict.fromkeys((f"{name}.local", name, "localhost", "127.0.0.1"))
