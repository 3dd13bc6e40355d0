"""What becomes known, as points: every minute whenever it came, and every reading."""

import numpy as np
import pytest

from analytics import epochs, tables
from analytics.epochs import EPOCH, HOUR_US, MINUTE_US, Flag, Part, State
from analytics.news import News
from analytics.readings import Reading
from ingest.influx.line import line
from ingest.store.sqlite import SqliteStore
from kindstep import influx
from people import tables as people_tables

NOON_US = 475_000 * HOUR_US


@pytest.fixture
def db(tmp_path):
    store = SqliteStore(tmp_path / "hub.db", (people_tables.metadata, tables.metadata))
    store.write(lambda db: lived(db, "ana", NOON_US, 90))
    store.write(lambda db: lived(db, "ben", NOON_US + HOUR_US, 10))
    with store.reading() as db:
        yield db
    store.close()


def lived(db, who, start_us, minutes):
    told = np.zeros(minutes, EPOCH)
    told["minute_us"], told["parts"] = start_us + np.arange(minutes) * MINUTE_US, Part.ACCEL
    told["minute"]["state"], told["minute"]["flags"] = State.WORN_MOVING, Flag.ACCEL
    told["minute"]["n_accel"], told["minute"]["steps"] = 3_000, np.arange(minutes)
    epochs.keep(db, [(who, "glasses-1")], told)


def test_just_the_minutes_that_changed(db):
    late, lately = NOON_US + 3 * MINUTE_US, NOON_US + 89 * MINUTE_US
    news = News({"ana": {late, lately}, "ben": {NOON_US + HOUR_US}}, [])

    said = {
        (p.tags["participant"], p.time_us): p.fields["steps"] for p in influx.heard(db, news)
    }
    assert said == {("ana", late): 3, ("ana", lately): 89, ("ben", NOON_US + HOUR_US): 0}


def test_a_minute_that_holds_nothing_is_no_point(db):
    assert list(influx.heard(db, News({"ben": {NOON_US + 2 * HOUR_US}}, []))) == []


def test_a_reading_has_its_values(db):
    cuff = Reading("ana", "blood_pressure", NOON_US, "cuff-1", 121.0, 79.0, 0, NOON_US)
    scale = Reading("ana", "weight", NOON_US, "scale-1", 71.5, None, 0, NOON_US)
    tags = b"reading,device=%b,participant=ana,stream=%b "
    time_ns = b" %d000" % NOON_US

    assert [line(point) for point in influx.heard(db, News({}, [cuff, scale]))] == [
        tags % (b"cuff-1", b"blood_pressure") + b"value=121.0,quality=0i,second=79.0" + time_ns,
        tags % (b"scale-1", b"weight") + b"value=71.5,quality=0i" + time_ns,
    ]
