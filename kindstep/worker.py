"""The hub's worker: a thread that goes on whenever something arrived, and twice a second."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)

_TURN_S: Final = 0.5  # how long a prompt may be overdue while nothing arrives
_GATHER_S: Final = 0.1  # a turn costs much the same for a hundred batches as for one


class Worker:
    """Does one turn after the other until it is stopped; `ended` holds what broke one."""

    def __init__(self, turn: Callable[[], None]) -> None:
        self._turn = turn
        self._arrived, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker")
        self._store_fails = False  # and said so
        self.ended: Future[None] = Future()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def arrived(self) -> None:
        """Say that something waits."""
        self._arrived.set()

    def stop(self) -> None:
        """End after a last turn, for what came last."""
        self._stopping.set()
        self._arrived.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            while not self._stopping.is_set():
                self._arrived.wait(_TURN_S)
                self._stopping.wait(_GATHER_S)
                self._arrived.clear()
                self._try_turn()
            self._try_turn()
            self.ended.set_result(None)
        except BaseException as error:
            self.ended.set_exception(error)
            raise

    def _try_turn(self) -> None:
        """Work on; what a full disk or a store that is away did not take is done again."""
        try:
            self._turn()
        except OperationalError as error:
            level = logging.DEBUG if self._store_fails else logging.ERROR
            log.log(level, "the store takes nothing, trying again: %s", error.orig)
            self._store_fails = True
        else:
            self._store_fails = False
