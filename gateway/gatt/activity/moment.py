"""What stands in front of every value: which session it belongs to, and when in it."""

from typing import Any, Final

import msgspec

from gateway.gatt.layout import U8, U16, U24, U32, Field, Flags, Layout

_FLAGS_AT: Final = 1  # behind the segmentation header
_FLAG_FIELDS: Final = {1: U8, 2: U16, 3: U24, 4: U32}


class Moment(msgspec.Struct, frozen=True):
    """When something was so."""

    session: int
    sub_session: int
    at_s: int  # since the session's start
    sequence: int
    is_worn: bool | None  # None: this kind of value cannot tell


class Reading:
    """A layout behind a moment."""

    def __init__(self, uuid: str, flag_bytes: int, *fields: Field, worn_flag: int = 0) -> None:
        known = worn_flag
        for field in fields:
            known |= field.flag
        head = U8, _FLAG_FIELDS[flag_bytes], U16, U16, U32, U32
        flags = Flags(known, flag_bytes, _FLAGS_AT)
        self._layout = Layout(uuid, *head, *fields, flags=flags)
        self._worn_flag = worn_flag

    def read(self, value: bytes) -> tuple[Any, ...]:
        """Return the moment and one value a field; raise MalformedValue for no value."""
        _, flags, session, sub_session, at_s, sequence, *values = self._layout.read(value)
        is_worn = bool(flags & self._worn_flag) if self._worn_flag else None
        return Moment(session, sub_session, at_s, sequence, is_worn), *values
