"""`python -m gateway.support_page docs/sensors.md` renews the tables of that page.

They stand between two comments each; what else the page says is written by hand.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from gateway.adverts.table import ADVERTS
from gateway.discovery import KINDS
from gateway.gatt.service import Service, short
from gateway.gatt.table import SERVICES
from gateway.trackers import TRACKERS

_ASKED_OF_EVERY_DEVICE: Final = {
    "180f": "battery of every device",
    "180a": "its serial number names it",
    "1805": "its clock is read, and set on each connection and when asked",
    "1802": "rings when asked",
}


def renewed(page: str) -> str:
    """Return the page with its tables as the code has them now."""
    for name, rows in _TABLES.items():
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        table = "\n".join(rows())
        page = block.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", page)
    return page


def _services() -> Iterator[str]:
    yield "| service | held as | characteristics |"
    yield "|---|---|---|"
    for service in SERVICES:
        known = ", ".join(
            f"{each.name} `{short(each.uuid).upper()}`" for each in service.characteristics
        )
        yield f"| {service.name} `{short(service.uuid).upper()}` | {_held(service)} | {known} |"
    known = ", ".join(f"{each.name} `{short(each.uuid).upper()}`" for each in ADVERTS)
    yield f"| adverts, by the service their data belongs to | | {known} |"


def _held(service: Service) -> str:
    for kind in KINDS:
        by_name = kind.local_name and service.name.startswith(kind.local_name)
        if kind.service == service.uuid or by_name:
            return kind.reported.replace("_", " ")
    return _ASKED_OF_EVERY_DEVICE.get(short(service.uuid), "")


def _trackers() -> Iterator[str]:
    yield "| device | | by | what, or why not |"
    yield "|---|---|---|---|"
    for tracker in TRACKERS:
        service = f"`{tracker.service.upper()}`" if tracker.service else ""
        yield f"| {tracker.name} | {tracker.verdict.value} | {service} | {tracker.why} |"


_TABLES: Final[dict[str, Callable[[], Iterator[str]]]] = {
    "services": _services,
    "trackers": _trackers,
}

if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
