"""What a passkey has to sign: each challenge is good once and for a few minutes."""

import secrets
import threading
from collections import OrderedDict
from typing import Any, Final

from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException

_VALID_US: Final = 300_000_000
_KEPT: Final = 10_000


class Challenges:
    """Remembers, in memory, what was asked."""

    def __init__(self) -> None:
        self._asked: OrderedDict[bytes, int] = OrderedDict()  # until when each is good
        self._lock = threading.Lock()

    def new(self, now_us: int) -> bytes:
        """Return a challenge."""
        challenge = secrets.token_bytes(32)
        with self._lock:
            self._asked[challenge] = now_us + _VALID_US
            if len(self._asked) > _KEPT:
                self._asked.popitem(last=False)
        return challenge

    def use(self, credential: dict[str, Any], now_us: int) -> bytes | None:
        """Return the challenge that a credential answers, used up; None for none of ours."""
        challenge = _answered(credential)
        with self._lock:
            until_us = self._asked.pop(challenge, 0) if challenge else 0
        return challenge if now_us < until_us else None


def _answered(credential: dict[str, Any]) -> bytes | None:
    try:
        said = base64url_to_bytes(credential["response"]["clientDataJSON"])
        return parse_client_data_json(said).challenge
    except (ValueError, KeyError, TypeError, AttributeError, WebAuthnException):
        return None  # whoever sends this is no browser of ours
