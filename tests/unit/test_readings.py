"""Single readings: from a batch in the log to the store, and from there to a red flag."""

import numpy as np
import pytest

from analytics import readings, reassigning
from analytics.runner import Runner
from coaching.engine import Engine
from coaching.prompts.reason import Reason
from gateway.wire import Batch, Quality
from ingest.archive import Archive
from ingest.log import Arrival
from ingest.log.sqlite import SqliteLog
from ingest.store.sqlite import SqliteStore
from kindstep.live import Live
from kindstep.tables import METADATAS
from people import registry
from people.registry import Person, Relation, RelationKind, Role, Topic, ViewerKind
from tests.coached import BERLIN, HOUR_US, MINUTE_US, MONDAY, at, usc

NOON_US = at(MONDAY, "12:00")
SCALES = {"blood_pressure": 0.1, "temperature": 0.01, "weight": 0.005, "spo2": 0.1}
UNITS = {"blood_pressure": "mmHg", "temperature": "°C", "weight": "kg", "spo2": "percent"}
DEVICES = {"blood_pressure": "cuff-1", "temperature": "thermometer-1", "weight": "scale-1"}

MEASURED = {Topic.VITAL_SIGNS, Topic.HEART_RATE}


class Hub:
    """A hub without its network: ada wears glasses and has a cuff, a thermometer, a scale."""

    def __init__(self, folder):
        self.store = SqliteStore(folder / "hub.db", METADATAS)
        self.log = SqliteLog(folder / "log")
        self.engine = Engine(usc(), site_seed=7)
        observers = (self.engine.observe,)
        self.runner = Runner(self.store, self.log, Archive(folder / "archive"), observers)
        self._sequence = 0
        self.store.write(self._join)

    def _join(self, db):
        joined_us = at(MONDAY, "07:00")
        registry.add_person(db, Person("cleo", Role.COACH), 0)
        for who in ("ada", "ben"):
            registry.add_person(db, Person(who, Role.PARTICIPANT), 0)
            registry.set_zone(db, who, BERLIN, 0)
            registry.relate(db, Relation(RelationKind.COACH, who, "cleo"), 0)
            registry.consent_at_enrolment(db, who, dict.fromkeys(Topic, ViewerKind), 0)
            self.engine.enrol(db, who, joined_us, "prompted")
        for device in (*DEVICES.values(), "oximeter-1", "glasses-1"):
            registry.assign(db, device, "ada", 0)

    def tell(
        self, stream, *values, device=None, unit=None, at_us=NOON_US, now_us=None, quality=0
    ):
        """Let a device tell one reading."""
        self._sequence += 1
        raw = np.rint(np.asarray(values) / SCALES[stream]).astype("<i2")
        batch = Batch(
            device=device or DEVICES.get(stream, "oximeter-1"),
            boot=7,
            stream=stream,
            sequence=self._sequence,
            start_us=at_us,
            start_error_us=0,
            period_us=None,
            offsets_us=bytes(4),
            scale=SCALES[stream],
            unit=unit or UNITS[stream],
            channels=len(values),
            samples=raw.tobytes(),
            quality=quality,
        )
        now_us = now_us or at_us + 1_000_000
        self.log.append([Arrival(now_us, "hall", 0, batch)])
        self.work(now_us)

    def work(self, now_us):
        while self.runner.step(now_us):
            pass

    def kept(self, who="ada"):
        with self.store.reading() as db:
            return readings.between(db, [who], 0, 1 << 62)

    def flags(self, who="ada"):
        with self.store.reading() as db:
            return [(each.kind, str(each.says)) for each in self.engine.red_flags(db, [who])]

    def close(self):
        self.log.close()
        self.store.close()


@pytest.fixture
def hub(tmp_path):
    hub = Hub(tmp_path)
    yield hub
    hub.close()


def test_pages_are_told_once_that_something_was_measured(hub):
    frames = []
    live = Live(hub.store, hub.engine, frames.append)

    def told(now_us):
        frames.clear()
        with hub.store.reading() as db:
            live.scored(db, ["ada", "ben"], now_us)
        return [(each.participant, each.topic) for each in frames if each.topic in MEASURED]

    hub.tell("weight", 70)
    assert told(NOON_US + MINUTE_US) == [("ada", Topic.VITAL_SIGNS)]
    assert told(NOON_US + 2 * MINUTE_US) == []
    hub.tell("blood_pressure", 128, 82, at_us=NOON_US + MINUTE_US)
    assert told(NOON_US + 3 * MINUTE_US) == [("ada", Topic.VITAL_SIGNS)]


def test_a_reading_is_kept_in_the_unit_of_its_stream(hub):
    hub.tell("blood_pressure", 128, 82)
    hub.tell("temperature", 98.6, unit="°F")
    hub.tell("weight", 150, unit="lb", quality=Quality.DOUBTED)
    hub.tell("blood_pressure", 16.0, 10.7, unit="kPa", at_us=NOON_US + MINUTE_US)

    assert [(each.stream, each.value, each.second, each.quality) for each in hub.kept()] == [
        ("blood_pressure", 128.0, 82.0, 0),
        ("temperature", 37.0, None, 0),
        ("weight", 68.04, None, Quality.DOUBTED),
        ("blood_pressure", 120.01, 80.26, 0),
    ]


