import asyncio
import contextlib

import pytest
from bumble import core, hci

from firmware_sims.air import Air, make_device
from firmware_sims.glasses import MOTION, Glasses
from firmware_sims.wearer import Activity, Wearer
from tests.unit.sims_central import Central, HandClock, address, joined, samples_of


class World:
    """One pair of glasses, and the gateways a test puts beside it."""

    def __init__(self):
        self.air, self.clock = Air(), HandClock()
        self.glasses = Glasses(
            self.air,
            address=address(),
            serial="G1",
            source=Wearer(1, program=[(Activity.DESK, 60)]),
            clock=self.clock,
        )

    async def gateway(self, name="gateway", **limits):
        device = make_device(self.air, address(), name, **limits)
        await device.power_on()
        return device

    def measure(self, seconds):
        self.clock.advance(seconds)
        self.glasses.catch_up()


@pytest.fixture
async def world():
    world = World()
    await world.glasses.power_on()
    yield world
    await world.glasses.power_off()


def hear(gateway, adverts=3):
    """Return a future of the next advertisements."""
    heard, done = [], asyncio.get_running_loop().create_future()

    def listen(advert):
        heard.append(advert)
        if len(heard) == adverts:
            done.set_result(heard)

    gateway.on("advertisement", listen)
    return done


async def test_reports_strength_and_name(world):
    gateway = await world.gateway()
    world.air.path(world.glasses).rssi_dbm = -71
    heard = hear(gateway)
    await gateway.start_scanning(active=True)

    adverts = await asyncio.wait_for(heard, 30)

    names = [advert.data.get(core.AdvertisingData.COMPLETE_LOCAL_NAME) for advert in adverts]
    assert {advert.rssi for advert in adverts} == {-71}
    assert "Glasses G1" in names


async def test_lost_advertisements_are_not_heard(world):
    gateway = await world.gateway()
    world.air.path(world.glasses).advert_loss = 1.0
    heard = hear(gateway, adverts=1)
    await gateway.start_scanning()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(heard, 0.3)


async def test_out_of_range_is_a_supervision_time_out_and_then_a_return(world):
    gateway = await world.gateway()
    central = await Central.connect(gateway, world.glasses)

    world.air.set_in_range(world.glasses, False)
    await asyncio.wait_for(central.gone.wait(), 30)
    assert central.reason == hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR
    assert world.glasses.connected == 0

    world.air.set_in_range(world.glasses, True)
    await Central.connect(gateway, world.glasses)


async def test_a_short_fade_loses_nothing(world):
    central = await Central.connect(await world.gateway(), world.glasses)
    heard = await central.listen(MOTION)
    world.measure(2)
    await heard.until(lambda values: samples_of(values) == 100)

    world.air.set_in_range(world.glasses, False)
    world.measure(20)
    await asyncio.sleep(0.05)
    assert samples_of(heard.values) == 100
    world.air.set_in_range(world.glasses, True)

    assert len(joined(await heard.until(lambda values: samples_of(values) == 1100))) == 1100


async def test_out_of_one_gateways_reach_is_in_the_others(world):
    kitchen, garden = await world.gateway("kitchen"), await world.gateway("garden")
    world.air.set_in_range(world.glasses, False, of="kitchen")

    with pytest.raises(core.TimeoutError):
        await kitchen.connect(world.glasses.device.random_address, timeout=0.3)
    await Central.connect(garden, world.glasses)


async def test_giving_up_to_connect_leaves_the_adapter_usable(world):
    gateway = await world.gateway()

    with pytest.raises(core.TimeoutError):
        await gateway.connect(hci.Address(address()), timeout=0.2)
    assert gateway.radio.pending_le_connection is None
    await Central.connect(gateway, world.glasses)


async def test_a_cancelled_connect_can_be_taken_back(world):
    gateway = await world.gateway()
    connecting = asyncio.create_task(gateway.connect(hci.Address(address()), timeout=30))
    await asyncio.sleep(0.05)
    connecting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await connecting

    with contextlib.suppress(hci.HCI_Error):
        await gateway.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
    await Central.connect(gateway, world.glasses)


async def test_connections_are_limited(world):
    gateway = await world.gateway(max_connections=0)

    with pytest.raises(hci.HCI_Error) as refused:
        await gateway.connect(world.glasses.device.random_address, timeout=1)

    assert refused.value.error_code == hci.HCI_ErrorCode.CONNECTION_LIMIT_EXCEEDED_ERROR


async def test_a_slow_reader_is_waited_for(world):
    gateway = await world.gateway()
    central = await Central.connect(gateway, world.glasses)
    heard = await central.listen(MOTION)

    gateway.radio.congested = True
    world.measure(600)
    await asyncio.sleep(0.1)
    waiting = world.glasses.notifications
    gateway.radio.congested = False
    world.air.resume(gateway.radio)

    assert waiting <= 64
    assert len(joined(await heard.until(lambda values: samples_of(values) == 30_000))) == 30_000


async def test_the_same_radio_again_replaces_its_dead_self(world):
    dead = await world.gateway()
    await Central.connect(dead, world.glasses)
    world.air.remove_controller(dead.radio)  # kill -9: nobody says goodbye

    again = make_device(world.air, str(dead.static_address), "gateway")
    await again.power_on()
    central = await Central.connect(again, world.glasses)

    assert world.glasses.connected == 1
    assert not central.gone.is_set()


async def test_latency_delays_but_keeps_order(world):
    world.air.path(world.glasses).latency_s = 0.005
    central = await Central.connect(await world.gateway(), world.glasses)
    heard = await central.listen(MOTION)
    world.measure(30)

    joined(await heard.until(lambda values: samples_of(values) == 1500))


async def test_a_payload_may_be_tampered_with(world):
    central = await Central.connect(await world.gateway(), world.glasses)
    heard = await central.listen(MOTION)
    world.air.path(world.glasses).tamper = lambda pdu: pdu[:-1] + b"\x7f"
    world.measure(1)

    assert (await heard.until(bool))[0][-1] == 0x7F
