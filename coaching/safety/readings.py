"""Readings at home beyond a clinician's bounds: one is enough, if its device stands by it."""

from collections.abc import Iterator
from typing import Final

from analytics.scores import TOLD, Reading
from coaching.safety.rules import Measured, Safety

#: By stream: what its first and its second value are.
_MEASURED: Final[dict[str, tuple[Measured, ...]]] = {
    "blood_pressure": ("systolic", "diastolic"),
    "temperature": ("temperature",),
    "spo2": ("oxygen",),
}
_CALLED: Final = {"systolic": "systolic pressure", "diastolic": "diastolic pressure"}


def red_flags(reading: Reading, rules: Safety) -> Iterator[tuple[str, str]]:
    """Yield kind and words of each value that is beyond its bound.

    A reading that its own device doubts is no evidence: the page asks for another one.
    """
    if reading.quality:
        return
    values = (reading.value, reading.second)
    for what, value in zip(_MEASURED.get(reading.stream, ()), values, strict=False):
        bound = rules.readings.get(what)
        if bound is None or value is None:
            continue
        name, unit = _CALLED.get(what, what), TOLD[reading.stream].unit
        if bound.low is not None and value <= bound.low:
            yield name, f"{name.capitalize()} of {value:g} {unit}, at or below {bound.low:g}"
        if bound.high is not None and value >= bound.high:
            yield name, f"{name.capitalize()} of {value:g} {unit}, at or above {bound.high:g}"
