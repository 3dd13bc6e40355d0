"""What happened to one sensor so far: its state, and why it is in it."""

import logging
from collections.abc import Callable

from gateway.state import Event, State, step

log = logging.getLogger(__name__)


class Life:
    """Follows one sensor through its states; nothing else may set one."""

    def __init__(self, name: str, now_us: Callable[[], int], lost_after_s: float) -> None:
        self.name = name
        self.why = ""  # it is not connected
        self.heard_us = now_us()
        self._now_us, self._lost_after_us = now_us, lost_after_s * 1e6
        self._state = State.SEEN

    @property
    def state(self) -> State:
        """Return where it is now; silence alone makes it lost."""
        silent_us = self._now_us() - self.heard_us
        if self._state is State.SEEN and silent_us > self._lost_after_us:
            self.happened(Event.SILENT)
        return self._state

    def heard(self) -> None:
        """Take note of an advert, or of something it said."""
        self.heard_us = self._now_us()
        if self._state is State.LOST:  # nowhere else it changes anything, however often
            self.happened(Event.HEARD)

    def happened(self, event: Event, why: str = "") -> None:
        """Go on to the state after an event."""
        following = step(self._state, event)
        if following is self._state:
            return
        log.debug("%s: %s, so %s", self.name, event.name, following)
        self._state = following
        if event not in {Event.HEARD, Event.SILENT}:
            self.why = why