def test_an_oximeter_tells_once_a_minute_and_what_is_worn_is_no_reading(hub):
    for second in range(3):
        hub.tell("spo2", 97 + second, at_us=NOON_US + second * 1_000_000)
    hub.tell("spo2", 80, device="glasses-1")
    hub.tell("spo2", 96, at_us=NOON_US + MINUTE_US)

    assert [(each.value, each.at_us - NOON_US) for each in hub.kept()] == [
        (99.0, 0),
        (96.0, MINUTE_US),
    ]


def test_nothing_is_kept_of_nobody_nor_of_the_future(hub):
    hub.tell("weight", 70, device="scale-9")
    hub.tell("weight", 70, at_us=NOON_US + HOUR_US, now_us=NOON_US)
    hub.tell("weight", 70, unit="stone")

    assert hub.kept() == []


def test_a_reading_follows_whoever_had_the_device(hub):
    hub.tell("weight", 70)
    hub.tell("weight", 71, at_us=NOON_US + 2 * HOUR_US)

    def change(db):
        registry.hand_over(db, "scale-1", "ben", NOON_US + HOUR_US)
        reassigning.request(db, ["ada", "ben"], NOON_US, NOON_US + 3 * HOUR_US)

    hub.store.write(change)
    hub.work(NOON_US + 3 * HOUR_US)

    assert [[each.value for each in hub.kept(who)] for who in ("ada", "ben")] == [
        [70.0],
        [71.0],
    ]


@pytest.mark.parametrize(
    ("stream", "values", "flag"),
    [
        ("blood_pressure", (88, 61), ("systolic pressure", "at or below 90")),
        ("blood_pressure", (231, 118), ("systolic pressure", "at or above 220")),
        ("temperature", (39.4,), ("temperature", "of 39.4 °C, at or above 39.1")),
        ("temperature", (34.8,), ("temperature", "at or below 35")),
        ("spo2", (90,), ("oxygen", "of 90 %, at or below 91")),
    ],
)
def test_a_reading_beyond_its_bound_stops_the_bot_and_calls_a_human(hub, stream, values, flag):
    hub.tell(stream, *values)

    ((kind, says),) = hub.flags()
    assert (kind, flag[1] in says) == (flag[0], True)
    hub.tell(stream, *values, at_us=NOON_US + 10 * MINUTE_US)
    assert len(hub.flags()) == 1
    hub.store.write(lambda db: hub.engine.tick(db, at(MONDAY, "13:00")))
    with hub.store.reading() as db:
        said = hub.engine.inbox(db, "ada", at(MONDAY, "13:00"))
        made = hub.engine.decisions(db, "ada")[0].decision
    assert said[0].text.startswith(usc().safety.emergency["en"])
    assert (made.probability, made.template) == (0.0, None)
    assert Reason.HANDED_OVER in made.reasons


@pytest.mark.parametrize(
    ("stream", "values", "more"),
    [
        ("blood_pressure", (128, 82), {}),
        ("blood_pressure", (88, 61), {"quality": Quality.DOUBTED}),
        ("temperature", (39.4,), {"now_us": NOON_US + 3 * HOUR_US}),
        ("weight", (300,), {}),
    ],
)
def test_what_is_within_doubted_or_long_ago_calls_nobody(hub, stream, values, more):
    hub.tell(stream, *values, **more)

    assert len(hub.kept()) == 1
    assert hub.flags() == []


def test_a_measurement_is_walked_through_reading_by_reading(hub):
    def steps():
        with hub.store.reading() as db:
            found = hub.engine.measurement(db, "ada", NOON_US, NOON_US + HOUR_US)
        return [(step.progress.value, step.is_next) for step in found]

    hub.tell("temperature", 36.6, at_us=NOON_US - HOUR_US)  # of another time
    assert steps() == [("waiting", True)] + [("waiting", False)] * 3
    hub.tell("weight", 70, at_us=NOON_US + MINUTE_US)
    hub.tell("blood_pressure", 140, 90, at_us=NOON_US + MINUTE_US, quality=Quality.DOUBTED)
    assert steps()[:2] == [("done", False), ("again", True)]
    hub.tell("blood_pressure", 128, 82, at_us=NOON_US + 2 * MINUTE_US)
    hub.tell("blood_pressure", 150, 95, at_us=NOON_US + 3 * MINUTE_US, quality=Quality.DOUBTED)
    hub.tell("spo2", 97, at_us=NOON_US + 4 * MINUTE_US)
    assert steps() == [("done", False), ("done", False), ("waiting", True), ("done", False)]


def test_what_a_cuff_measured_just_before_counts_once_it_is_told(hub):
    hub.tell("weight", 70, at_us=NOON_US - 5 * MINUTE_US, now_us=NOON_US + MINUTE_US)
    hub.tell("temperature", 36.6, at_us=NOON_US - HOUR_US, now_us=NOON_US + MINUTE_US)

    with hub.store.reading() as db:
        found = hub.engine.measurement(db, "ada", NOON_US, NOON_US + HOUR_US)
    assert [step.reading.value for step in found if step.reading] == [70.0]


def test_a_summary_leaves_out_what_a_device_doubts(hub):
    for n, (pressure, quality) in enumerate([((120, 80), 0), ((130, 84), 0), ((190, 99), 16)]):
        hub.tell("blood_pressure", *pressure, at_us=NOON_US + n * MINUTE_US, quality=quality)

    with hub.store.reading() as db:
        found = hub.engine.measured(db, "ada", NOON_US + HOUR_US)
        (summary,) = hub.engine.summed_up(found)
    assert (summary.count, summary.doubted, summary.last.value) == (2, 1, 190.0)
    assert (summary.mean, summary.second_mean, summary.low) == (125.0, 82.0, 120.0)
