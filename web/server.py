"""Serving the face: open streams end with the server instead of holding it up."""

from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

from web.live import FanOut

_GRACE_S: Final = 2  # for what is under way when it stops


class Server(uvicorn.Server):
    """Tells every live stream to end when it is told to stop."""

    _fan_out: FanOut

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_level="warning",
                access_log=False,  # addresses hold sign-in tokens
                timeout_graceful_shutdown=_GRACE_S,
                server_header=False,
            )
        )
        self._fan_out = app.state.parts.fan_out

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._fan_out.close()
        super().handle_exit(sig, frame)
