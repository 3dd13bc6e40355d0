"""The calendars of people, each asked for when it is first needed."""

from sqlalchemy import Connection

from people import registry
from people.registry import Calendar


class Calendars(dict[str, Calendar]):
    """By person, for the length of one piece of work."""

    def __init__(self, db: Connection) -> None:
        super().__init__()
        self._db = db

    def __missing__(self, participant: str) -> Calendar:
        self[participant] = found = registry.calendar(self._db, participant)
        return found
