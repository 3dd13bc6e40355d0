"""Serving the face: open streams end with the server instead of holding it up."""

import contextlib
import threading
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette

from web.live import FanOut

_GRACE_S: Final = 2  # for what is under way when it stops


class Server(uvicorn.Server):
    """Tells every live stream to end when it is told to stop."""

    _fan_out: FanOut

    def __init__(
        self,
        app: FastAPI,
        host: str,
        port: int,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_level="warning",
                access_log=False,  # addresses hold sign-in tokens
                timeout_graceful_shutdown=_GRACE_S,
                server_header=False,
                ssl_certfile=certificate,
                ssl_keyfile=key,
            )
        )
        self._fan_out = app.state.parts.fan_out

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._fan_out.close()
        super().handle_exit(sig, frame)


@contextlib.contextmanager
def beside(app: Starlette, host: str, port: int) -> Generator[None]:
    """Serve a small app in a thread for as long as the block lasts."""
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="certificate's page", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(_GRACE_S)
