"""A copy of epochs and scores for a time-series database; losing it harms nobody.

Lines are our own bytes, written synchronously from a thread of ours: the client's batching mode
tells of errors only in a callback, and costs twenty times as much a point.
"""

import logging
import math
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

log = logging.getLogger(__name__)

Value: TypeAlias = bool | int | float | str

_TRIES: Final = 3
_RETRY_S: Final = 0.5
_TIMEOUT_MS: Final = 5_000
_LINES_A_REQUEST: Final = 5_000
_TOO_MANY_REQUESTS: Final = 429
_CONTROL: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MEASUREMENT: Final = str.maketrans({",": "\\,", " ": "\\ ", **_CONTROL})
_KEY: Final = str.maketrans({",": "\\,", " ": "\\ ", "=": "\\=", **_CONTROL})
_TEXT: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})


@dataclass(frozen=True, slots=True)
class Point:
    """Values at an instant; without a finite value it is nothing."""

    measurement: str
    tags: Mapping[str, str]
    fields: Mapping[str, Value]
    time_us: int


def line(point: Point) -> bytes:
    """Return a point as line protocol, its time in nanoseconds; b"" if it has no value."""
    fields = [
        f"{_name(key, _KEY)}={_value(value)}"
        for key, value in point.fields.items()
        if not isinstance(value, float) or math.isfinite(value)
    ]
    if not fields:
        return b""
    tags = [
        f",{_name(key, _KEY)}={_name(value, _KEY)}"
        for key, value in sorted(point.tags.items())
        if value
    ]
    measurement = _name(point.measurement, _MEASUREMENT)
    return f"{measurement}{''.join(tags)} {','.join(fields)} {point.time_us}000".encode()


def _name(text: str, escapes: Mapping[int, str]) -> str:
    # A backslash at the end would take the separator along; no escape exists for it.
    return text.rstrip("\\").translate(escapes)


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value}i"
        case float():
            return repr(value)
        case str():
            return f'"{value.translate(_TEXT)}"'


class Sink:
    """Takes points at any time and writes them when it can; counts what it cannot."""

    def __init__(
        self, url: str, *, org: str, bucket: str, token: str = "", limit_points: int = 100_000
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._org = org
        self._bucket = bucket
        self._limit = limit_points
        self._lines: list[bytes] = []
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._client: Any = InfluxDBClient(
            url, token, org=org, timeout=_TIMEOUT_MS, retries=False
        )
        self._api = self._client.write_api(write_options=SYNCHRONOUS)
        self._thread = threading.Thread(target=self._run, name="influx")
        self._thread.start()

    def put(self, points: Sequence[Point]) -> None:
        """Take points over without waiting; those beyond the limit are dropped and counted."""
        lines = [text for text in map(line, points) if text]
        with self._changed:
            room = self._limit - len(self._lines)
            self.counts["dropped"] += max(0, len(lines) - room)
            self._lines += lines[:room]
            self._changed.notify_all()

    def close(self) -> None:
        """Try once more what is left, then let go."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        while lines := self._take():
            self._write(lines)

    def _take(self) -> list[bytes]:
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._stopping.is_set())
            lines, self._lines = (
                self._lines[:_LINES_A_REQUEST],
                self._lines[_LINES_A_REQUEST:],
            )
            return lines

    def _write(self, lines: list[bytes]) -> None:
        for number in range(1, _TRIES + 1):
            error = self._try(b"\n".join(lines))
            if error is None:
                self.counts["written"] += len(lines)
                return
            log.log(
                logging.DEBUG if self.counts["failures"] else logging.WARNING,
                "the time-series database takes nothing: %s",
                error,
            )
            self.counts["failures"] += 1
            if _is_final(error) or self._stopping.wait(_RETRY_S * number):
                break
        self.counts["lost"] += len(lines)

    def _try(self, body: bytes) -> Exception | None:
        try:
            self._api.write(self._bucket, self._org, body, write_precision="ns")
        except (ApiException, HTTPError, OSError) as error:
            return error
        return None


def _is_final(error: Exception) -> bool:
    """Answer whether trying again cannot help: the database read it and said no."""
    status: int | None = getattr(error, "status", None)
    return status is not None and 400 <= status < 500 and status != _TOO_MANY_REQUESTS
