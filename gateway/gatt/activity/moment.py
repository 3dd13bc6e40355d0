"""What stands in front of every value: which session it belongs to, and when in it."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from gateway.gatt.field import U8, U16, U32, Field, Part, bit
from gateway.gatt.layout import Layout

R = TypeVar("R")


class Moment(msgspec.Struct, frozen=True):
    """When something was so."""

    session: int
    sub_session: int
    at_s: int  # since the session's start
    sequence: int
    is_worn: bool | None  # None: this kind of value cannot tell


def reading(
    uuid: str, record: Callable[..., R], flags: Field, *fields: Field, worn_flag: int = 0
) -> Callable[[bytes], R]:
    """Return the decode() of a layout behind a moment."""
    is_worn = bit(worn_flag) if worn_flag else None
    moment = Part(Moment, (U16, U16, U32, U32, is_worn))
    segmentation = U8.skipped()
    return Layout(uuid, record, segmentation, flags, moment, *fields).read
