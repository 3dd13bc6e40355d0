"""A browser's notification, by the push service of its maker (RFC 8030, 8291, 8292).

The service sees whom it is for by an opaque address and how long it is; the words are encrypted
for that browser alone.
"""

import base64
import hashlib

import msgspec
import requests
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from webpush import WebPush, WebPushSubscription
from webpush.vapid import VAPID

from coaching.post.channels import Parcel, Undelivered

_TIMEOUT_S = 10
_GONE = frozenset({404, 410})
_REFUSED = frozenset({400, 401, 403, 413})


class WebPushChannel:
    """Sends as the study, whose keys browsers were given when they subscribed."""

    def __init__(self, private_pem: bytes, contact: str) -> None:
        self._push = WebPush(private_pem, _public_pem(private_pem), subscriber=contact)

    def send(self, parcel: Parcel, now_us: int) -> None:
        subscription = WebPushSubscription.model_validate_json(parcel.address)
        words = {"id": parcel.message, "tag": parcel.key, "text": parcel.lock_text}
        left_s = max(0, parcel.expires_us - now_us) // 1_000_000
        try:
            sealed = self._push.get(msgspec.json.encode(words), subscription, ttl=left_s)
        except ValueError as error:  # a key that is no point of the curve
            raise Undelivered(f"no such browser: {error}", gone=True) from error
        headers = {name: str(value) for name, value in sealed.headers.items()}
        headers |= {"topic": _topic(parcel.key), "urgency": "normal"}
        _post(str(subscription.endpoint), sealed.encrypted, headers)

    def receipt_us(self, ref: str) -> int | None:
        del ref  # the browser tells our own page
        return None


def new_key() -> str:
    """Return a new private key as PEM."""
    return VAPID.generate_keys()[0].decode()


def public_key(private_pem: bytes) -> str:
    """Return what a browser is given to subscribe with."""
    return VAPID.get_application_server_key(_key(private_pem).public_key())


def _key(private_pem: bytes) -> EllipticCurvePrivateKey:
    key = load_pem_private_key(private_pem, None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("the key of web push is of an elliptic curve")
    return key


def _public_pem(private_pem: bytes) -> bytes:
    public = _key(private_pem).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _post(url: str, body: bytes, headers: dict[str, str]) -> None:
    try:
        answer = requests.post(
            url, data=body, headers=headers, timeout=_TIMEOUT_S, allow_redirects=False
        )
    except requests.RequestException as error:
        raise Undelivered(type(error).__name__) from error
    if not answer.ok:
        gone = answer.status_code in _GONE | _REFUSED
        raise Undelivered(f"push service says {answer.status_code}", gone=gone)


def _topic(key: str) -> str:
    """Return a name by which a waiting push is replaced, not doubled."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()[:24]).decode()
