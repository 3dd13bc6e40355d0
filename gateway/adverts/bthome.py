"""BTHome version 2: service data of FCD2 in an advert, plain or encrypted.

Layout: bthome.io/format and bthome.io/encryption, version 2: u8 info (1 encrypted, 4 sent only
when something happens, the version in the three highest bits), then objects: u8 number, value.
An encrypted one ends with u32 counter and four bytes of AES-CCM's check.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from gateway.adverts.bthome_objects import OBJECTS, Object
from gateway.gatt.errors import MalformedValue

UUID: Final = "0000fcd2-0000-1000-8000-00805f9b34fb"

_ENCRYPTED: Final = 0x01
_ON_EVENT: Final = 0x04
_VERSION: Final = 2
_COUNTER_BYTES: Final = 4
_CHECK_BYTES: Final = 4
_UUID_IN_NONCE: Final = bytes.fromhex("d2fc")
_known: Final = OBJECTS.get
_whole: Final = int.from_bytes


class NoCipher(RuntimeError):
    """Adverts are encrypted, and nothing here can decrypt."""


class Measurement(msgspec.Struct, frozen=True):
    """One object."""

    name: str
    value: float | str
    unit: str


class BTHome(msgspec.Struct, frozen=True):
    """One advert."""

    is_encrypted: bool
    is_event: bool  # sent only when something happens
    measurements: tuple[Measurement, ...]
    unknown: int | None  # the object from which on nothing could be read


def decode(value: bytes) -> BTHome:
    """Read a plain advert, of an encrypted one only that it is; raise MalformedValue."""
    info = _info(value)
    return _read(value, info, b"" if info & _ENCRYPTED else value[1:])


def counter(value: bytes) -> int:
    """Return the number of an encrypted advert that was read: each has a higher one."""
    return int.from_bytes(value[-_COUNTER_BYTES - _CHECK_BYTES : -_CHECK_BYTES], "little")


def decrypter(key: bytes) -> Callable[[bytes, str], BTHome]:
    """Return what reads one device's encrypted adverts, by value and address.

    Raises NoCipher where the package that decrypts is not installed.
    """
    try:  # only where something is encrypted: it is a third as large as all the rest
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESCCM
    except ImportError as missing:
        raise NoCipher("encrypted adverts need: pip install 'kindstep[adverts]'") from missing

    cipher = AESCCM(key, tag_length=_CHECK_BYTES)

    def decrypt(value: bytes, address: str) -> BTHome:
        info, tail = _info(value), _COUNTER_BYTES + _CHECK_BYTES
        sealed, counter = value[1:-tail], value[-tail:-_CHECK_BYTES]
        if not info & _ENCRYPTED or len(counter) < _COUNTER_BYTES or not sealed:
            raise MalformedValue(UUID, value)  # a plain one could be anybody's
        who = bytes.fromhex(address.replace(":", ""))
        nonce = who + _UUID_IN_NONCE + value[:1] + counter
        try:
            plain = cipher.decrypt(nonce, sealed + value[-_CHECK_BYTES:], None)
        except InvalidTag as error:
            raise MalformedValue(UUID, value) from error
        return _read(value, info, plain)

    return decrypt


def _info(value: bytes) -> int:
    if not value or value[0] >> 5 != _VERSION:
        raise MalformedValue(UUID, value)
    return value[0]


def _read(value: bytes, info: int, objects: bytes) -> BTHome:
    measurements: list[Measurement] = []
    at, end, unknown = 0, len(objects), None
    while at < end:
        known = _known(objects[at])
        if known is None:
            unknown = objects[at]  # nobody knows where it ends
            break
        begin, size = at + 1, known.size
        if not size:
            begin, size = begin + 1, _length(value, objects, begin)
        at = begin + size
        raw = objects[begin:at]
        if len(raw) != size:
            raise MalformedValue(UUID, value)
        if known.size:
            number = _whole(raw, "little", signed=known.signed)
            said = number if known.per_unit == 1 else number / known.per_unit
        else:
            said = _string(value, known, raw)
        measurements.append(Measurement(known.name, said, known.unit))
    return BTHome(info & _ENCRYPTED != 0, info & _ON_EVENT != 0, tuple(measurements), unknown)


def _length(value: bytes, objects: bytes, at: int) -> int:
    if at == len(objects):
        raise MalformedValue(UUID, value)
    return objects[at]


def _string(value: bytes, known: Object, raw: bytes) -> str:
    if known.unit == "hex":
        return raw.hex()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedValue(UUID, value) from error
