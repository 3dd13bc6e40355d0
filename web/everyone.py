"""Who is here: everybody a hub knows, found by name, id or device, some at a time."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import Connection

from people import registry
from people.registry import Role

AT_ONCE: Final = 50
_ROLES: Final = (
    Role.COACH,
    Role.RESEARCHER,
    Role.OPERATOR,
    Role.SPONSOR,
    Role.PARTICIPANT,
)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody, and what they wear now."""

    who: str
    name: str
    role: Role
    wears: tuple[str, ...]

    def matches(self, find: str) -> bool:
        """Tell whether name, id or a device has these letters, whatever their accents."""
        wanted = _plain(find)
        return any(wanted in _plain(each) for each in (self.name, self.who, *self.wears))


@dataclass(frozen=True, slots=True)
class Everyone:
    """Whoever was looked for, one page of them."""

    find: str
    page: int  # from 1
    pages: int
    count: int  # on all pages
    shown: tuple[Known, ...]

    def at(self, page: int) -> str:
        """Return how an address asks for one of its pages."""
        return urlencode({"find": self.find, "page": page})


def everyone(db: Connection, asked: Mapping[str, str], now_us: int) -> Everyone:
    """Return whom an address asks for by `find` and `page`, or the nearest page there is."""
    find, number = asked.get("find", "").strip(), asked.get("page", "")[:6]
    found = tuple(each for each in _everybody(db, now_us) if each.matches(find))
    pages = max(1, -(-len(found) // AT_ONCE))
    page = min(max(1, int(number) if number.isdecimal() else 1), pages)
    shown = found[(page - 1) * AT_ONCE : page * AT_ONCE]
    return Everyone(find, page, pages, len(found), shown)


def _everybody(db: Connection, now_us: int) -> Iterator[Known]:
    for role in _ROLES:
        people = registry.persons_of(db, role)
        names = registry.names_of(db, people)
        worn = registry.devices_of_all(db, people, now_us)
        for who in people:
            yield Known(who, names[who], role, worn[who])


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each))
