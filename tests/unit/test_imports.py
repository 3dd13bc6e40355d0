"""Exports of other trackers: read as published, stored once, behind what a gateway heard."""

import json
import sqlite3
from datetime import date

import pytest
from click.testing import CliRunner

from analytics import placing, scores
from analytics.runner import Runner
from gateway import wire
from kindstep import importing, stores
from kindstep.cli import main
from people import registry
from people.registry import Person, Role
from research.imports import NotRead, events, read
from tests.books import Books
from web.programs import Brought, NotDone, Settled

MINUTE_US = 60_000_000
EIGHT_US = 1_699_948_800_000_000  # 14 November 2023, 8 o'clock in UTC
LATER_US = EIGHT_US + 100 * 3_600_000_000

APPLE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Record*)>
<!ELEMENT ExportDate EMPTY>
<!ATTLIST ExportDate value CDATA #REQUIRED>
<!ELEMENT Record (MetadataEntry*)>
<!ATTLIST Record type CDATA #REQUIRED>
]>
<HealthData locale="en_US">
 <ExportDate value="2023-11-15 10:00:00 +0100"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Watch" unit="count"
  startDate="2023-11-14 09:00:30 +0100" endDate="2023-11-14 09:02:30 +0100" value="101"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Phone" unit="count"
  startDate="2023-11-14 09:00:00 +0100" endDate="2023-11-14 09:01:00 +0100" value="40"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Phone" unit="count"
  startDate="2023-11-14 09:01:00 +0100" endDate="2023-11-14 09:02:00 +0100" value="9"/>
 <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min"
  startDate="2023-11-14 09:00:07 +0100" endDate="2023-11-14 09:00:07 +0100" value="71.6">
  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>
 </Record>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Scale" value="70"/>
