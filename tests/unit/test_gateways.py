"""What is known of gateways, and how an operator's page judges it."""

import pytest

from gateway import wire
from ingest.gateways import Battery, Gateways, batteries, last_heard
from ingest.log import Entry
from tests.batches import batch
from tests.books import beats
from web import gateways

NOW_US = 1_700_000_100_000_000
SEEN = wire.Seen(
    device="glasses-3f", kind="glasses", state="streaming", has_memory=True, battery_percent=19
)


def status(*, online=True, **said):
    devices = (SEEN,) if online else ()
    return wire.GatewayStatus(
        gateway="hall", online=online, start_id=1, version="0", at_us=0, devices=devices, **said
    )


def arrived(sequence, late_us):
    sent = batch(sequence)
    last_us = sent.start_us + (sent.size - 1) * 20_000
    return Entry(sequence + 1, last_us + late_us, "hall", 0, sent)


def told(percent, at_us, device="glasses-3f", ahead_us=0):
    times_us = [at_us - 60_000_000, at_us + ahead_us]
    said = beats(times_us, [99, percent], 0, device=device, stream="battery")
    return Entry(1, at_us, "hall", 0, said)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gateways.db"


@pytest.fixture
def heard(path):
    kept = Gateways(path)
    yield kept
    kept.close()


def row(path, now_us=NOW_US):
    known = last_heard(path)
    devices = [gateways.Device(SEEN, "hall", "p-01", is_told=True, battery_is_low=True)]
    (found,) = gateways.rows(known, devices, now_us)
    return found


def said_of(row):
    return tuple(map(str, row.says))


def test_nobody_ever_spoke(path):
    assert last_heard(path) == []


def test_one_that_is_gone_keeps_what_it_said(heard, path):
    heard.spoke(status(), NOW_US - 60_000_000)
    heard.spoke(status(online=False), NOW_US)

    (last,) = last_heard(path)
    assert not last.status.online
    assert last.status.devices == (SEEN,)
    assert last.heard_us == NOW_US - 60_000_000
    gone = row(path)
    assert (gone.level, said_of(gone), gone.wearers) == ("alert", ("disconnected",), ("p-01",))


def test_what_was_known_is_known_after_a_restart(heard, path):
    heard.spoke(status(), NOW_US - 5)
    again = Gateways(path)
    again.spoke(status(online=False), NOW_US)
    again.close()

    assert last_heard(path)[0].heard_us == NOW_US - 5


def test_lag_is_that_of_the_slowest_but_one_in_twenty(heard, path):
    entries = [arrived(n, late_us=(n + 1) * 10_000) for n in range(100)]
    heard.brought(entries)
    heard.spoke(status(), entries[-1].received_us)

    assert last_heard(path)[0].late_p95_us == 960_000


def test_nothing_lately_is_no_lag_of_zero(heard, path):
    entry = arrived(0, late_us=5)
    heard.brought([entry])
    heard.spoke(status(), entry.received_us + 300_000_001)

    assert last_heard(path)[0].late_p95_us is None


def test_a_battery_is_as_full_as_it_was_said_last(heard, path):
    assert batteries(path, ["glasses-3f"]) == {}

    heard.brought([told(40, NOW_US), told(0, NOW_US, "strap-1"), arrived(0, late_us=5)])
    heard.brought([told(70, NOW_US - 1)])  # came late

    assert batteries(path, ["glasses-3f", "strap-1", "ring-1"]) == {
        "glasses-3f": Battery(40, NOW_US),
        "strap-1": Battery(0, NOW_US),
    }
    heard.brought([told(90, NOW_US + 1, ahead_us=60_000_000)])
    heard.brought([told(89, NOW_US + 2)])
    assert batteries(path, ["glasses-3f"])["glasses-3f"] == Battery(89, NOW_US + 2)
    assert batteries(path, []) == {}


@pytest.mark.parametrize(
    ("said", "after_us", "level", "says"),
    [
        ({}, 44_000_000, "ok", ()),
        ({}, 46_000_000, "alert", ("silent",)),
        ({"spool_full": "4 GiB"}, 0, "alert", ("spool full: 4 GiB",)),
        (
            {"radios": (wire.RadioState(radio="hci1", present=False),)},
            0,
            "watch",
            ("radio hci1 is gone",),
        ),
        (
            {"oldest_spooled_us": NOW_US - 601_000_000},
            0,
            "watch",
            ("holds what the hub has not stored for over 10 minutes",),
        ),
    ],
)
def test_says_what_is_wrong(heard, path, said, after_us, level, says):
    heard.spoke(status(**said), NOW_US - after_us)

    found = row(path)
    assert (found.level, said_of(found)) == (level, says)
    assert found.held == (None if says == ("silent",) else 1)
