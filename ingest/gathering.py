"""How many messages are worth waiting for, before they are made durable together."""

from typing import Final

_FEWEST: Final = 16  # even a broker of default settings lets so many be on their way
_GROUPS_BEFORE_MORE: Final = 256


class Gathering:
    """Learns it: a commit costs much the same for one as for a hundred.

    But a broker may hold back the rest until the first are acknowledged, and then waiting for
    more is in vain. So after a pause that was, no more is waited for than came, for a while.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._content_for = 0  # groups
        self.enough = min(_FEWEST, most)

    def took(self, messages: int) -> None:
        """Learn from a group; a small one is a quiet time and tells nothing of a broker."""
        if messages < min(_FEWEST, self._most):
            return
        if messages < self.enough:
            self.enough = messages
            self._content_for = _GROUPS_BEFORE_MORE
        elif self._content_for > 0:
            self._content_for -= 1
        else:
            self.enough = min(2 * self.enough, self._most)
