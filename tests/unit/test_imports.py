"""Exports of other trackers: read as published, stored once, behind what a gateway heard."""

import json
import sqlite3
import struct
from datetime import date
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from analytics import coverage, placing, scores
from analytics.runner import Runner
from gateway import wire
from kindstep import importing, stores
from kindstep.cli import main
from people import registry
from people.registry import Person, Role
from research.imports import KINDS, NotRead, Recording, read
from tests.books import Books
from tests.property.test_steps import gait
from web.api.measurements import MOST_BYTES
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


FIT_EPOCH_S = 631_065_600
#: Number of the message, then of each field: its number and its bytes.
FILE_ID = (0, ((0, "B", 0x00), (1, "H", 0x84), (2, "H", 0x84), (3, "I", 0x8C)))
TOTAL = (55, ((253, "I", 0x86), (3, "I", 0x86), (5, "B", 0x00)))
BEAT = (55, ((26, "H", 0x84), (27, "B", 0x02)))
RECORD = (20, ((253, "I", 0x86), (3, "B", 0x02)))


def crc_of(data):
    """Return the CRC-16 with the polynomial 0xA001, bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def fit_bytes(*messages):
    """Return a FIT file: a header, each message behind its definition, the CRC."""
    body = b""
    for (number, fields), values in messages:
        body += struct.pack("<BBBHB", 0x40, 0, 0, number, len(fields))
        for field, layout, base_type in fields:
            body += bytes((field, struct.calcsize(layout), base_type))
        body += b"\0" + struct.pack("<" + "".join(each for _, each, _ in fields), *values)
    header = struct.pack("<BBHI4s", 14, 0x20, 2100, len(body), b".FIT")
    whole = header + struct.pack("<H", crc_of(header)) + body
    return whole + struct.pack("<H", crc_of(whole))


def fit_s(minute):
    return EIGHT_US // 1_000_000 - FIT_EPOCH_S + 60 * minute


def monitored(*totals):
    return fit_bytes((FILE_ID, (32, 1, 3113, 77)), *((TOTAL, each) for each in totals))


WALK = monitored((fit_s(0), 900, 6), (fit_s(1), 950, 6))


@pytest.fixture
def fit(tmp_path):
    folder = tmp_path / "GARMIN" / "Monitor"
    folder.mkdir(parents=True)
    first = (
        (FILE_ID, (32, 1, 3113, 77)),
        (TOTAL, (fit_s(0), 900, 6)),  # since midnight: nobody knows when
        (TOTAL, (fit_s(0), 60, 1)),
        (TOTAL, (fit_s(1), 950, 6)),
        (BEAT, ((fit_s(1) + 20) % 65_536, 81)),
        (TOTAL, (fit_s(2), 1_000, 2)),  # turns of pedals
        (TOTAL, (fit_s(2), 190, 1)),
    )
    (folder / "B.FIT").write_bytes(fit_bytes(*first))
    (folder / "A.fit").write_bytes(monitored((fit_s(3), 990, 6), (fit_s(4), 7, 6)))
    run = ((FILE_ID, (4, 1, 3113, 77)), (RECORD, (fit_s(9), 140)), (RECORD, (fit_s(10), 255)))
    (folder / "run.fit").write_bytes(fit_bytes(*run))
    return folder.parent


ACTILIFE = """\
------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v2.5.0 date format \
M/d/yyyy Filter Normal -----------
Serial Number: NEO1F18120387
Start Time 09:00:00
Start Date 11/14/2023
Epoch Period (hh:mm:ss) 00:00:30
Download Time 10:00:00
Download Date 11/15/2023
Current Memory Address: 0
Current Battery Voltage: 4.07     Mode = 61
--------------------------------------------------
Axis1,Axis2,Axis3,Steps,Lux
120,40,12,20,0
240,80,20,31,0
80,10,4,9,1
0,0,0,0,1
7,0,0,2,1
"""


AXES = "Accelerometer X,Accelerometer Y,Accelerometer Z"
RAW = (
    ACTILIFE.partition("Axis1")[0]
    .replace("M/d/yyyy", "M/d/yyyy at 30 Hz ")
    .replace("00:00:30", "00:00:00")
    + f"{AXES}\n"
)


@pytest.fixture
def raw(tmp_path):
    """Three and a half minutes of walking at 30 Hz."""
    path = tmp_path / "raw.csv"
    values_g = gait(210, 1.9, 0.4, rate_hz=30) / 4096
    lines = "".join(f"{x:.3f},{y:.3f},{z:.3f}\n" for x, y, z in values_g)
    path.write_text(RAW + lines)
    return path


@pytest.fixture
def actigraph(tmp_path):
    path = tmp_path / "NEO1F18120387 (2023-11-14)30sec.csv"
    path.write_text(ACTILIFE)
    return path


def told(path):
    return read(path, ZoneInfo("Europe/Berlin"))


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


def test_a_row_of_gadgetbridge_without_a_time_is_named(gadgetbridge):
    with sqlite3.connect(gadgetbridge) as db:
        db.execute("UPDATE MI_BAND_ACTIVITY_SAMPLE SET TIMESTAMP = 'noon' WHERE STEPS = 1")
    db.close()

    with pytest.raises(NotRead, match=r"/Gadgetbridge: MI_BAND.*: Mi Band 4 at noon"):
        told(gadgetbridge)


def test_fit_totals_are_told_minute_by_minute_over_all_files(fit):
    kind, found = told(fit)

    assert kind == "fit"
    assert found == {
        ("1 3113 77", "steps"): {middle(0): 50, middle(1): 130, middle(2): 40},
        ("1 3113 77", "heart_rate"): {
            EIGHT_US + 80_000_000: 81,
            EIGHT_US + 540_000_000: 140,
        },
    }


def test_a_fit_total_after_hours_says_nothing_of_minutes(tmp_path):
    path = tmp_path / "1.fit"
    path.write_bytes(monitored(*((fit_s(at), 10 * at, 6) for at in (0, 1, 200, 201, 202))))

    assert told(path)[1]["1 3113 77", "steps"] == {middle(0): 10, middle(200): 10}


def test_actigraph_epochs_follow_the_clock_that_the_zone_gives(actigraph):
    assert told(actigraph) == (
        "actigraph",
        {("NEO1F18120387", "steps"): {middle(0): 51, middle(1): 9}},
    )


def test_actigraph_without_a_zone_is_asked_for_it(actigraph):
    with pytest.raises(NotRead, match=r"line 3: .* --zone"):
        read(actigraph)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("export.xml", "<HealthData><Record", "line 1, column 12"),
        ("export.xml", "<svg/>", "no export of Apple Health, but <svg>"),
        ("export.xml", APPLE.replace('value="40"', 'value="many"'), "element .* 'many'"),
        ("export.xml", APPLE.replace('value="40"', 'value="inf"'), "element .*infinity"),
        ("export.xml", APPLE.replace('value="40"', 'value="-40"'), "element .* -40 as steps"),
        ("export.xml", APPLE.replace("-14 09:01:00", "-25 09:01:00"), "more than a week"),
        ("export.xml", APPLE.replace("2023-11-14 09:00:0", "9023-11-14 09:00:0"), "neither"),
        ("Gadgetbridge", "SQLite format 3\0 but no more", "file is not a database"),
        ("walk.txt", "8 o'clock", "is neither"),
        ("t/steps-1.json", '[{"dateTime": "at 8", "value": "1"}]', "steps-1.json: item 0"),
        ("t/steps-1.json", "[", "steps-1.json: Input data was truncated"),
        ("t/steps-1.json", '[{"dateTime": "11/14/23 08:00:00"}]', "item 0: .*NoneType"),
        ("t/empty.json", "[]", "has no steps-"),
        ("1.fit", WALK[:-1] + b"?", "before byte 94: mismatching CRC"),
        ("1.fit", WALK[:40], "before byte 40: expected"),
        ("1.fit", "", "before byte 0: there is no header"),
        ("1.fit", b"8 o'clock", "before byte 9: file truncated"),
        ("1.csv", ACTILIFE.replace("80,10,4,9", "80,10,4,9.5"), "line 14: .* '9.5'"),
        ("1.csv", ACTILIFE.replace("80,10,4,9", "80,10,4,-9"), "line 14: -9 as steps"),
        ("1.csv", ACTILIFE.replace(",Steps", ""), "line 11: names no column Steps"),
        ("1.csv", RAW.replace(" at 30 Hz", ""), "line 1: says no rate"),
        ("1.csv", RAW + "0,1\n", "after line 11: .*Expected 3 columns"),
        ("1.csv", RAW + "0,0,1\n" * 4 + "0,,1\n", "line 16: is no acceleration"),
        ("1.csv", RAW + "0,x,1\n", "after line 11: .*'x'"),
        ("1.csv", RAW + "0,99,1\n", "line 12: is no acceleration"),
        ("1.csv", RAW.replace(AXES, "0;0;1"), "line 11: has no three axes"),
        ("1.csv", ACTILIFE.replace("11/14", "14/11"), "lines 3 and 4: time data"),
        ("1.csv", ACTILIFE.replace("Serial", "No"), "lines 1 to 10: there is no Serial Number"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_by_place(tmp_path, name, content, says):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    source = path.parent if name.startswith("t/") else path

    with pytest.raises(NotRead, match=says):
        told(source)
    ran = CliRunner().invoke(main, ["import", str(source), "--for", "ada", "--zone", "UTC"])
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
        worn = importing.spans(kind, "ada", found)
        self.store.write(lambda db: importing.give(db, "ada", worn))
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


@pytest.mark.parametrize(
    ("export", "size"), [("fitbit", 12), ("fit", 5), ("actigraph", 2), ("raw", 6_300)]
)
async def test_imported_twice_adds_nothing(hub, request, export, size):
    path = request.getfixturevalue(export)
    first = await hub.bring(path)
    again = await hub.bring(path)

    assert (first.stored, first.duplicates) == (size, 0)
    assert (again.stored, again.duplicates) == (0, size)


async def test_imported_steps_are_the_days_as_a_device_counted_them(hub, fitbit):
    await hub.bring(fitbit)
    day = hub.day()

    assert day.steps == sum(100 + n for n in range(11))
    assert (day.step_minutes, day.sampled_minutes) == (11, 0)
    assert day.heart_minutes == 1


async def test_what_a_later_export_adds_is_the_days_at_once(hub, fitbit):
    path = next(fitbit.rglob("steps-*.json"))
    walked = json.loads(path.read_text())
    for minutes in (5, 12):
        path.write_text(json.dumps(walked[:minutes]))
        await hub.bring(fitbit)

        assert hub.day().steps == sum(100 + n for n in range(minutes - 1))


async def test_a_source_was_worn_for_as_long_as_it_measured_and_no_longer(hub, fitbit):
    """A later import extends it, and what lay between counts as worn."""
    path = next(fitbit.rglob("steps-*.json"))
    walked = json.loads(path.read_text())

    def worn():
        with hub.store.reading() as db:
            (each,) = registry.wearings_of(db, "ada")
            return (each.from_us - EIGHT_US) // MINUTE_US, (
                each.until_us - EIGHT_US
            ) / MINUTE_US

    spans = []
    for part in (walked[4:8], walked[9:], walked[:2]):  # the newest minute waits for more
        path.write_text(json.dumps(part))
        await hub.bring(fitbit)
        spans.append(worn())

    assert spans == [(0, 7), (0, 11), (0, 11)]  # a heart rate at eight is in each
    assert hub.day().steps == sum(100 + n for n in (0, 4, 5, 6, 9, 10))


def test_what_another_wore_then_is_not_theirs(hub):
    def trade(db):
        registry.add_person(db, Person("ben", Role.PARTICIPANT), 0)
        registry.extend(db, "fitbit-1", "ada", 100, 200)
        registry.extend(db, "fitbit-1", "ben", 200, 300)
        registry.extend(db, "fitbit-1", "ada", 50, 60)
        with pytest.raises(registry.Conflict):
            registry.extend(db, "fitbit-1", "ada", 250, 260)

    hub.store.write(trade)


def test_a_recording_was_worn_from_its_first_sample_to_its_last():
    found = Recording("TAS1", EIGHT_US, 30.0, 91, lambda: iter(()))
    (span_us,) = importing.spans("actigraph", "ada", found).values()

    assert span_us == (EIGHT_US, EIGHT_US + 3_033_334)


async def test_a_raw_recording_is_scored_from_its_samples(hub, raw):
    await hub.bring(raw)
    day = hub.day()

    assert day.sampled_minutes == day.step_minutes == 4
    assert day.steps == pytest.approx(210 * 1.9, rel=0.05)
    with hub.store.reading() as db:
        (lane,) = coverage.of(db, ["ada"])["ada"].heard
    assert (lane.stream, lane.counted) == ("accel", False)  # nobody waits for more


async def test_what_is_sent_at_once_fits_the_line_to_the_hub():
    sizes = []

    async def weigh(request):
        sizes.append(len(msgspec.msgpack.encode(request)))
        return Brought(batches=())

    hour = np.zeros((100 * 3600, 3), np.int16)
    found = Recording("TAS1", EIGHT_US, 100.0, len(hour), lambda: iter([hour]))
    await importing.bring(weigh, "actigraph", "ada", found, lambda _done, _of: None)

    assert len(sizes) == 4
    assert max(sizes) < MOST_BYTES


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
    assert set(placing.IMPORTED) == set(KINDS)
    for kind in KINDS:
        assert placing.rank(f"{kind}-1", "wrist") == 0
        assert placing.rank("ring-1", "wrist") > 0
