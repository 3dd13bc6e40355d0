"""What every whole page of staff says: whose it is, and which menu goes with it."""

from typing import Any

from sqlalchemy import Connection

from people import registry
from web.guard import Visit


def everywhere(db: Connection, visit: Visit) -> dict[str, Any]:
    """Return it; pieces of a page need its language and its time alone."""
    own_name = registry.name_of(db, visit.actor.person)
    return within(visit) | {"role": visit.actor.role.value, "own_name": own_name}


def within(visit: Visit) -> dict[str, Any]:
    """Return what a piece of such a page says."""
    return {"lang": visit.reads, "now_us": visit.now_us}
