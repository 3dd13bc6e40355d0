"""Glucose Measurement Context (GATT 0x2A34): what its wearer ate, did and took.

Layout: Bluetooth Glucose Service 1.0, section 3.2.
"""

from enum import IntEnum
from typing import Any, Final

import msgspec

from gateway.gatt.field import FLAGS_8, SFLOAT, U8, U16, Either, choice
from gateway.gatt.ieee11073 import Number, sfloat_times
from gateway.gatt.layout import Layout

UUID: Final = "00002a34-0000-1000-8000-00805f9b34fb"

_MILLILITRES: Final = 0x20
_OVERRUN: Final = 0xFFFF

#: On the wire it is kilograms or litres.
_FROM_THOUSANDS: Final = U16.through(sfloat_times(3))
_FROM_MILLIONS: Final = U16.through(sfloat_times(6))


class Carbohydrate(IntEnum):
    """With which meal."""

    BREAKFAST = 1
    LUNCH = 2
    DINNER = 3
    SNACK = 4
    DRINK = 5
    SUPPER = 6
    BRUNCH = 7


class Meal(IntEnum):
    """When in respect to a meal."""

    BEFORE = 1
    AFTER = 2
    FASTING = 3
    CASUAL = 4
    BEDTIME = 5


class Tester(IntEnum):
    """Who measured."""

    SELF = 1
    PROFESSIONAL = 2
    LABORATORY = 3


class Health(IntEnum):
    """How the wearer was."""

    MINOR_ISSUES = 1
    MAJOR_ISSUES = 2
    MENSES = 3
    STRESS = 4
    NO_ISSUES = 5


class Medication(IntEnum):
    """What was taken."""

    RAPID_INSULIN = 1
    SHORT_INSULIN = 2
    INTERMEDIATE_INSULIN = 3
    LONG_INSULIN = 4
    PREMIXED_INSULIN = 5


_TESTERS: Final = {member.value: member for member in Tester}
_HEALTH: Final = {member.value: member for member in Health}


class Context(msgspec.Struct, frozen=True):
    """What belongs to the record of the same sequence number."""

    sequence: int
    carbohydrate: Carbohydrate | None
    carbohydrate_g: Number | None
    meal: Meal | None
    tester: Tester | None
    health: Health | None
    exercise_s: int | None  # None: none, or longer than a number can hold
    exercise_percent: int | None
    medication: Medication | None
    medication_mg: Number | None
    medication_ml: Number | None
    hba1c_percent: Number | None


def _context(
    sequence: int,
    eaten: Carbohydrate | None,
    grams: Number | None,
    meal: Meal | None,
    people: int | None,
    *others: Any,  # noqa: ANN401 - as the rows behind them
) -> Context:
    if people is None:
        return Context(sequence, eaten, grams, meal, None, None, *others)
    tester, health = _TESTERS.get(people & 0xF), _HEALTH.get(people >> 4)
    return Context(sequence, eaten, grams, meal, tester, health, *others)


decode: Final = Layout(
    UUID,
    _context,
    FLAGS_8,
    U16,
    U8.skipped().when(0x80),
    choice(Carbohydrate).when(0x01),
    _FROM_THOUSANDS.when(0x01),
    choice(Meal).when(0x02),
    U8.when(0x04),
    U16.but(_OVERRUN).when(0x08),
    U8.when(0x08),
    choice(Medication).when(0x10),
    Either(_MILLILITRES, None, _FROM_MILLIONS.when(0x10)),
    Either(_MILLILITRES, _FROM_THOUSANDS.when(0x10), None),
    SFLOAT.when(0x40),
).read
