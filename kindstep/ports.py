"""A port that is nobody else's before a server listens on it, and while it starts again."""

import contextlib
import socket
import sys
from collections.abc import Generator


@contextlib.contextmanager
def reserved(port: int = 0, host: str = "127.0.0.1") -> Generator[int]:
    """Keep a port, any free one or a certain one, for a server for as long as the block lasts.

    Raises OSError when that certain one is taken.

    On Linux a port that somebody holds goes to no other who lets the kernel choose, be it to
    listen or to connect; a server may bind it beside us since we only hold it, and allow that
    afterwards. Elsewhere nothing of the kind exists: there the port was free a moment ago.
    """
    with socket.socket() as holder:
        holder.bind((host, port))
        kept: int = holder.getsockname()[1]
        if sys.platform == "linux":
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            holder.close()
        yield kept
