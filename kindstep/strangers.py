"""Devices that nobody is known to wear: what they say is stored, and scored for nobody."""

import logging
from collections.abc import Sequence

from ingest.log import Entry
from ingest.store import Store
from people import registry

log = logging.getLogger(__name__)


class Strangers:
    """Names each of them once, when it is first heard, so that someone assigns it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heard: set[str] = set()

    def stored(self, entries: Sequence[Entry]) -> None:
        """Look at devices that were not heard before."""
        new = {
            entry.batch.device: entry.batch.start_us
            for entry in entries
            if entry.batch.device not in self._heard
        }
        if not new:
            return
        self._heard.update(new)
        with self._store.reading() as db:
            for device, at_us in new.items():
                if registry.wearer(db, device, at_us) is None:
                    log.warning(
                        "nobody wears %s: it is stored, and scored for nobody yet", device
                    )
