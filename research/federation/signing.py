"""Messages in an envelope that says who wrote them: Ed25519."""

import hashlib
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from research.federation.messages import Answer, Ask, BrokenMessage

_KEY_BYTES: Final = 32
Message = TypeVar("Message", Ask, Answer)


class _Envelope(msgspec.Struct, frozen=True):
    message: msgspec.Raw
    key: str
    signature: str


class Key:
    """A site's key; its public half is the site's name to all others."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @classmethod
    def made(cls, path: Path) -> "Key":
        """Make a key and keep it in a new file that nobody else may read."""
        key = Ed25519PrivateKey.generate()
        with path.open("xb") as file:
            path.chmod(0o600)
            file.write(b64encode(key.private_bytes_raw()))
        return cls(key.private_bytes_raw())

    @classmethod
    def read(cls, path: Path) -> "Key":
        """Read a key that was made; raise BrokenMessage for a file that holds none."""
        try:
            secret = b64decode(path.read_bytes(), validate=True)
        except ValueError as error:
            raise BrokenMessage(f"{path} holds no key") from error
        if len(secret) != _KEY_BYTES:
            raise BrokenMessage(f"{path} holds no key")
        return cls(secret)

    @property
    def name(self) -> str:
        """Return the public half."""
        return b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, body: bytes) -> str:
        """Return a signature."""
        return b64encode(self._key.sign(body)).decode()


def sealed(message: Ask | Answer, key: Key) -> bytes:
    """Return a message in its envelope."""
    body = msgspec.json.encode(message)
    return msgspec.json.encode(_Envelope(msgspec.Raw(body), key.name, key.sign(body)))


def opened(envelope: bytes, kind: type[Message]) -> tuple[Message, str, str]:
    """Return a message, whose key signed it, and its hash; raise BrokenMessage."""
    try:
        outer = msgspec.json.decode(envelope, type=_Envelope)
        body = bytes(outer.message)
        public = Ed25519PublicKey.from_public_bytes(b64decode(outer.key, validate=True))
        public.verify(b64decode(outer.signature, validate=True), body)
        message = msgspec.json.decode(body, type=kind)
    except InvalidSignature:
        raise BrokenMessage("it was changed after it was signed") from None
    except (msgspec.DecodeError, ValueError) as error:
        raise BrokenMessage(f"it is no {kind.__name__.lower()}: {error}") from error
    return message, outer.key, hashlib.sha256(body).hexdigest()
