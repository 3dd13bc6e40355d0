"""Signatures of what is told, as https://www.standardwebhooks.com has them."""

import base64
import hashlib
import hmac
from typing import Final

_PREFIX: Final = "whsec_"


def secret_of(key: bytes, webhook: str) -> str:
    """Return the secret of a webhook: made from the site's key, so that none is kept."""
    return _PREFIX + base64.b64encode(_mac(key, webhook.encode())).decode()


def headers(secret: str, delivery: str, at_s: int, body: bytes) -> dict[str, str]:
    """Return what proves that we say this now."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    mac = _mac(key, b"%s.%d.%s" % (delivery.encode(), at_s, body))
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()
