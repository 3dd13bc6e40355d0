import asyncio
import contextlib
import sqlite3
import threading

import pytest
from msgspec.structs import replace

from gateway import wire
from gateway.spool import Spool, SpoolFull, SpoolUnusable
from gateway.spool_file import waiting
from tests.batches import batch

ROOM = 64 << 20


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gateway" / "spool.db"


@pytest.fixture
def spool(path):
    with Spool(path, limit_bytes=ROOM) as spool:
        yield spool


def mark(sequence, *, device="glasses-3f", boot=7, stream="accel"):
    return wire.Mark(device=device, boot=boot, stream=stream, sequence=sequence)


async def sequences(spool, position=0, limit=1_000):
    return [row.sequence for row in await spool.after(position, limit)]


async def test_gives_back_what_it_kept_in_the_order_kept(spool):
    await spool.keep([batch(1), batch(0)])
    await spool.keep([batch(0, device="strap-1", stream="rr")])

    first, second, third = await spool.after(0, 10)
    assert wire.decode_batch(first.payload) == batch(1)
    assert (second.sequence, third.device) == (0, "strap-1")
    assert first.position < second.position < third.position


async def test_is_read_in_windows(spool):
    await spool.keep([batch(n) for n in range(5)])

    window = await spool.after(0, 3)
    assert [row.sequence for row in window] == [0, 1, 2]
    assert await sequences(spool, window[-1].position) == [3, 4]


async def test_a_mark_passes_its_own_stream_only(spool):
    others = [batch(0, device="other"), batch(0, boot=8), batch(0, stream="steps")]
    await spool.keep([batch(0), batch(1), batch(2), *others])

    await spool.forget([mark(1)])

    assert [row.sequence for row in await spool.after(0, 1)] == [2]
    assert (await spool.depth()).batches == 4


async def test_a_mark_passes_what_is_stored_behind_a_hole(spool):
    await spool.keep([batch(n) for n in range(8)])

    await spool.forget([replace(mark(1), beyond=((3, 4), (6, 6)))])

    assert await sequences(spool) == [2, 5, 7]
    assert (await spool.depth()).batches == 3


async def test_says_from_where_on_it_has_what_is_next(spool):
    await spool.keep([batch(n) for n in range(3)])
    await spool.keep([batch(n, stream="steps") for n in range(3)])
    assert (await spool.depth()).spooled_from == ()

    await spool.forget([mark(1), mark(0, stream="steps")])

    left = (await spool.depth()).spooled_from
    assert {(it.stream, it.sequence) for it in left} == {("accel", 2), ("steps", 1)}


async def test_a_mark_of_nothing_forgets_nothing(spool):
    await spool.keep([batch(0)])

    await spool.forget([mark(-1)])
    await spool.forget([])

    assert (await spool.depth()).batches == 1


async def test_a_batch_kept_twice_waits_once(spool):
    await spool.keep([batch(0), batch(1)])
    await spool.keep([batch(1), batch(2)])

    assert await sequences(spool) == [0, 1, 2]
    assert (await spool.depth()).batches == 3


async def test_a_position_is_never_used_again(spool):
    await spool.keep([batch(0)])
    (before,) = await spool.after(0, 1)
    await spool.forget([mark(0)])
    await spool.keep([batch(1)])

    (after,) = await spool.after(before.position, 1)
    assert after.sequence == 1


async def test_says_how_much_waits_and_since_when(spool):
    assert (await spool.depth()).oldest_us is None

    await spool.keep([batch(3), batch(4)])

    depth = await spool.depth()
    assert (depth.batches, depth.oldest_us) == (2, batch(3).start_us)


async def test_tells_who_listens(spool):
    heard = []
    spool.listen(lambda: heard.append("kept"))

    await spool.keep([batch(0)])

    assert heard == ["kept"]


@pytest.mark.parametrize("broken", [{"device": "a b"}, {"samples": b"1"}, {"scale": 0.0}])
async def test_refuses_what_no_hub_would_read(spool, broken):
    with pytest.raises(wire.BrokenContract):
        await spool.keep([batch(0), replace(batch(1), **broken)])

    assert (await spool.depth()).batches == 0


