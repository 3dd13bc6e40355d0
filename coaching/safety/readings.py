"""Readings at home beyond a clinician's bounds: one is enough, if its device stands by it."""

from collections.abc import Iterator
from typing import Final

from analytics.scores import TOLD, Reading
from coaching.safety.rules import Measured, Safety
from people.sentence import Sentence, say

#: By stream: what its first and its second value are.
_MEASURED: Final[dict[str, tuple[Measured, ...]]] = {
    "blood_pressure": ("systolic", "diastolic"),
    "temperature": ("temperature",),
    "spo2": ("oxygen",),
}
_CALLED: Final[dict[Measured, Sentence]] = {
    "systolic": say("Systolic pressure"),
    "diastolic": say("Diastolic pressure"),
    "temperature": say("Temperature"),
    "oxygen": say("Oxygen"),
}


def red_flags(reading: Reading, rules: Safety) -> Iterator[tuple[str, Sentence]]:
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
        called = _CALLED[what]
        seen = say(
            "%(sign)s of %(value)s %(unit)s",
            sign=called,
            value=f"{value:g}",
            unit=TOLD[reading.stream].unit,
        )
        kind = str(called).lower()
        if bound.low is not None and value <= bound.low:
            limit = f"{bound.low:g}"
            yield kind, say("%(seen)s, at or below %(limit)s", seen=seen, limit=limit)
        if bound.high is not None and value >= bound.high:
            limit = f"{bound.high:g}"
            yield kind, say("%(seen)s, at or above %(limit)s", seen=seen, limit=limit)
