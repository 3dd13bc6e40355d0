"""How every process writes what it does: a line for people, or a JSON object for programs.

Radio addresses are taken out here too: what a Bluetooth stack writes passes through as well.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from gateway.redaction import without_addresses

Form: TypeAlias = Literal["text", "json"]

_LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def begin(form: Form, *, verbose: bool) -> None:
    """Write to standard error from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Text(_LINE))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_addresses(super().format(record))


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "at": at,
            "level": record.levelname.lower(),
            "part": record.name,
            "says": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return without_addresses(json.dumps(line, ensure_ascii=False))
