"""Every device that was met, by the address that it is heard under."""

from collections.abc import Iterator

from gateway import wire
from gateway.patience import Patience
from gateway.session import Session
from gateway.state import State

_ENOUGH = 64  # devices, beyond which it is worth to look whom to forget


class Sessions:
    """Finds a device; forgets what is gone for good."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._by_address: dict[str, Session] = {}

    def __iter__(self) -> Iterator[Session]:
        return iter(self._by_address.values())

    def at(self, address: str) -> Session | None:
        return self._by_address.get(address)

    def add(self, address: str, session: Session) -> None:
        self._by_address[address] = session

    def named(self, device: str) -> Session | None:
        """Return a device by its name or its address; of two addresses, the one heard last."""
        named = [session for session in self if session.device == device]
        newest = max(named, key=lambda it: (it.is_connected, it.heard_us), default=None)
        return newest or self._by_address.get(device.upper())

    def seen(self) -> tuple[wire.Seen, ...]:
        """Return every device that has a name, once."""
        names = dict.fromkeys(session.device for session in self if session.device)
        newest = (self.named(name) for name in names)
        return tuple(seen for it in newest if it and (seen := it.seen()))

    def gone(self, now_us: int) -> list[Session]:
        """Forget devices that have been lost for long; return them."""
        if len(self._by_address) < _ENOUGH:
            return []
        gone = {
            it: session
            for it, session in self._by_address.items()
            if self._is_gone(session, now_us)
        }
        for address in gone:
            del self._by_address[address]
        return list(gone.values())

    def _is_gone(self, session: Session, now_us: int) -> bool:
        if session.state is not State.LOST:
            return False
        silent_s = (now_us - session.heard_us) / 1e6
        if session.device is None or self.named(session.device) is not session:
            return silent_s > self._patience.forget_nameless_s
        return silent_s > self._patience.forget_s
