"""The wearable itself: it buzzes, if a gateway has it at hand within the minute."""

from collections.abc import Callable

from coaching.post.channels import Parcel, Undelivered
from ingest.commands import Commands

_MILD = 1


class WearableChannel:
    """Asks gateways to alert what a person wears; their answer is the receipt."""

    def __init__(
        self, commands: Commands, worn_by: Callable[[str, int], tuple[str, ...]]
    ) -> None:
        self._commands = commands
        self._worn_by = worn_by

    def send(self, parcel: Parcel, now_us: int) -> str:
        devices = self._worn_by(parcel.participant, now_us)
        if not devices:
            raise Undelivered("nothing is worn", gone=False)
        return self._commands.send(devices[0], "alert", _MILD, now_us)

    def receipt_us(self, ref: str) -> int | None:
        answer = self._commands.answer(ref)
        return answer.at_us if answer is not None and answer.done else None
