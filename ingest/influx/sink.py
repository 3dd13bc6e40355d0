"""What carries lines to a time-series database, and keeps them while it is away.

Written synchronously from a thread of ours: the client's batching mode tells of errors only in
a callback, and costs twenty times as much a point.
"""

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from ingest.influx.line import Point, line
from ingest.influx.outbox import Outbox, Parcel

log = logging.getLogger(__name__)

_LONGEST_WAIT_S: Final = 60.0
_TIMEOUT_MS: Final = 5_000
_LINES_A_PARCEL: Final = 5_000
#: What says that these very lines cannot be taken; anything else may pass.
_REFUSED: Final = (400, 413, 422)


class Sink:
    """Takes points at any time, writes them when it can, and counts them.

    `written`, `refused` by the database as they are, `dropped` for lack of room, `failures`.
    """

    def __init__(
        self,
        url: str,
        *,
        outbox: Path,
        org: str,
        bucket: str,
        token: str = "",
        limit_bytes: int = 1 << 30,
        retry_s: float = 0.5,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._org = org
        self._bucket = bucket
        self._retry_s = retry_s
        self._outbox = Outbox(outbox, limit_bytes)
        self._put = threading.Event()
        self._stopping = threading.Event()
        self._client: Any = InfluxDBClient(
            url, token, org=org, timeout=_TIMEOUT_MS, retries=False
        )
        self._api = self._client.write_api(write_options=SYNCHRONOUS)
        self._thread = threading.Thread(target=self._run, name="influx")
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Return how many lines the database has not taken yet, or had not when we closed."""
        return len(self._outbox)

    def put(self, points: Sequence[Point]) -> None:
        """Take points over, durably; those there is no room for are dropped and counted."""
        lines = [text for text in map(line, points) if text]
        for at in range(0, len(lines), _LINES_A_PARCEL):
            parcel = lines[at : at + _LINES_A_PARCEL]
            if not self._outbox.put(parcel):
                self._say("dropped", "no room for what the time-series database does not take")
                self.counts["dropped"] += len(parcel)
        self._put.set()

    def close(self) -> None:
        """Try once more what is left; what still waits does so until we are back."""
        self._stopping.set()
        self._put.set()
        self._thread.join()
        self._client.close()
        self._outbox.close()

    def _run(self) -> None:
        while parcel := self._next():
            pieces = [parcel.lines]
            wait_s = self._retry_s
            while pieces:
                if self._deliver(pieces):
                    wait_s = self._retry_s
                elif self._stopping.wait(wait_s):
                    return
                else:
                    wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
            self._outbox.done(parcel)

    def _next(self) -> Parcel | None:
        """Wait for lines; None: there are none, and there will be none."""
        while (parcel := self._outbox.first()) is None and not self._stopping.is_set():
            self._put.wait()
            self._put.clear()
        return parcel

    def _deliver(self, pieces: list[tuple[bytes, ...]]) -> bool:
        """Write the last piece; return False when it has to be tried again.

        What is refused is halved until the lines at fault stand alone: the others are taken.
        """
        lines = pieces[-1]
        error = self._try(b"\n".join(lines))
        if error is None:
            self.counts["written"] += len(lines)
        elif getattr(error, "status", None) not in _REFUSED:
            self._say("failures", f"the time-series database takes nothing: {error}")
            self.counts["failures"] += 1
            return False
        elif len(lines) == 1:
            self._say("refused", f"the time-series database refuses a line: {error}")
            self.counts["refused"] += 1
        pieces.pop()
        if error is not None and len(lines) > 1:
            middle = len(lines) // 2
            pieces += [lines[middle:], lines[:middle]]
        return True

    def _try(self, body: bytes) -> Exception | None:
        try:
            self._api.write(self._bucket, self._org, body, write_precision="ns")
        except (ApiException, HTTPError, OSError) as error:
            return error
        return None

    def _say(self, what: str, text: str) -> None:
        """Say a thing once where it is seen, then only to who looks closely."""
        log.log(logging.DEBUG if self.counts[what] else logging.WARNING, text)
