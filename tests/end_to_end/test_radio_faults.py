"""Each fault of the virtual radio, and what a gateway makes of it, over real GATT.

A tampered payload, a radio that goes away and a device that starts anew stand in
test_firmware_to_spool.py, drifting clocks in test_drifting_clocks.py.
"""

import asyncio
import contextlib
from datetime import datetime
from itertools import pairwise

import pytest
from bumble import hci
from bumble.att import ATT_WRITE_NOT_PERMITTED_ERROR, ATT_Error

from firmware_sims.glasses import Glasses
from firmware_sims.security import Security
from firmware_sims.strap import Strap
from gateway.adapter import open_adapter
from gateway.backoff import Backoff
from gateway.discovery import GLASSES, STRAP, pseudonym
from gateway.gatt import current_time
from gateway.wire import Command
from tests.airborne import SITE, now_us, running, state_of, world

G1, G2 = (pseudonym(GLASSES, SITE, name) for name in ("G1", "G2"))
S1, S2 = (pseudonym(STRAP, SITE, name) for name in ("S1", "S2"))


@pytest.fixture
async def there(tmp_path):
    async with world(tmp_path) as there:
        await there.port()
        yield there


def ordered(device, kind, **fields):
    return Command(id="c", device=device, kind=kind, expires_us=now_us() + 10_000_000, **fields)


async def asked(radio, device, kind, **fields):
    """Return why it was not done, if it was not."""
    return (await radio.perform(ordered(device, kind, **fields))).reason


def wakes_at(there, radio, device, state):
    return there.kept.until(lambda: state_of(radio, device)[0] == state)


def says(there, radio, device, why):
    return there.kept.until(lambda: why in state_of(radio, device)[1])


# Links.


async def test_a_device_that_hangs_up_says_why(there):
    strap = await there.device(Strap, "S1")
    async with running(there.radio(lost_after_s=60)) as radio:
        await there.kept.until(lambda: there.kept.of("rr", S1))
        (connection,) = strap.device.connections.values()
        await connection.disconnect(
            hci.HCI_ErrorCode.REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_LOW_RESOURCES_ERROR
        )
        await there.kept.until(lambda: radio.traffic["reconnects"])
        await wakes_at(there, radio, S1, "streaming")

    (reason,) = (count for count in radio.counts if count.startswith("lost:"))
    assert reason == "lost:remote device terminated connection due to low resources"
    assert len({batch.boot for batch in there.kept.of("battery")}) == 2


async def test_out_of_range_is_a_supervision_time_out_and_then_a_return(there):
    glasses = await there.device(Glasses, "G1", past_s=10)
    async with running(there.radio()) as radio:
        await there.kept.until(lambda: there.kept.size("accel") >= 500)
        there.air.set_in_range(glasses, False)
        await says(there, radio, G1, "connection timeout")
        await wakes_at(there, radio, G1, "lost")
        there.air.set_in_range(glasses, True)
        await wakes_at(there, radio, G1, "streaming")
        glasses.freeze()
        await there.kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)

    assert radio.counts["lost:connection timeout"] == 1
    assert set(there.kept.counters()) == set(range(glasses.measured_samples))


async def test_a_short_fade_is_no_loss(there):
    glasses = await there.device(Glasses, "G1")
    async with running(there.radio()) as radio:
        await there.kept.until(lambda: there.kept.of("accel"))
        there.air.set_in_range(glasses, False)
        await asyncio.sleep(0.2)  # the fade
        there.air.set_in_range(glasses, True)
        before = there.kept.size("accel")
        await there.kept.until(lambda: there.kept.size("accel") >= before + 50)

    assert not any(count.startswith("lost") for count in radio.counts)
    assert len({batch.boot for batch in there.kept.of("accel")}) == 1
    assert set(there.kept.counters().values()) == {1}


async def test_the_smallest_packets_carry_everything_as_well(there):
    glasses = await there.device(Glasses, "G1", past_s=20, mtu=23)
    glasses.freeze()
    async with running(there.radio()):
        await there.kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)

    assert there.kept.counters() == dict.fromkeys(range(glasses.measured_samples), 1)


async def test_one_advert_in_ten_is_enough(there):
    strap = await there.device(Strap, "S1", on=False)
    there.air.path(strap).advert_loss = 0.9
    await strap.power_on()
    async with running(there.radio()):
        await there.kept.until(lambda: there.kept.of("rr", S1), within_s=30)


