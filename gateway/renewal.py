"""Asks the hub now and then whether the token is to be renewed, and keeps the new one.

The new token is shown at once: that is what ends the old one, and with it the connection that
the publisher then makes anew. What was under way meanwhile is in the spool.
"""

import asyncio
import logging
from pathlib import Path

from gateway import tokens
from gateway.tokens import Hub, NotAdmitted

log = logging.getLogger(__name__)


class Renewal:
    """Keeps one gateway's token new."""

    def __init__(self, hub: Hub, token_file: Path, period_s: float) -> None:
        self._hub, self._file, self._period_s = hub, token_file, period_s
        self._fails = False  # and said so

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(self._period_s)

    def look(self) -> None:
        """Renew the token if it is time; whatever fails is tried again later."""
        try:
            while (new := self._hub.renew(tokens.read(self._file))) is not None:
                tokens.keep(self._file, new)
                log.info("the token was renewed")
        except (NotAdmitted, OSError) as error:
            log.log(_level(error, told=self._fails), "the token cannot be renewed: %s", error)
            self._fails = True
        else:
            self._fails = False


def _level(error: Exception, *, told: bool) -> int:
    if told:
        return logging.DEBUG
    for_good = isinstance(error, NotAdmitted) and error.for_good
    return logging.ERROR if for_good else logging.INFO