async def test_survives_being_closed(path):
    with Spool(path, limit_bytes=ROOM) as spool:
        await spool.keep([batch(0)])
        await spool.forget([mark(0)])
        await spool.keep([batch(1)])
        client_id = spool.client_id

    with Spool(path, limit_bytes=ROOM) as spool:
        assert await sequences(spool) == [1]
        assert (await spool.depth()).batches == 1
        assert spool.client_id == client_id


def test_every_spool_has_a_client_id_of_its_own(tmp_path):
    spools = [Spool(tmp_path / name, limit_bytes=ROOM) for name in ("a", "b")]
    for spool in spools:
        spool.close()

    assert len({spool.client_id for spool in spools}) == 2
    assert all(len(bytes.fromhex(spool.client_id)) == 16 for spool in spools)


@pytest.mark.usefixtures("spool")
def test_only_its_owner_can_read_it(path):
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("spool")
def test_two_gateways_never_share_one(path, monkeypatch):
    monkeypatch.setattr("gateway.lock._TIMEOUT_S", 0.0)

    with pytest.raises(SpoolUnusable, match="another process"):
        Spool(path, limit_bytes=ROOM)


async def test_another_process_may_ask_what_waits(spool, path):
    assert waiting(path) == 0

    await spool.keep([batch(0), batch(1)])

    assert waiting(path) == 2


