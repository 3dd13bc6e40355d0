"""What the doors of all topics have in common."""

from coaching.grounds import Grounds
from coaching.protocol import Protocol


class Door:
    """What is asked of one topic; each call is a function of the database and the time."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds

    @property
    def protocol(self) -> Protocol:
        """What the study chose."""
        return self._grounds.protocol
