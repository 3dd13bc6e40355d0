"""What a description of a sensor may say: its service, characteristics and their fields."""

import re
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from gateway.gatt.service import assigned

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SHORT: Final = re.compile(r"[0-9a-f]{4}")
_LONG: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Bits: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFF)]
Positive: TypeAlias = Annotated[float, msgspec.Meta(gt=0)]
Type: TypeAlias = Literal[
    "u8", "u16", "u24", "u32", "u64", "i8", "i16", "i24", "i32", "sfloat", "float",
    "date_time", "user", "flags8", "flags16", "flags24", "flags32", "bit",
]  # fmt: skip

FLAG_BYTES: Final = {"flags8": 1, "flags16": 2, "flags24": 3, "flags32": 4}
MEDICAL: Final = {"sfloat", "float"}
_NUMBERS: Final = {"u8", "u16", "u24", "u32", "u64", "i8", "i16", "i24", "i32"}


class FieldDescription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of a table; a row without a name is stepped over."""

    type: Type
    name: str = ""
    when: Bits = 0  # any of these flags announces it; 0: always there
    bit: Bits = 0  # of a `bit`: the flag that it tells
    known: Bits = 0  # of flags: those with a meaning beside what the other rows name
    per_unit: Positive = 1  # the whole number is divided by it
    absent: int | None = None  # the whole number that stands for "not known"
    unit: str = ""
    stream: str = ""  # the stream it is told in; none: it is only decoded
    resolution: Positive | None = None  # of the stream; none: that of the whole number

    def __post_init__(self) -> None:
        if self.name and not _NAME.fullmatch(self.name):
            raise ValueError(f"name {self.name!r} is not lower case, digits and _")
        if (self.type == "bit") != bool(self.bit):
            raise ValueError('a `bit` and only a `bit` says which: bit = 0x01, type = "bit"')
        if self.type not in _NUMBERS and (self.per_unit != 1 or self.absent is not None):
            raise ValueError(f"per_unit and absent are for whole numbers, not {self.type}")
        if self.stream:
            self._check_stream()

    def _check_stream(self) -> None:
        if not _NAME.fullmatch(self.stream):
            raise ValueError(f"stream {self.stream!r} is not lower case, digits and _")
        if self.type not in _NUMBERS | MEDICAL:
            raise ValueError(f"a {self.type} is no stream of numbers")
        if not self.name or not self.unit:
            raise ValueError("a stream needs a name and a unit")
        if self.type in MEDICAL and self.resolution is None:
            raise ValueError(f"a stream of {self.type} needs a resolution")


class CharacteristicDescription(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """One table."""

    uuid: str
    name: str
    field: tuple[FieldDescription, ...]

    def __post_init__(self) -> None:
        long_uuid(self.uuid)
        named = [field.name for field in self.field if field.name]
        if len(set(named)) < len(named) or not named:
            raise ValueError("its fields need names, each another")
        self._check_flags()

    def _check_flags(self) -> None:
        flags = [at for at, field in enumerate(self.field) if field.type in FLAG_BYTES]
        uses = [field for field in self.field if field.when or field.bit]
        if len(flags) > 1 or (uses and not flags):
            raise ValueError("`when` and `bit` need one row of flags, and no more than one")
        if flags and any(field.when for field in self.field[: flags[0] + 1]):
            raise ValueError(
                "what stands before the flags, and they themselves, is always there"
            )


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sort of sensor."""

    name: str  # first part of its devices' names
    service: str  # that its adverts name
    spot_check: bool = False  # it wakes to tell a reading or two, and sleeps again
    characteristic: tuple[CharacteristicDescription, ...]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"name {self.name!r} is not lower case, digits and _")
        long_uuid(self.service)
        if not self.characteristic:
            raise ValueError("it has no characteristic")


def long_uuid(text: str) -> str:
    """Return `2A37` or a maker's number in its long form; raise ValueError if it is neither."""
    number = text.lower()
    if _SHORT.fullmatch(number):
        return assigned(int(number, 16))
    if not _LONG.fullmatch(number):
        raise ValueError(f"{text!r} is neither four hex digits nor a whole UUID")
    return number
