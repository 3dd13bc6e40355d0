"""A cable between a browser and its hub, which can be pulled and put in again."""

import contextlib
import socket
import threading

_CHUNK = 65_536


class Cable:
    """Carries bytes from a port of its own to another one, as long as it is in."""

    def __init__(self, to_port):
        self._to_port = to_port
        self._ends = set()
        self._is_in = True
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    def pull(self):
        """Break every connection, and let none be made."""
        self._is_in = False
        for end in tuple(self._ends):
            _break(end)

    def put_in(self):
        self._is_in = True

    def close(self):
        self.pull()
        _break(self._listener)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._is_in:
                    far = socket.create_connection(("127.0.0.1", self._to_port))
                    for pair in ((near, far), (far, near)):
                        threading.Thread(target=self._carry, args=pair, daemon=True).start()
                else:
                    _break(near)

    def _carry(self, source, sink):
        self._ends |= {source, sink}
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                sink.sendall(data)
        for end in (source, sink):
            _break(end)
            self._ends.discard(end)


def _break(end):
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
