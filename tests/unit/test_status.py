import collections

import pytest
from msgspec.structs import replace

from gateway import wire
from gateway.spool import Spool
from gateway.status import Reporter, is_news
from tests.batches import batch

STRAP = wire.Seen(
    device="strap-1", kind="strap", state="streaming", has_memory=False, rssi_dbm=-60
)


@pytest.fixture
def spool(tmp_path):
    with Spool(tmp_path / "spool.db", limit_bytes=64 << 20) as spool:
        yield spool


def reporter(spool, seen=(), counts=(), traffic=()):
    return Reporter(
        "hall",
        spool,
        lambda: seen,
        [*map(collections.Counter, counts)],
        collections.Counter(traffic),
        lambda: 77,
    )


async def test_puts_together_what_both_halves_know(spool):
    await spool.keep([batch(4), batch(5)])

    status = await reporter(
        spool, [STRAP], [{"malformed": 2}, {"stalled": 1}], {"links": 3}
    ).status()

    assert status.online
    assert status.devices == (STRAP,)
    assert (status.spooled_batches, status.oldest_spooled_us) == (2, batch(4).start_us)
    assert status.counts == {"malformed": 2, "stalled": 1}
    assert status.traffic == {"links": 3}
    assert status.spooled_bytes > 0
    assert status.at_us == 77
    assert wire.decode(wire.encode(status), wire.GatewayStatus) == status


async def test_every_start_is_another(spool):
    first, second = reporter(spool), reporter(spool)

    assert (await first.status()).start_id == first.last_will().start_id
    assert first.last_will().start_id != second.last_will().start_id
    assert not first.last_will().online


async def test_tells_which_batches_will_never_come(spool):
    await spool.keep([batch(4)])
    (row,) = await spool.after(0, 1)
    await spool.set_aside(row.position, "too large")

    (aside,) = (await reporter(spool).status()).set_aside

    assert (aside.device, aside.sequence, aside.reason) == (batch(4).device, 4, "too large")


async def test_a_device_that_comes_or_changes_is_news(spool):
    status = await reporter(spool, [STRAP]).status()

    assert is_news(None, status)
    assert is_news(replace(status, devices=()), status)
    assert is_news(status, replace(status, devices=(replace(STRAP, state="lost"),)))


async def test_a_full_spool_is_news(spool):
    before = await reporter(spool).status()
    spool.full = "no room"

    assert is_news(before, await reporter(spool).status())


async def test_readings_that_always_change_are_not(spool):
    status = await reporter(spool, [STRAP]).status()
    nearer = replace(STRAP, rssi_dbm=-50, last_heard_us=99)

    assert not is_news(status, replace(status, at_us=99, spooled_batches=5, devices=(nearer,)))