</HealthData>
"""


@pytest.fixture
def apple(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(APPLE)
    return path


@pytest.fixture
def fitbit(tmp_path):
    folder = tmp_path / "Takeout" / "Fitbit" / "Global Export Data"
    folder.mkdir(parents=True)
    walked = [
        {"dateTime": f"11/14/23 08:{minute:02}:00", "value": str(100 + minute)}
        for minute in range(12)
    ]
    beats = [
        {"dateTime": "11/14/23 08:00:05", "value": {"bpm": 72, "confidence": 3}},
        {"dateTime": "11/14/23 08:00:10", "value": {"bpm": 70, "confidence": 0}},
    ]
    (folder / "steps-2023-11-14.json").write_text(json.dumps(walked))
    (folder / "heart_rate-2023-11-14.json").write_text(json.dumps(beats))
    return tmp_path / "Takeout"


@pytest.fixture
def gadgetbridge(tmp_path):
    path = tmp_path / "Gadgetbridge"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE DEVICE (_id INTEGER PRIMARY KEY, NAME TEXT NOT NULL,
                MANUFACTURER TEXT NOT NULL, IDENTIFIER TEXT NOT NULL, TYPE INTEGER NOT NULL);
            CREATE TABLE MI_BAND_ACTIVITY_SAMPLE (TIMESTAMP INTEGER NOT NULL,
                DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL, RAW_INTENSITY INTEGER,
                STEPS INTEGER NOT NULL, RAW_KIND INTEGER, HEART_RATE INTEGER NOT NULL);
            INSERT INTO DEVICE VALUES (3, 'Mi Band 4', 'Huami', 'C0:FF:EE', 12);
            """
        )
        rows = [(EIGHT_US // 1_000_000 + 60 * n, 3, 1, 40, n - 1, 1, 254 + n) for n in range(4)]
        db.executemany("INSERT INTO MI_BAND_ACTIVITY_SAMPLE VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    db.close()
    return path


def told(path):
    kind, amounts = read(path)
    return kind, events(amounts)


def middle(minute):
    return EIGHT_US + minute * MINUTE_US + MINUTE_US // 2


def test_apple_health_is_read_source_by_source(apple):
    assert told(apple) == (
        "apple_health",
        {
            ("Watch", "steps"): {middle(0): 25, middle(1): 51},  # the newest minute waits
            ("Watch", "heart_rate"): {EIGHT_US + 7_000_000: 72},
            ("Phone", "steps"): {middle(0): 40},
        },
    )


def test_fitbit_is_read_minute_by_minute(fitbit):
    kind, found = told(fitbit)

    assert kind == "fitbit"
    assert found["Fitbit", "steps"] == {middle(n): 100 + n for n in range(11)}
    assert found["Fitbit", "heart_rate"] == {EIGHT_US + 5_000_000: 72}


def test_gadgetbridge_is_read_without_what_it_does_not_know(gadgetbridge):
    kind, found = told(gadgetbridge)

    assert kind == "gadgetbridge"
    assert found["Mi Band 4", "steps"] == {middle(1): 0, middle(2): 1}
    assert found["Mi Band 4", "heart_rate"] == {EIGHT_US: 254}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("export.xml", "<HealthData><Record", "line 1, column 12"),
        ("export.xml", "<svg/>", "no export of Apple Health, but <svg>"),
        ("export.xml", APPLE.replace('value="40"', 'value="many"'), "element .* 'many'"),
        ("Gadgetbridge", "SQLite format 3\0 but no more", "file is not a database"),
        ("walk.txt", "8 o'clock", "is neither"),
        ("t/steps-1.json", '[{"dateTime": "at 8", "value": "1"}]', "steps-1.json: item 0"),
        ("t/steps-1.json", "[", "steps-1.json: Input data was truncated"),
        ("t/empty.json", "[]", "has no steps-"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_by_place(tmp_path, name, content, says):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    source = path.parent if name.startswith("t/") else path

    with pytest.raises(NotRead, match=says):
        told(source)
    ran = CliRunner().invoke(main, ["import", str(source), "--for", "ada"])
    assert ran.exit_code == 2
    assert str(path.parent if "empty" in name else path) in ran.output.replace("\n", "")


class Hub:
    """What a hub does with batches: accounts, log and scores, without a line to it."""

    def __init__(self, folder):
        self.store = stores.in_file(folder / "study.db")
        self.books = Books(folder / "ingest")
        self.store.write(self._join)
        self.runner = Runner(self.store, self.books.log, self.books.archive, ())

    def _join(self, db):
        registry.add_person(db, Person("ada", Role.PARTICIPANT), 0)
        registry.set_zone(db, "ada", "UTC", 0)

    async def take(self, request):
        settled = []
        for payload in request.batches:
            batch = wire.decode_batch(payload)
            stored = sum(
                entry.batch.size for entry in self.books.receive(batch, received_us=LATER_US)
            )
            key = (batch.device, batch.boot, batch.stream, batch.sequence)
            settled.append(Settled(*key, stored, batch.size - stored, batch.sequence))
        return Brought(batches=tuple(settled))

    async def bring(self, path):
        kind, found = told(path)
        devices = [importing.device_of(kind, "ada", source) for source, _ in found]
        self.store.write(lambda db: importing.give(db, "ada", sorted({*devices})))
        return await importing.bring(self.take, kind, "ada", found, lambda _done, _of: None)

    def day(self):
        while self.runner.step(LATER_US):
            pass
        with self.store.reading() as db:
            return next(
                each for each in scores.days_of(db, "ada") if each.day == date(2023, 11, 14)
            )

    def close(self):
        self.books.close()
        self.store.close()


@pytest.fixture
def hub(tmp_path):
    hub = Hub(tmp_path)
    yield hub
    hub.close()


async def test_imported_twice_adds_nothing(hub, fitbit):
    first = await hub.bring(fitbit)
    again = await hub.bring(fitbit)

    assert (first.stored, first.duplicates) == (12, 0)
    assert (again.stored, again.duplicates) == (0, 12)


async def test_imported_steps_are_the_days_as_a_device_counted_them(hub, fitbit):
    await hub.bring(fitbit)
    day = hub.day()

    assert day.steps == sum(100 + n for n in range(11))
    assert (day.step_minutes, day.sampled_minutes) == (11, 0)
    assert day.heart_minutes == 1


async def test_two_sources_of_one_minute_are_not_added(hub, apple):
    await hub.bring(apple)

    assert hub.day().steps in (25 + 51, 40 + 51)


async def test_a_hub_that_takes_nothing_is_told_of(fitbit):
    async def refuse(_request):
        return NotDone(why="busy", says="It is not durable yet.")

    kind, found = told(fitbit)
    with pytest.raises(importing.NotTaken, match="not durable yet"):
        await importing.bring(refuse, kind, "ada", found, lambda _done, _of: None)


def test_imports_go_behind_every_tracker_that_a_gateway_heard():
    for kind in placing.IMPORTED:
        assert placing.rank(f"{kind}-1", "wrist") == 0
        assert placing.rank("ring-1", "wrist") > 0