async def test_a_device_that_never_lets_anyone_in_is_tried_less_and_less(there):
    strap, clock = await there.device(Strap, "S1"), asyncio.get_running_loop().time
    attempts_s = []
    strap.radio.on_le_connect_ind = lambda _: attempts_s.append(clock())
    async with running(there.radio(connect_s=0.3, link_retry=Backoff(0.05, 300))) as radio:
        await there.kept.until(lambda: len(attempts_s) >= 6)

    assert radio.seen() == ()  # it never said who it is
    for losses, (before_s, after_s) in enumerate(pairwise(attempts_s)):
        assert after_s - before_s >= 0.05 * 2**losses / 2


class Asked:
    """A back-off that hardly waits, and notes for how many losses in a row it was asked."""

    def __init__(self):
        self.losses = []

    def delay_s(self, losses):
        self.losses.append(losses)
        return 0.02


async def test_what_is_kept_and_no_handshake_makes_the_next_try_a_first_one(there):
    strap, asked = await there.device(Strap, "S1"), Asked()
    there.kept.full = True
    async with running(there.radio(link_retry=asked)) as radio:
        for tries in range(1, 4):
            await wakes_at(there, radio, S1, "streaming")
            await hang_up(strap)
            await there.kept.until(lambda tries=tries: len(asked.losses) == tries)
        assert asked.losses == [0, 1, 2]

        there.kept.full = False
        await there.kept.until(lambda: there.kept.of("rr", S1))
        await hang_up(strap)
        await there.kept.until(lambda: len(asked.losses) == 4)
    assert asked.losses[3] == 0


async def hang_up(device):
    (connection,) = device.device.connections.values()
    await connection.disconnect()


# Slots.


async def test_without_a_free_slot_a_device_waits_for_its_turn(there):
    first = await there.device(Strap, "S1")
    async with running(there.radio(slots=1, slot_s=60)) as radio:
        await there.kept.until(lambda: there.kept.of("rr", S1))
        second = await there.device(Strap, "S2")
        await there.kept.until(lambda: second.notifications == 0 and _waiting(radio) == 1)
        there.air.set_in_range(first, False)
        await there.kept.until(lambda: there.kept.of("rr", S2))
        assert state_of(radio, S1)[0] != "streaming"
    assert not radio.counts["no_slot"]


def _waiting(radio):
    return sum(it.slots_wanted for it in radio.radios())


async def test_a_device_gives_up_waiting_and_says_so(there):
    await there.device(Strap, "S1")
    async with running(there.radio(slots=1, slot_s=0.1)) as radio:
        await there.kept.until(lambda: there.kept.of("rr", S1))
        await there.device(Strap, "S2")
        await there.kept.until(lambda: radio.counts["no_slot"] >= 2)
        assert state_of(radio, S1)[0] == "streaming"


async def test_what_remembers_takes_turns(there):
    made = [await there.device(Glasses, name) for name in ("G1", "G2")]
    async with running(there.radio(slots=1, turn_s=0.2)) as radio:
        await there.kept.until(lambda: radio.traffic["reconnects"] >= 2)
        for glasses in made:
            glasses.freeze()
        await there.kept.until(
            lambda: all(it.confirmed_samples == it.samples.next for it in made)
        )

    for device, glasses in zip((G1, G2), made, strict=True):
        assert set(there.kept.counters(device=device)) == set(range(glasses.measured_samples))
    assert not radio.counts["missing:accel"]


async def test_a_radio_that_holds_fewer_than_there_are_teaches_its_budget(tmp_path):
    async with world(tmp_path) as there:
        await there.port(max_connections=2)
        for name in ("S1", "S2", "S3"):
            await there.device(Strap, name)
        async with running(there.radio(slot_s=60)) as radio:
            await there.kept.until(lambda: len({it.device for it in there.kept.of("rr")}) == 2)
            await there.kept.until(lambda: _waiting(radio) == 1)

        assert radio.counts["no_slot"] <= 2