def test_says_which_file_is_no_spool(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("dear all, " * 100)

    with pytest.raises(SpoolUnusable, match=r"letter\.txt: file is not a database"):
        Spool(path, limit_bytes=ROOM)


def test_closing_ends_its_thread(path):
    before = threading.active_count()

    Spool(path, limit_bytes=ROOM).close()

    assert threading.active_count() == before


async def test_a_full_spool_keeps_nothing_of_what_it_refuses(path):
    with Spool(path, limit_bytes=1 << 20) as spool:
        kept = await fill(spool)

        with pytest.raises(SpoolFull):
            await spool.keep([large(kept), *(batch(n) for n in range(10_000, 10_100))])

        assert await sequences(spool, limit=100_000) == list(range(kept))
        assert (await spool.depth()).batches == kept


async def test_a_full_spool_has_room_again_once_the_hub_has_stored(path):
    with Spool(path, limit_bytes=1 << 20) as spool:
        kept = await fill(spool)
        await spool.forget([mark(kept - 1)])

        assert await fill(spool, first=kept) >= kept - 1


async def test_what_is_too_much_newer_than_the_oldest_is_refused(path):
    a_day = 24 * 3600 * 2  # batches of half a second
    with Spool(path, limit_bytes=ROOM, limit_days=2) as spool:
        await spool.keep([batch(0), batch(2 * a_day)])
        assert spool.full == ""

        with pytest.raises(SpoolFull, match="for 2 days"):
            await spool.keep([batch(2 * a_day + 1)])
        assert spool.full

        await spool.forget([mark(0)])
        await spool.keep([batch(2 * a_day + 1)])
        assert spool.full == ""


async def test_leaves_room_on_the_disk_to_forget(spool, monkeypatch):
    await spool.keep([batch(0)])
    monkeypatch.setattr("gateway.spool_file._RESERVE_BYTES", 1 << 60)

    with pytest.raises(SpoolFull, match="MiB free"):
        await spool.keep([batch(1)])
    await spool.forget([mark(0)])

    assert (await spool.depth()).batches == 0


async def test_on_a_full_disk_uses_the_room_that_forgetting_left(spool, monkeypatch):
    await spool.keep([large(n) for n in range(100)])
    monkeypatch.setattr("gateway.spool_file._RESERVE_BYTES", 1 << 60)
    await spool.forget([mark(99)])

    await spool.keep([large(n) for n in range(100, 150)])

    assert (await spool.depth()).batches == 50


async def test_one_that_asks_too_much_does_not_fail_the_others(path):
    with Spool(path, limit_bytes=1 << 20) as spool:
        await spool.keep([batch(0)])
        flood = [large(n) for n in range(100)]
        asked = [spool.keep([batch(1)]), spool.keep(flood), spool.keep([batch(2)])]

        outcomes = await asyncio.gather(*asked, return_exceptions=True)

        assert [type(outcome) for outcome in outcomes] == [type(None), SpoolFull, type(None)]
        assert await sequences(spool) == [0, 1, 2]
        assert (await spool.depth()).batches == 3


async def test_what_waits_while_the_disk_is_busy_is_one_commit(spool, path):
    busy = threading.Event()
    held = spool._submit(busy.wait)
    keeping = [asyncio.ensure_future(spool.keep([batch(n)])) for n in range(50)]
    await asyncio.sleep(0)  # each has asked
    busy.set()
    await held

    walked = path.with_name("spool.db-wal").stat().st_size
    await asyncio.gather(*keeping)

    pages = (path.with_name("spool.db-wal").stat().st_size - walked) // 2048
    assert pages < 50


async def test_a_cancelled_question_harms_no_one(spool):
    busy = threading.Event()
    held = spool._submit(busy.wait)
    given_up = asyncio.ensure_future(spool.keep([batch(0)]))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    busy.set()
    await held
    await spool.keep([batch(1)])

    assert await sequences(spool) == [1]


async def test_a_batch_set_aside_is_out_of_the_order_but_not_gone(spool):
    await spool.keep([batch(0), batch(1), batch(2)])
    (_, bad, _) = await spool.after(0, 3)

    await spool.set_aside(bad.position, "ended the connection twice")

    assert await sequences(spool) == [0, 2]
    depth = await spool.depth()
    assert depth.batches == 2
    assert [(it.sequence, it.reason) for it in depth.set_aside] == [
        (1, "ended the connection twice")
    ]


async def test_a_set_aside_batch_is_told_until_a_mark_passes_it(spool, path):
    await spool.keep([batch(0), batch(1)])
    (bad, _) = await spool.after(0, 2)
    await spool.set_aside(bad.position, "no")
    await spool.forget([mark(1)])

    assert (await spool.depth()).set_aside == ()
    spool.close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        ((payload, reason),) = db.execute("SELECT payload, reason FROM set_aside").fetchall()
    assert (wire.decode_batch(payload), reason) == (batch(0), "no")


async def fill(spool, first=0):
    """Keep large batches until there is no room; return how many fitted."""
    for count in range(1_000):
        try:
            await spool.keep([large(first + count)])
        except SpoolFull:
            return count
    raise AssertionError("never full")


def large(sequence):
    return replace(batch(sequence), samples=bytes(6 * 5_000))


def test_a_file_of_another_layout_is_refused_at_once(path):
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE batch (position INTEGER PRIMARY KEY, device TEXT)")

    with pytest.raises(SpoolUnusable, match=r"spool\.db: has layout 0, this kindstep reads"):
        Spool(path, limit_bytes=ROOM)


async def test_a_connection_that_is_over_and_stored_leaves_nothing_behind(path, spool):
    for boot in range(20):
        await spool.keep([batch(0, boot=boot), batch(1, boot=boot), batch(0, device="other")])
        await spool.forget([mark(1, boot=boot)])
    await spool.keep([batch(0, boot=99)])

    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM series").fetchone()[0] <= 3
    assert [row.boot for row in await spool.after(0, 9)] == [7, 99]


async def test_a_new_connection_does_not_pass_for_one_that_waits_still(spool):
    await spool.keep([batch(0), batch(1)])
    await spool.keep([batch(0, boot=8), batch(1, boot=8)])
    await spool.keep([batch(0, boot=9)])
    await spool.forget([mark(1, boot=8)])

    assert [(it.boot, it.sequence) for it in await spool.after(0, 9)] == [
        (7, 0),
        (7, 1),
        (9, 0),
    ]
