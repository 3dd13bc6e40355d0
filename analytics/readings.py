"""What devices tell one reading at a time: weight, blood pressure, temperature, oximetry."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row, delete, select

from analytics.lookups import Day, Lookups
from analytics.minutes import MINUTE_US
from analytics.reading import AHEAD_US
from analytics.tables import readings
from gateway.wire import Batch
from ingest.log import Entry
from ingest.store import upsert

Convert = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one device, in the unit of its stream."""

    participant: str
    stream: str
    at_us: int
    device: str
    value: float  # blood pressure: the systolic one
    second: float | None  # blood pressure: the diastolic one
    quality: int  # of gateway.wire.Quality: what the device has against it
    received_us: int


@dataclass(frozen=True, slots=True)
class Told:
    """How the readings of a stream are kept."""

    unit: str
    from_units: Mapping[str, Convert]
    every_us: int = 1  # the newest in so long is kept
    device: str = ""  # the kind that it is kept of; of others it is a stream and no reading


def _same(value: float) -> float:
    return value


TOLD: Final = {
    "weight": Told("kg", {"kg": _same, "lb": lambda pounds: pounds * 0.45359237}),
    "blood_pressure": Told("mmHg", {"mmHg": _same, "kPa": lambda kpa: kpa * 7.500615}),
    "temperature": Told("°C", {"°C": _same, "°F": lambda degrees: (degrees - 32) / 1.8}),
    "spo2": Told("%", {"percent": _same}, every_us=MINUTE_US, device="oximeter"),
}


def of_entries(entries: Iterable[Entry], lookups: Lookups) -> list[Reading]:
    """Return the readings of some entries whose device somebody wore, each once.

    As with all samples, nothing that claims to be from the future.
    """
    mine = [entry for entry in entries if _is_told(entry.batch)]
    lookups.expect({entry.batch.device for entry in mine})
    found = {
        (each.participant, each.stream, each.at_us, each.device): each
        for entry in mine
        for each in _readings(entry, lookups)
    }
    return list(found.values())


def keep(db: Connection, found: Collection[Reading]) -> None:
    """Write readings; one that is there already is told anew."""
    if found:
        db.execute(upsert(db, readings), [_row(each) for each in found])


def days_of(found: Iterable[Reading], lookups: Lookups) -> set[tuple[str, date]]:
    """Return whose days some readings are of."""
    return {
        (each.participant, lookups.day_at(each.participant, each.at_us).day) for each in found
    }


def forget(db: Connection, participant: str, day: Day) -> None:
    """Forget a day's readings: it is about to be read again."""
    columns = readings.c
    within = columns.at_us.between(day.start_us, day.end_us - 1)
    db.execute(delete(readings).where(columns.participant == participant, within))


def between(
    db: Connection, participants: Collection[str], start_us: int, end_us: int
) -> list[Reading]:
    """Return some people's readings from an instant to before another, in order."""
    columns = readings.c
    within = columns.at_us.between(start_us, end_us - 1)
    query = select(readings).where(columns.participant.in_(participants), within)
    return [_of_row(row) for row in db.execute(query.order_by(columns.at_us, columns.stream))]


def _is_told(batch: Batch) -> bool:
    told = TOLD.get(batch.stream)
    return (
        told is not None
        and batch.unit in told.from_units
        and batch.device.split("-")[0] == (told.device or batch.device.split("-")[0])
    )


def _readings(entry: Entry, lookups: Lookups) -> Iterator[Reading]:
    batch, told = entry.batch, TOLD[entry.batch.stream]
    convert = told.from_units[batch.unit]
    samples = np.frombuffer(batch.samples, f"<i{batch.width}").reshape(-1, batch.channels)
    for at_us, sample in zip(_times_us(batch), samples.tolist(), strict=True):
        who = lookups.wearer(batch.device, at_us)
        if who is None or at_us > entry.received_us + AHEAD_US:
            continue
        values = [round(convert(number * batch.scale), 2) for number in sample]
        yield Reading(
            participant=who,
            stream=batch.stream,
            at_us=at_us // told.every_us * told.every_us,
            device=batch.device,
            value=values[0],
            second=values[1] if len(values) > 1 else None,
            quality=batch.quality,
            received_us=entry.received_us,
        )


def _times_us(batch: Batch) -> list[int]:
    if batch.period_us is not None:
        return [batch.start_us + round(n * batch.period_us) for n in range(batch.size)]
    return [batch.start_us + each for each in np.frombuffer(batch.offsets_us, "<u4").tolist()]


def _row(reading: Reading) -> dict[str, Any]:
    return {name: getattr(reading, name) for name in Reading.__slots__}


def _of_row(row: Row[Any]) -> Reading:
    return Reading(*(getattr(row, name) for name in Reading.__slots__))