async def test_a_connection_that_nobody_holds_is_found_and_dropped(there):
    strap = await there.device(Strap, "S1")
    opened = asyncio.get_running_loop().create_future()

    @contextlib.asynccontextmanager
    async def spied(*chosen):
        async with open_adapter(*chosen) as adapter:
            opened.set_result(adapter)
            yield adapter

    async with running(there.radio(open_adapter=spied)) as radio:
        adapter = await opened
        await there.kept.until(lambda: there.kept.of("rr", S1))
        await asked(radio, S1, "pause")
        await there.kept.until(lambda: strap.connected == 0)
        await adapter.stack.device.connect(strap.device.random_address)
        await there.kept.until(lambda: radio.counts["slots_leaked"])
        await there.kept.until(lambda: strap.connected == 0)

        await asked(radio, S1, "resume")
        await wakes_at(there, radio, S1, "streaming")
    assert radio.counts["slots_leaked"] == 1


# Radios.


async def test_the_second_radio_takes_over_from_the_first(there):
    await there.port()
    glasses = await there.device(Glasses, "G1", past_s=10)
    there.air.set_in_range(glasses, False, of="gateway-1")
    async with running(there.radio()) as radio:
        await there.kept.until(lambda: there.kept.size("accel") >= 500)
        there.air.set_in_range(glasses, True, of="gateway-1")
        there.ports[0].close()
        await there.kept.until(lambda: radio.traffic["reconnects"])
        glasses.freeze()
        await there.kept.until(lambda: glasses.confirmed_samples == glasses.samples.next)

        await there.ports[0].open()  # and it may come back
        await asked(radio, G1, "alert", level=1)
        await there.kept.until(lambda: glasses.alerts)
    assert radio.counts["radio_missing"] >= 1
    assert set(there.kept.counters()) == set(range(glasses.measured_samples))


async def test_a_scan_that_hears_nothing_begins_anew(there):
    async with running(there.radio(silent_scan_s=0.1)) as radio:
        await there.kept.until(lambda: radio.counts["scan_restarts"] >= 2)
        await there.device(Strap, "S1")
        await there.kept.until(lambda: there.kept.of("rr", S1))


# Pairing.


async def paired_strap(there, wish, **more):
    return await there.device(Strap, "S1", security=Security(wish, **more))


async def address_of(there, radio):
    """Return the name of a device that has not said who it is, once it asks to be paired."""
    await there.kept.until(radio.seen)
    (seen,) = radio.seen()
    assert (seen.state, seen.why) == ("paused", "it wants to be paired")
    return seen.device


async def test_nothing_is_paired_unasked(there):
    strap = await paired_strap(there, "just_works")
    async with running(there.radio()) as radio:
        name = await address_of(there, radio)
        assert strap.security.attempts == 0

        assert await asked(radio, name, "pair") == ""
        await there.kept.until(lambda: there.kept.of("rr", S1))
        assert [seen.device for seen in radio.seen()] == [S1]
    assert strap.security.attempts == 1


async def test_a_bond_outlives_the_gateway(there):
    strap = await paired_strap(there, "just_works")
    async with running(there.radio()) as radio:
        await asked(radio, await address_of(there, radio), "pair")
        await there.kept.until(lambda: there.kept.of("rr", S1))
    before = len(there.kept.of("rr"))
    async with running(there.radio()):
        await there.kept.until(lambda: len(there.kept.of("rr")) > before)

    assert strap.security.attempts == 1
    assert (there.folder / "spool.db.bonds").stat().st_mode & 0o777 == 0o600


async def test_a_passkey_that_the_device_shows_is_typed_here(there):
    strap = await paired_strap(there, "shows_passkey", passkey=271_828)
    async with running(there.radio()) as radio:
        name = await address_of(there, radio)
        pairing = asyncio.create_task(asked(radio, name, "pair", method="entry"))
        await there.kept.until(lambda: strap.connected)  # now it shows one
        assert await asked(radio, name, "passkey", passkey=271_828) == ""
        assert await pairing == ""
        await there.kept.until(lambda: there.kept.of("rr", S1))
        assert "not being paired" in await asked(radio, S1, "passkey", passkey=1)


async def test_a_passkey_that_is_shown_here_is_typed_there(there):
    await paired_strap(there, "asks_for_passkey", passkey=314_159)
    async with running(there.radio()) as radio:
        name = await address_of(there, radio)
        assert "passkey" in await asked(radio, name, "pair", method="display")
        order, shown = ordered(name, "pair", method="display", passkey=314_159), []
        assert (await radio.perform_here(order, shown.append)).done
        assert shown == [314_159]
        await there.kept.until(lambda: there.kept.of("rr", S1))


