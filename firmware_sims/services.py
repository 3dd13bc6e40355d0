"""What a GATT table is made of, and the standard services that every device here offers."""

import struct
import time
from collections.abc import Callable
from typing import TypeAlias

from bumble.att import ATT_READ_NOT_PERMITTED_ERROR, ATT_Error
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

Value: TypeAlias = Characteristic[bytes]
_Is = Characteristic.Properties


def readable(uuid: int | str, read: Callable[[], bytes], *, notified: bool = False) -> Value:
    """Return a characteristic that may be read at any time."""
    properties = _Is.READ | _Is.NOTIFY if notified else _Is.READ
    value = CharacteristicValue[bytes](read=lambda _: read())
    return Characteristic(_uuid(uuid), properties, Characteristic.READABLE, value)


def notified(uuid: int | str) -> Value:
    """Return a characteristic that only speaks."""
    value = CharacteristicValue[bytes](read=_refuse)
    return Characteristic(_uuid(uuid), _Is.NOTIFY, Characteristic.Permissions(0), value)


def written(
    uuid: int | str, write: Callable[[Connection, bytes], None], *, with_response: bool
) -> Value:
    """Return a characteristic that only listens."""
    properties = _Is.WRITE if with_response else _Is.WRITE_WITHOUT_RESPONSE
    value = CharacteristicValue[bytes](read=_refuse, write=write)
    return Characteristic(_uuid(uuid), properties, Characteristic.WRITEABLE, value)


def service(uuid: int | str, *values: Value) -> Service:
    """Return a primary service of these characteristics."""
    return Service(_uuid(uuid), values)


def device_information(model: str, serial: str) -> Service:
    """Return Device Information (180A)."""
    return service(
        0x180A,
        _text(0x2A29, "Kindstep Sims"),
        _text(0x2A24, model),
        _text(0x2A25, serial),
        _text(0x2A26, "1.0.0"),
    )


def date_time(unix_s: int) -> bytes:
    """Return a Date Time (2A08) as it stands in other values."""
    return struct.pack("<HBBBBB", *time.gmtime(unix_s)[:6])


def _text(uuid: int, text: str) -> Value:
    return readable(uuid, text.encode)


def _refuse(_: Connection) -> bytes:
    raise ATT_Error(ATT_READ_NOT_PERMITTED_ERROR)


def _uuid(uuid: int | str) -> UUID:
    return UUID.from_16_bits(uuid) if isinstance(uuid, int) else UUID(uuid)
