"""Requests that may arrive twice, from a phone that lost the answer to the first."""

from sqlalchemy import Connection, delete

from coaching.daytime import DAY_US
from coaching.tables import requests_done
from ingest.store import insert_once

_KEPT_US = 30 * DAY_US


def is_first(db: Connection, participant: str, key: str, now_us: int) -> bool:
    """Note a request by its key; tell whether it is new."""
    db.execute(delete(requests_done).where(requests_done.c.at_us < now_us - _KEPT_US))
    row = {"participant": participant, "key": key, "at_us": now_us}
    return insert_once(db, requests_done, row)