async def test_a_wrong_passkey_is_said_and_not_tried_again(there):
    strap = await paired_strap(there, "shows_passkey", passkey=271_828)
    async with running(there.radio()) as radio:
        name = await address_of(there, radio)
        reason = await asked(radio, name, "pair", method="entry", passkey=1)
        assert "CONFIRM" in reason
        await says(there, radio, name, "not paired")
        assert state_of(radio, name)[0] == "paused"
        await asyncio.sleep(0.3)  # adverts go on, and nothing comes of them
        assert strap.security.attempts == 1
        assert strap.connected == 0

        assert await asked(radio, name, "pair", method="entry", passkey=271_828) == ""
        await there.kept.until(lambda: there.kept.of("rr", S1))


async def test_a_device_that_refuses_to_pair_is_let_alone(there):
    strap = await paired_strap(there, "just_works")
    strap.security.refuses = True
    async with running(there.radio()) as radio:
        name = await address_of(there, radio)
        assert "NOT_SUPPORTED" in await asked(radio, name, "pair")
        await says(there, radio, name, "not paired")
    assert strap.security.attempts == 1


async def test_a_lost_bond_is_forgotten_once_and_said(there, caplog):
    strap = await paired_strap(there, "just_works")
    async with running(there.radio()) as radio:
        await asked(radio, await address_of(there, radio), "pair")
        await there.kept.until(lambda: there.kept.of("rr", S1))
        await strap.security.forget(strap.device)
        await asked(radio, S1, "restart")
        await wakes_at(there, radio, S1, "bond_lost")
        await asyncio.sleep(0.3)  # adverts go on, and nothing comes of them
        assert state_of(radio, S1) == ("bond_lost", "it forgot the bond: pair it again")
        assert strap.security.attempts == 1
        assert strap.connected == 0

        before = len(there.kept.of("rr"))
        assert await asked(radio, S1, "pair") == ""
        await there.kept.until(lambda: len(there.kept.of("rr")) > before)
    assert radio.counts["bonds_lost"] == 1
    assert len([text for text in caplog.messages if "forgot the bond" in text]) == 1


# People.


async def test_a_paused_device_is_let_alone_until_it_is_resumed(there):
    strap = await there.device(Strap, "S1")
    async with running(there.radio()) as radio:
        await there.kept.until(lambda: there.kept.of("rr", S1))
        assert await asked(radio, S1, "pause") == ""
        await there.kept.until(lambda: strap.connected == 0)
        assert state_of(radio, S1) == ("paused", "someone asked for it")

        assert await asked(radio, S1, "resume") == ""
        await wakes_at(there, radio, S1, "streaming")
        assert await asked(radio, S1, "restart") == ""
        await there.kept.until(lambda: radio.traffic["reconnects"] == 2)


# Time.


async def test_a_calendar_is_set_when_its_memory_is_told(there):
    glasses = await there.device(Glasses, "G1", past_s=10)
    async with running(there.radio()) as radio:
        await there.kept.until(lambda: radio.traffic["time_set"])
        assert glasses.confirmed_samples >= 500
        there.air.set_in_range(glasses, False)
        await wakes_at(there, radio, G1, "lost")
        there.air.set_in_range(glasses, True)
        await there.kept.until(lambda: radio.traffic["time_set"] == 2)

    shown = current_time.decode(glasses.calendar).at
    at = datetime(
        shown.year, shown.month, shown.day, shown.hour, shown.minute, shown.second
    ).astimezone()  # as people read it here
    assert abs(at.timestamp() * 1e6 - now_us()) < 20e6


class Stubborn(Glasses):
    def _set_calendar(self, *_):
        raise ATT_Error(ATT_WRITE_NOT_PERMITTED_ERROR)


async def test_a_device_that_lets_nobody_set_it_goes_on(there):
    await there.device(Stubborn, "G1")
    async with running(there.radio()) as radio:
        await there.kept.until(lambda: radio.counts["time_refused"])
        before = there.kept.size("accel")
        await there.kept.until(lambda: there.kept.size("accel") >= before + 50)

    assert radio.counts["time_refused"] == radio.traffic["links"] == 1
