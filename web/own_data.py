"""All that is kept of a participant, as one file for them: tables that any program opens."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response
from sqlalchemy import Connection
from starlette.background import BackgroundTask

from analytics import scores
from coaching import records
from people import registry
from people.authorize import Action
from web.guard import Needs, Visit, note
from web.parts import parts_of

router = APIRouter()

Owns = Annotated[Visit, Depends(Needs(Action.SET))]
Row = Mapping[str, Any]

_MINUTE_US: Final = 60_000_000

ABOUT: Final = """\
Everything that this hub keeps of you, but for raw samples of your sensors: ask whoever runs it.
Times are UTC. An empty field is not known; it is never a zero.

about.json      who you are here, where you have been, what you wore
consents.csv    what you let whom see, each time you said so
days.csv        each of your days
nights.csv      each night
scores.csv      each day's activity score
readings.csv    what you measured at home, one reading at a time
minutes.csv     each minute of which something is known
goals.csv       each day's step goal, and why it was that
decisions.csv   each time the coach considered writing, what it saw, and at which odds
messages.csv    everything that was written to you, and what you answered
points.csv      what you were paid for
gifts.csv       what came of it
together.csv    what you did together with others
replies.csv     what you wrote on messages
feed.csv        what your circle was told of you
likes.csv       what you liked of theirs; comments.csv, cheers.csv: what you said
challenges.csv  which you joined, and trophies.csv what came of them
ratings.csv     how you rated coaches, and what they answered
notes.csv       what coaches wrote down about you
questions.csv   your answers to questionnaires
"""


@router.get("/me/data")
def download(visit: Owns, request: Request) -> Response:
    """Hand a participant everything of theirs."""
    note(request, visit, "took their own data")
    parts = parts_of(request)
    handle, name = tempfile.mkstemp(suffix=".zip")
    with (
        open(handle, "wb") as file,  # noqa: PTH123 - it is open already
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed,
        parts.store.reading() as db,
    ):
        packed.writestr("README.txt", ABOUT)
        packed.writestr("about.json", msgspec.json.format(_about(db, visit)))
        for table, rows in _tables(db, visit).items():
            _write(packed, table, rows)
    path = Path(name)
    return FileResponse(
        path, filename="my-kindstep-data.zip", background=BackgroundTask(path.unlink)
    )


def _about(db: Connection, visit: Visit) -> bytes:
    who = visit.subject
    calendar, places = registry.calendar(db, who), registry.places_of(db, [who])[who]
    return msgspec.json.encode(
        {
            "id": who,
            "name": registry.name_of(db, who),
            "profile": registry.profile(db, who),
            "zones": [
                {"since": _utc(max(0, from_us)), "zone": zone}
                for from_us, zone in zip(calendar.from_us, calendar.zones, strict=True)
            ],
            "placements": [
                {"since": _utc(max(0, from_us)), "placement": place}
                for from_us, place in zip(places.from_us, places.places, strict=True)
            ],
            "wore": [_told(each) for each in registry.wearings_of(db, who)],
        }
    )


def _tables(db: Connection, visit: Visit) -> dict[str, Iterable[Row]]:
    who = visit.subject
    days = scores.days_of(db, who)
    return {
        "consents": map(_told, registry.consents_of(db, who)),
        "days": map(_told, days),
        "nights": map(_told, scores.nights_of_person(db, who)),
        "scores": map(_told, scores.scores_of(db, who)),
        "readings": map(_told, scores.readings(db, [who], 0, visit.now_us + _MINUTE_US)),
        "minutes": _minutes(db, who, [(day.start_us, day.end_us) for day in days]),
        "goals": map(_told, records.goals(db, who)),
        "decisions": map(_told, records.decisions(db, who)),
        "messages": map(_told, records.sent_and_unsent(db, who)),
        "points": map(_told, records.awards(db, who)),
        "gifts": map(_told, records.vouchers(db, who)),
        "together": map(_told, records.interactions(db, who)),
        **{name: map(_named, rows) for name, rows in records.said_and_done(db, who)},
    }


def _minutes(db: Connection, who: str, days: Iterable[tuple[int, int]]) -> Iterator[Row]:
    for start_us, end_us in days:
        minutes = scores.minutes(db, who, start_us, end_us)
        steps, bpm = scores.steps(minutes), scores.mean_bpm(minutes)
        for index in np.flatnonzero(minutes["state"]):
            enmo_g = float(minutes["enmo_g"][index])
            yield {
                "start": _utc(start_us + int(index) * _MINUTE_US),
                "state": scores.State(minutes["state"][index]).name.lower(),
                "steps": None if steps[index] < 0 else int(steps[index]),
                "heart_rate_bpm": _known(round(float(bpm[index]), 1)),
                "enmo_g": _known(round(enmo_g, 5)),
            }


def _write(packed: zipfile.ZipFile, name: str, rows: Iterable[Row]) -> None:
    with (
        packed.open(f"{name}.csv", "w") as raw,
        io.TextIOWrapper(raw, "utf-8", newline="") as text,
    ):
        writer = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(text, list(row))
                writer.writeheader()
            writer.writerow(row)


def _told(record: object) -> dict[str, Any]:
    """Return a record's fields as text."""
    fields = asdict(record) if is_dataclass(record) else msgspec.structs.asdict(record)  # pyright: ignore[reportArgumentType] - records are either
    return _named(fields)


def _named(fields: Row) -> dict[str, Any]:
    """Return fields as text: instants in UTC, what has parts as JSON."""
    return {
        key.removesuffix("_us"): _utc(value) if key.endswith("_us") else _text(value)
        for key, value in fields.items()
    }


def _text(value: object) -> object:
    if value is None or isinstance(value, (str, int, float, date)):
        return _known(value) if isinstance(value, float) else value
    return msgspec.json.encode(value, order="sorted", enc_hook=str).decode()


def _utc(at_us: int | None) -> str | None:
    if at_us is None:
        return None
    return datetime.fromtimestamp(at_us / 1e6, UTC).isoformat(timespec="seconds")


def _known(number: float) -> float | None:
    return None if np.isnan(number) else number
